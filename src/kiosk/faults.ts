/** The one table of what can go wrong in a way that someone can act on. Lights, log, card and docs come from it. */
import { FAST, flashes, type Look } from './shown/looks.ts';
import type { Prompt } from './shown/sounds.ts';

/** Who can mend it: it passes by itself, the people at the desk, or who looks after the device. */
export type Mender = 'nobody' | 'staff' | 'operator';

/**
 * When the same thing is worth trying again: at once on a fresh connection; after a growing wait; after a long
 * one; or not before something was changed. A press always tries now, and nothing is ever given up for good.
 */
export type RetryRule = 'at once' | 'backoff' | 'slow' | 'when changed';

/** The part that has to be fixed. */
export type FaultGroup = (typeof FAULT_GROUPS)[number];

/** In the order of the first digit of their ids, from 1. */
export const FAULT_GROUPS = [
  'mute',
  'microphone',
  'loudspeaker',
  'device',
  'account',
  'network',
  'service',
] as const;

export interface FaultEntry {
  /** Names the fault in the log and on the card. Its first digit is its group: what has to be mended. */
  readonly id: `D${number}`;
  readonly title: string;
  readonly mender: Mender;
  readonly retry: RetryRule;
  readonly group: FaultGroup;
  /** What the trouble light does: by group, so that it can be recognised by counting. */
  readonly look: Look;
  /** What is heard when a turn fails of it. */
  readonly cue: 'trouble' | Prompt;
  /** What to do about it, for the mender. */
  readonly hint: string;
}

/** What the faults of a group share: the part that has to be mended. */
const MUTE = { group: 'mute', look: flashes(1), cue: 'trouble' } as const;
const MICROPHONE = { group: 'microphone', look: flashes(2), cue: 'trouble' } as const;
const LOUDSPEAKER = { group: 'loudspeaker', look: flashes(3), cue: 'trouble' } as const;
const DEVICE = { group: 'device', look: flashes(4), cue: 'trouble' } as const;
const ACCOUNT = { group: 'account', look: flashes(5), cue: 'not available' } as const;
const NETWORK = { group: 'network', look: FAST, cue: 'not available' } as const;
const SERVICE = { group: 'service', look: FAST, cue: 'speak again' } as const;

export const FAULTS = {
  muted: {
    id: 'D11',
    title: 'The microphone is switched off',
    mender: 'staff',
    retry: 'when changed',
    ...MUTE,
    hint: 'Put the mute switch back.',
  },

  'microphone-missing': {
    id: 'D21',
    title: 'There is no microphone',
    mender: 'staff',
    retry: 'backoff',
    ...MICROPHONE,
    hint: 'Plug the microphone in; see `dragoman devices`.',
  },
  'microphone-busy': {
    id: 'D22',
    title: 'Another program or user holds the microphone',
    mender: 'operator',
    retry: 'backoff',
    ...MICROPHONE,
    hint: 'End the other program (`fuser -v /dev/snd/*` names it); if there is none, put the user into the group audio.',
  },
  'microphone-stalled': {
    id: 'D23',
    title: 'The microphone delivers no sound',
    mender: 'staff',
    retry: 'backoff',
    ...MICROPHONE,
    hint: 'Look whether it is muted; otherwise pull the microphone out and plug it in again.',
  },
  'microphone-failed': {
    id: 'D24',
    title: 'Recording ended unexpectedly',
    mender: 'operator',
    retry: 'backoff',
    ...MICROPHONE,
    hint: 'Nothing, if it happens now and then; otherwise try `arecord -d 3 /dev/null` by hand.',
  },
  'recorder-missing': {
    id: 'D25',
    title: 'The program arecord is not there',
    mender: 'operator',
    retry: 'slow',
    ...MICROPHONE,
    hint: 'apt-get install alsa-utils',
  },
  'microphone-format': {
    id: 'D26',
    title: 'The microphone does not record as it is asked to',
    mender: 'operator',
    retry: 'backoff',
    ...MICROPHONE,
    hint: 'Set microphone.card, or write `plughw:` in place of `hw:` in microphone.device; then `dragoman devices --check`.',
  },

  'loudspeaker-missing': {
    id: 'D31',
    title: 'There is no loudspeaker',
    mender: 'staff',
    retry: 'backoff',
    ...LOUDSPEAKER,
    hint: 'Plug the loudspeaker in; see `dragoman devices`.',
  },
  'loudspeaker-busy': {
    id: 'D32',
    title: 'Another program or user holds the loudspeaker',
    mender: 'operator',
    retry: 'backoff',
    ...LOUDSPEAKER,
    hint: 'End the other program (`fuser -v /dev/snd/*` names it); if there is none, put the user into the group audio.',
  },
  'loudspeaker-failed': {
    id: 'D33',
    title: 'Playback ended unexpectedly',
    mender: 'operator',
    retry: 'backoff',
    ...LOUDSPEAKER,
    hint: 'Nothing, if it happens now and then; otherwise try `speaker-test` by hand.',
  },
  'player-missing': {
    id: 'D34',
    title: 'The player cannot be started',
    mender: 'operator',
    retry: 'slow',
    ...LOUDSPEAKER,
    hint: 'Install the package again (in a checkout: scripts/setup), or choose loudspeaker.driver = "aplay".',
  },

  'config-broken': {
    id: 'D40',
    title: 'The configuration has errors: the last good one is used',
    mender: 'operator',
    retry: 'when changed',
    ...DEVICE,
    hint: '`dragoman config check` names each error with its line; then `dragoman restart`.',
  },
  'button-stuck': {
    id: 'D41',
    title: 'A button stays down or its signal never rests',
    mender: 'staff',
    retry: 'when changed',
    ...DEVICE,
    hint: 'Let go of the button; if nobody holds it, it is stuck, or its wire is shorted or picks up mains hum.',
  },
  'panel-missing': {
    id: 'D42',
    title: 'The buttons and lights cannot be used',
    mender: 'operator',
    retry: 'backoff',
    ...DEVICE,
    hint: 'Check the lines under [panel], and that this machine has GPIO the service may use.',
  },
  internal: {
    id: 'D43',
    title: 'An error in the device itself',
    mender: 'operator',
    retry: 'at once',
    ...DEVICE,
    hint: 'Report it, with the lines of the journal around it.',
  },
  'under-voltage': {
    id: 'D44',
    title: 'The power supply is too weak',
    mender: 'staff',
    retry: 'when changed',
    ...DEVICE,
    hint: 'Use the power supply that came with the computer, with its own short cable.',
  },
  'disk-full': {
    id: 'D45',
    title: 'The memory card is full or cannot be written',
    mender: 'operator',
    retry: 'when changed',
    ...DEVICE,
    hint: 'Make room (`df -h`, `journalctl --vacuum-size=100M`); a card that has become read-only is worn out: replace it.',
  },
  'phrasebook-missing': {
    id: 'D46',
    title: 'The phrasebook cannot work: packages are missing',
    mender: 'operator',
    retry: 'when changed',
    ...DEVICE,
    hint: 'apt-get install libpocketsphinx3 pocketsphinx-en-us libespeak-ng1 espeak-ng-data espeak-ng',
  },
  'phrasebook-failed': {
    id: 'D47',
    title: 'The phrasebook did not answer',
    mender: 'operator',
    retry: 'backoff',
    ...DEVICE,
    hint: 'Nothing, if it happens now and then; otherwise try `dragoman phrasebook check` by hand.',
  },
  'update-failed': {
    id: 'D48',
    title: 'An update was taken back',
    mender: 'operator',
    retry: 'when changed',
    ...DEVICE,
    hint: 'The release from before serves; `dragoman update status` tells what was wrong with the new one.',
  },

  'too-hot': {
    id: 'D49',
    title: 'The device is too hot',
    mender: 'staff',
    retry: 'when changed',
    ...DEVICE,
    hint: 'Keep it out of the sun, with nothing on it.',
  },

  'clock-jumped': {
    id: 'D50', // of the account, since budgets go by it
    title: 'The clock was set by more than a day',
    mender: 'operator',
    retry: 'when changed',
    ...ACCOUNT,
    hint: 'Check the date and the time server (`timedatectl`); over after 24 hours.',
  },
  'key-missing': {
    id: 'D51',
    title: 'There is no API key',
    mender: 'operator',
    retry: 'when changed',
    ...ACCOUNT,
    hint: 'Store the key: `sudo dragoman key set`.',
  },
  'key-refused': {
    id: 'D52',
    title: 'The service does not accept the API key',
    mender: 'operator',
    retry: 'when changed',
    ...ACCOUNT,
    hint: 'Make a new key in Google AI Studio, then `sudo dragoman key set`.',
  },
  'permission-denied': {
    id: 'D53',
    title: 'The API key is not allowed to use the service',
    mender: 'operator',
    retry: 'when changed',
    ...ACCOUNT,
    hint: 'Enable the Gemini API for the project of the key, lift the restrictions of the key, and check billing and country.',
  },
  quota: {
    id: 'D54',
    title: 'The quota of the API key is used up',
    mender: 'operator',
    retry: 'slow',
    ...ACCOUNT,
    hint: 'Wait for the quota to be renewed, or raise it in Google AI Studio.',
  },
  'model-gone': {
    id: 'D55',
    title: 'The service does not offer a configured model',
    mender: 'operator',
    retry: 'when changed',
    ...ACCOUNT,
    hint: '`dragoman status` names the model and its setting; the next of the list is used, if there is one.',
  },
  'setup-rejected': {
    id: 'D56',
    title: 'The service does not accept the set-up of the session',
    mender: 'operator',
    retry: 'when changed',
    ...ACCOUNT,
    hint: 'Check the settings under [live]; the reason of the service is in the log.',
  },
  'budget-spent': {
    id: 'D57',
    title: 'The budget is spent',
    mender: 'operator',
    retry: 'slow',
    ...ACCOUNT,
    hint: 'Wait for the next day or month, or raise [spending] daily_budget or monthly_budget; `dragoman costs` tells what it was spent on.',
  },
  'no-engine': {
    id: 'D58',
    title: 'No configured engine can interpret this',
    mender: 'operator',
    retry: 'when changed',
    ...ACCOUNT,
    hint: 'Add an engine to interpreters.engines that knows both languages; the reason for each is in the log.',
  },
  'credits-exhausted': {
    id: 'D59',
    title: 'The credits of the account are used up',
    mender: 'operator',
    retry: 'slow',
    ...ACCOUNT,
    hint: 'Buy credits for the project of the key, or raise its monthly spending cap, in Google AI Studio.',
  },

  'proxy-failed': {
    id: 'D60',
    title: 'The proxy cannot be reached, or refuses the connection',
    mender: 'operator',
    retry: 'backoff',
    ...NETWORK,
    hint: 'Check service.proxy, or HTTPS_PROXY of the service: address, user, password; the log has what the proxy did.',
  },
  'network-unreachable': {
    id: 'D61',
    title: 'The service cannot be reached',
    mender: 'operator',
    retry: 'backoff',
    ...NETWORK,
    hint: 'Check the network cable or Wi-Fi, and service.base_url if it is set.',
  },
  'name-not-resolved': {
    id: 'D62',
    title: 'The name of the service cannot be resolved',
    mender: 'operator',
    retry: 'backoff',
    ...NETWORK,
    hint: 'Check the DNS server of this network, and service.base_url if it is set.',
  },
  'clock-wrong': {
    id: 'D63',
    title: "The device's clock is wrong",
    mender: 'operator',
    retry: 'slow',
    ...NETWORK,
    hint: 'Check `timedatectl`: the clock is set from the network (NTP, port 123), and tried again when it was.',
  },
  'tls-failed': {
    id: 'D64',
    title: 'No secure connection to the service',
    mender: 'operator',
    retry: 'slow',
    ...NETWORK,
    hint: 'Check whether a firewall or proxy of the network breaks TLS, and service.base_url if it is set.',
  },
  'captive-portal': {
    id: 'D65',
    title: 'Something in the network answers in place of the service',
    mender: 'operator',
    retry: 'backoff',
    ...NETWORK,
    hint: 'A log-in page (captive portal): let the device through by its MAC address. A network that inspects TLS: put the certificate of its authority (.crt) into /usr/local/share/ca-certificates, then `sudo update-ca-certificates` and `sudo dragoman restart`.',
  },
  'upgrade-refused': {
    id: 'D66',
    title: 'The service, or something before it, refused the connection',
    mender: 'operator',
    retry: 'slow',
    ...NETWORK,
    hint: 'Check service.base_url, service.api_version, and whether a proxy of the network lets WebSockets through.',
  },
  'connect-timeout': {
    id: 'D67',
    title: 'The service did not answer the connection in time',
    mender: 'operator',
    retry: 'backoff',
    ...NETWORK,
    hint: 'Check the network; a firewall or captive portal may hold connections back.',
  },
  'network-slow': {
    id: 'D68',
    title: 'The network takes the sound too slowly',
    mender: 'operator',
    retry: 'backoff',
    ...NETWORK,
    hint: 'About 350 kbit/s upstream are needed; check the Wi-Fi.',
  },
  'connection-lost': {
    id: 'D69',
    title: 'The connection to the service was lost',
    mender: 'nobody',
    retry: 'at once',
    ...NETWORK,
    cue: 'speak again',
    hint: 'Nothing, if it happens now and then; otherwise check the network.',
  },

  'service-error': {
    id: 'D71',
    title: 'The service reported an error of its own',
    mender: 'nobody',
    retry: 'at once',
    ...SERVICE,
    cue: 'not available',
    hint: 'Nothing, if it happens now and then; otherwise look at the status page of the service.',
  },
  'setup-timeout': {
    id: 'D72',
    title: 'The service did not complete the set-up in time',
    mender: 'nobody',
    retry: 'at once',
    ...SERVICE,
    cue: 'not available',
    hint: 'Nothing, if it happens now and then; it is on the side of the service.',
  },
  'session-expired': {
    id: 'D73',
    title: 'The service ended the session because its time was up',
    mender: 'nobody',
    retry: 'at once',
    ...SERVICE,
    hint: 'Nothing; the next session is opened.',
  },
  'service-garbled': {
    id: 'D74',
    title: 'The service sent something that cannot be read',
    mender: 'nobody',
    retry: 'at once',
    ...SERVICE,
    hint: 'If it stays, check whether a proxy of the network changes what passes through it.',
  },
  'no-answer': {
    id: 'D75',
    title: 'The service heard the utterance and did not answer',
    mender: 'nobody',
    retry: 'at once',
    ...SERVICE,
    hint: 'Speak again; if it stays, look at the status page of the service.',
  },
  'silent-answer': {
    id: 'D76',
    title: 'The service answered without sound',
    mender: 'nobody',
    retry: 'at once',
    ...SERVICE,
    hint: 'Speak again; if it stays, look at the status page of the service.',
  },
  'answer-broken-off': {
    id: 'D77',
    title: 'The service broke its answer off',
    mender: 'nobody',
    retry: 'at once',
    ...SERVICE,
    hint: 'Speak again; if it stays, look at the status page of the service.',
  },
  'answer-endless': {
    id: 'D78',
    title: 'The answer of the service did not end',
    mender: 'nobody',
    retry: 'at once',
    ...SERVICE,
    hint: 'Speak again; if it stays, look at the status page of the service.',
  },
  'answer-wrong-language': {
    id: 'D79',
    title: 'The service answered in the wrong language',
    mender: 'nobody',
    retry: 'at once',
    ...SERVICE,
    hint: 'Speak again, in a whole sentence; if it stays, check the settings under [languages].',
  },
} as const satisfies Record<string, FaultEntry>;

export type FaultCode = keyof typeof FAULTS;
export const FAULT_CODES = Object.keys(FAULTS) as FaultCode[];

/** Whether the way to the service is at fault, rather than the service or the account. */
export function isNetworkFault(code: FaultCode): boolean {
  return FAULTS[code].group === 'network' && code !== 'upgrade-refused';
}

/** Whether the engine failed, so that another one may do better. */
export function isEngineFault(code: FaultCode): boolean {
  const { group } = FAULTS[code];
  if (code === 'phrasebook-missing' || code === 'phrasebook-failed') return true;
  return group === 'account' || group === 'network' || group === 'service';
}

/** Whether nothing at all reaches the service: what breaks off or is held back may be one kind of connection only. */
export function isOutage(code: FaultCode): boolean {
  return OUTAGES.has(code);
}

const OUTAGES: ReadonlySet<FaultCode> = new Set([
  'proxy-failed',
  'network-unreachable',
  'name-not-resolved',
  'clock-wrong',
  'tls-failed',
]);

/** Whether the next turn would meet it as well: quota, key, model, network, outage. */
export function concernsNextTurn(code: FaultCode): boolean {
  return FAULTS[code].retry !== 'at once' || code === 'service-error';
}

/** Whether people who wait for seconds may see it pass: it is worth another try. */
export function mayPassSoon(code: FaultCode): boolean {
  const { retry } = FAULTS[code];
  return retry === 'at once' || retry === 'backoff';
}

/** Something wrong that someone can act on. What is no Fault is a bug. */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly code: FaultCode;
  /**
   * What happened this time, in words for who looks into it; never holds the key, what was said, or what others said
   * who may quote it.
   */
  readonly detail: string;

  constructor(code: FaultCode, detail: string) {
    super(`${FAULTS[code].title}: ${detail}`);
    this.code = code;
    this.detail = detail;
  }

  get entry(): FaultEntry {
    return FAULTS[this.code];
  }
}
