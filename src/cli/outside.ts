import type { Files } from '../base/files.ts';
import type { Clock } from '../base/time.ts';
import type { Exchange } from '../control/client.ts';
import type { Network } from '../interpreters/network/network.ts';
import type { SpeechDetector } from '../line/detector.ts';
import type { Standin } from '../standin/server/server.ts';
import type { Speech } from './prompts/render.ts';

export type Output = NodeJS.WritableStream & { readonly isTTY?: boolean };

/** The environment of a command: its process and its machine, or simulated ones. */
export interface Outside {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly environment: NodeJS.ProcessEnv;
  /** Interrupts the command. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Makes a request to a control socket; that of this machine if not given. */
  readonly exchange?: Exchange;
  /** That of this machine if not given. */
  readonly service?: ServicePorts;
  /** espeak-ng of this machine if not given. */
  readonly speech?: Speech;
}

/** The ports of commands that use the service. */
export interface ServicePorts {
  readonly network: Network;
  /** Where the key may be. */
  readonly files: Files;
  readonly loadDetector: () => Promise<SpeechDetector>;
  /** A stand-in that understands the phrasebook. */
  readonly startStandin: () => Promise<Pick<Standin, 'url' | 'stop'>>;
}
