import type { Engine, Service } from '../engines.ts';
import { FAULTS, type FaultCode } from '../faults.ts';
import { type Money, routeInWords } from '../route.ts';
import {
  type Activity,
  type Device,
  type DeviceState,
  faultsOf,
  type KioskState,
  routeAhead,
  serviceOf,
  type TalkMode,
} from '../state.ts';
import { wordingOf } from '../wording.ts';

/** What the kiosk is doing, as plain data for other programs. It contains nothing that people say. */
export interface Status {
  readonly activity: Activity['doing'];
  /** The turn in progress, by its number since the start. */
  readonly turn?: number;
  readonly talkMode: TalkMode;
  /** Hands-free, a conversation is open. */
  readonly conversation: boolean;
  readonly service: Service;
  readonly engines: Readonly<Partial<Record<Engine, Service>>>;
  /** Which engine the next turn goes to and why, in words. */
  readonly route: string;
  readonly money: Money['is'];
  readonly devices: Readonly<Record<Device, DeviceState>>;
  readonly muted: boolean;
  /** Most urgent first. */
  readonly faults: readonly FaultStatus[];
  readonly languages: LanguagesStatus;
  readonly volumePercent: number;
}

export interface FaultStatus {
  readonly code: FaultCode;
  readonly id: string;
  /** English, as in the log, to be searched for. */
  readonly title: string;
  /** What to do, in the host's language where there are words in it. */
  readonly hint: string;
}

/**
 * How a guest's language is known: it is configured while nobody has been heard; a stray word or an utterance showed
 * it; or somebody chose it.
 */
export type KnownBy = 'default' | 'guessed' | 'detected' | 'pinned';

/** BCP-47 codes. */
export interface LanguagesStatus {
  readonly host: string;
  readonly guest: { readonly code: string; readonly by: KnownBy };
}

/** Derived from the state alone, as the lights are. */
export function status(state: KioskState): Status {
  const { activity, services, conversation, money, devices, mute, volumePercent, settings, speakers } = state;
  return {
    activity: activity.doing,
    ...('turn' in activity ? { turn: activity.turn.number } : {}),
    talkMode: settings.talkMode,
    conversation: conversation !== undefined,
    service: serviceOf(state),
    engines: services,
    route: routeInWords(routeAhead(state)),
    money: money.is,
    devices,
    muted: mute === 'on',
    faults: faultsOf(state).map((code) => {
      const { id, title } = FAULTS[code];
      return { code, id, title, hint: wordingOf(code, speakers.host).hint };
    }),
    languages: {
      host: speakers.host,
      guest: speakers.guest ?? { code: settings.guestDefault, by: 'default' },
    },
    volumePercent,
  };
}

/** The status in one line, for `systemctl status`. */
export function inOneLine({ activity, route, muted, faults }: Status): string {
  const doing = activity === 'nothing' ? 'idle' : activity;
  const wrong = faults.map(({ id, title }) => `${id} ${title}`);
  return [doing, ...(muted ? ['muted'] : []), route, ...wrong].join('; ');
}
