import type { ButtonRole } from '../../src/panel/panel.ts';
import type { Action } from '../../src/standin/faults/script.ts';
import type { DeviceFault, DiskFault } from '../rig/desk.ts';

import type { DnsMode } from '../rig/virtual/network.ts';

/**
 * What happens to a desk, as data: it can be played again, shortened, printed and kept in a file. Nothing in it is
 * random any more. Each step takes its time; the next one begins when it is over.
 */
export interface History {
  /** Of the desk's clock: jitter and lost packets. */
  readonly seed: number;
  readonly settings: DeskSettings;
  readonly rounds: readonly Round[];
}

/** How the desk is configured. */
export interface DeskSettings {
  readonly talkMode: 'hold' | 'tap' | 'open';
  readonly listen: 'always' | 'pressed';
  readonly engines: readonly ('dialogue' | 'cascade')[];
  readonly turnsPerConnection: number;
  /** How loud the loudspeaker is in the microphone, in dB; without it, not at all. */
  readonly echoDb?: number;
  readonly microphoneDelayMs?: number;
  /** Dollars. */
  readonly dailyBudget?: number;
}

/** Something that happens to the desk and the people at it. Afterwards everything is repaired. */
export interface Round {
  readonly name: string;
  readonly steps: readonly Step[];
  /** Whether whoever comes next waits until the desk is well; else a press tries it. */
  readonly patient: boolean;
}

/** Where so much goes wrong at once that any outcome is right, as long as it is one. */
export const ANYTHING = '*';

export type NetworkFault =
  | { readonly fault: 'half-open' | 'reset' | 'refuse' | 'link down' | 'captive portal' | 'heal' }
  | { readonly fault: 'loss'; readonly percent: number }
  | { readonly fault: 'latency'; readonly ms: number }
  | { readonly fault: 'bandwidth'; readonly kbit: number; readonly way?: 'up' | 'down' }
  | { readonly fault: 'dns'; readonly mode: DnsMode }
  | { readonly fault: 'certificate'; readonly certificate: 'expired' | 'not yet valid' | 'self-signed' };

/** Something that happens around the people at the desk. It takes no time. */
export type WorldStep =
  /** Faults of the next connections, by name, one for each. */
  | { readonly do: 'next connections'; readonly faults: readonly string[] }
  | { readonly do: 'every connection'; readonly fault: string }
  | { readonly do: 'next turns'; readonly faults: readonly string[] }
  /** To the newest connection, now. */
  | { readonly do: 'act'; readonly action: Action }
  | { readonly do: 'network'; readonly network: NetworkFault }
  | { readonly do: 'microphone' | 'loudspeaker'; readonly fault: DeviceFault | 'repair' }
  | { readonly do: 'signal'; readonly to: 'recorders' | 'players'; readonly signal: 'SIGKILL' | 'SIGSTOP' }
  | { readonly do: 'recorder'; readonly installed: boolean }
  | { readonly do: 'gpio'; readonly present: boolean }
  | { readonly do: 'wall clock'; readonly stepMs: number }
  | { readonly do: 'disk'; readonly fault: DiskFault | 'repair' }
  /** The file that holds the key. */
  | { readonly do: 'key'; readonly is: 'good' | 'missing' | 'refused' | 'empty' };

export type Step =
  | WorldStep
  /** @param right the right outcomes of the turn that it begins: "translated", "failed: quota" */
  | { readonly do: 'press'; readonly button: ButtonRole; readonly right?: readonly string[] }
  | { readonly do: 'release'; readonly button: ButtonRole }
  | {
      readonly do: 'bounce';
      readonly button: ButtonRole;
      readonly right: readonly string[];
      readonly edges: number;
      readonly withinMs: number;
    }
  /** Somebody says this whole sentence. */
  | { readonly do: 'speak'; readonly sentence: number }
  /** Somebody begins to say it; the next step follows at once. */
  | { readonly do: 'begin to speak'; readonly sentence: number }
  | { readonly do: 'wait'; readonly ms: number }
  /** Until the desk does this, or nothing; at most this long. */
  | { readonly do: 'until'; readonly activity: 'speaking' | 'nothing'; readonly atMostMs: number }
  /** Until the service is available. */
  | { readonly do: 'until ready' }
  | { readonly do: 'daemon'; readonly ends: 'in good order' | 'killed'; readonly awayMs: number };

/** The number of sentences that can be distinguished by a mark in their sound. */
export const SENTENCES = 24;

/** A step in words, for the timeline. */
export function inWords(step: Step): string {
  const { do: what, ...more } = step;
  const facts = Object.entries(more).map(([name, value]) =>
    typeof value === 'object' ? JSON.stringify(value) : `${name} ${value}`,
  );
  return [what, ...facts].join(', ');
}
