/** The one table of what can go wrong in a way that someone can act on. */

/** Who can mend it: it passes by itself, the people at the desk, or who looks after the device. */
export type Mender = 'nobody' | 'staff' | 'operator';

/**
 * When the same thing is worth trying again: at once on a fresh connection, after a growing wait,
 * after a long one, or not before something was changed.
 */
export type RetryRule = 'at once' | 'backoff' | 'slow' | 'when changed';

export interface FaultEntry {
  readonly title: string;
  readonly mender: Mender;
  readonly retry: RetryRule;
  /** What to do about it, for the mender. */
  readonly hint: string;
}

export const FAULTS = {
  'button-stuck': {
    title: 'A talk button stays down',
    mender: 'staff',
    retry: 'when changed',
    hint: 'Let go of the button; if nobody holds it, it is stuck or its wire is shorted.',
  },
  muted: {
    title: 'The microphone is switched off',
    mender: 'staff',
    retry: 'when changed',
    hint: 'Put the mute switch back.',
  },
  'microphone-missing': {
    title: 'There is no microphone',
    mender: 'staff',
    retry: 'backoff',
    hint: 'Plug the microphone in, or check microphone.device against the list of `arecord -L`.',
  },
  'microphone-busy': {
    title: 'Another program uses the microphone',
    mender: 'operator',
    retry: 'backoff',
    hint: 'End the other program (`fuser -v /dev/snd/*` names it).',
  },
  'microphone-stalled': {
    title: 'The microphone delivers no sound',
    mender: 'staff',
    retry: 'backoff',
    hint: 'Pull the microphone out and plug it in again.',
  },
  'microphone-failed': {
    title: 'Recording ended unexpectedly',
    mender: 'operator',
    retry: 'backoff',
    hint: 'Nothing, if it happens now and then; otherwise try `arecord -d 3 /dev/null` by hand.',
  },
  'recorder-missing': {
    title: 'The program arecord is not there',
    mender: 'operator',
    retry: 'slow',
    hint: 'apt-get install alsa-utils',
  },
  'loudspeaker-missing': {
    title: 'There is no loudspeaker',
    mender: 'staff',
    retry: 'backoff',
    hint: 'Plug the loudspeaker in, or check loudspeaker.device against the list of `aplay -L`.',
  },
  'loudspeaker-busy': {
    title: 'Another program uses the loudspeaker',
    mender: 'operator',
    retry: 'backoff',
    hint: 'End the other program (`fuser -v /dev/snd/*` names it).',
  },
  'player-missing': {
    title: 'The player cannot be started',
    mender: 'operator',
    retry: 'slow',
    hint: 'Run scripts/setup again, or choose loudspeaker.driver = "aplay" (apt-get install alsa-utils).',
  },
  'loudspeaker-failed': {
    title: 'Playback ended unexpectedly',
    mender: 'operator',
    retry: 'backoff',
    hint: 'Nothing, if it happens now and then; otherwise try `speaker-test` by hand.',
  },
  'panel-missing': {
    title: 'The buttons and lights cannot be used',
    mender: 'operator',
    retry: 'backoff',
    hint: 'Check the lines under [panel], and that this machine has GPIO the service may use.',
  },
  internal: {
    title: 'An error in the device itself',
    mender: 'operator',
    retry: 'at once',
    hint: 'Report it, with the lines of the journal around it.',
  },
  'network-unreachable': {
    title: 'The service cannot be reached',
    mender: 'operator',
    retry: 'backoff',
    hint: 'Check the network cable or Wi-Fi, and service.base_url if it is set.',
  },
  'name-not-resolved': {
    title: 'The name of the service cannot be resolved',
    mender: 'operator',
    retry: 'backoff',
    hint: 'Check the DNS server of this network, and service.base_url if it is set.',
  },
  'tls-failed': {
    title: 'No trusted connection to the service',
    mender: 'operator',
    retry: 'slow',
    hint: "Check the device's date and time; then whether a proxy of the network intercepts TLS.",
  },
  'connection-lost': {
    title: 'The connection to the service was lost',
    mender: 'nobody',
    retry: 'at once',
    hint: 'Nothing, if it happens now and then; otherwise check the network.',
  },
  'network-slow': {
    title: 'The network takes the sound too slowly',
    mender: 'operator',
    retry: 'at once',
    hint: 'About 350 kbit/s upstream are needed; check the Wi-Fi.',
  },
  'connect-timeout': {
    title: 'The service did not answer the connection in time',
    mender: 'operator',
    retry: 'at once',
    hint: 'Check the network; a firewall or captive portal may hold connections back.',
  },
  'setup-timeout': {
    title: 'The service did not complete the set-up in time',
    mender: 'nobody',
    retry: 'at once',
    hint: 'Nothing, if it happens now and then; it is on the side of the service.',
  },
  'upgrade-refused': {
    title: 'The service, or something before it, refused the connection',
    mender: 'operator',
    retry: 'slow',
    hint: 'Check service.base_url, and whether a captive portal or proxy answers in place of the service.',
  },
  'key-missing': {
    title: 'There is no API key',
    mender: 'operator',
    retry: 'when changed',
    hint: 'Put the key into the environment as GEMINI_API_KEY, or into the file that service.key_file names.',
  },
  'key-refused': {
    title: 'The service does not accept the API key',
    mender: 'operator',
    retry: 'when changed',
    hint: 'Make a new key in Google AI Studio and put it in place of the old one.',
  },
  quota: {
    title: 'The quota of the API key is used up',
    mender: 'operator',
    retry: 'slow',
    hint: 'Wait for the quota to be renewed, or raise it in Google AI Studio.',
  },
  'model-gone': {
    title: 'The service does not offer the configured model',
    mender: 'operator',
    retry: 'when changed',
    hint: 'Put another model first in live.models.',
  },
  'setup-rejected': {
    title: 'The service does not accept the set-up of the session',
    mender: 'operator',
    retry: 'when changed',
    hint: 'Check the settings under [live]; the reason of the service is given.',
  },
  'service-error': {
    title: 'The service reported an error of its own',
    mender: 'nobody',
    retry: 'at once',
    hint: 'Nothing, if it happens now and then; otherwise look at the status page of the service.',
  },
  'session-expired': {
    title: 'The service ended the session because its time was up',
    mender: 'nobody',
    retry: 'at once',
    hint: 'Nothing; the next session is opened.',
  },
  'service-garbled': {
    title: 'The service sent something that cannot be read',
    mender: 'nobody',
    retry: 'at once',
    hint: 'If it stays, check whether a proxy of the network changes what passes through it.',
  },
  'no-answer': {
    title: 'The service heard the utterance and did not answer',
    mender: 'nobody',
    retry: 'at once',
    hint: 'Speak again; if it stays, look at the status page of the service.',
  },
  'silent-answer': {
    title: 'The service answered without sound',
    mender: 'nobody',
    retry: 'at once',
    hint: 'Speak again; if it stays, look at the status page of the service.',
  },
  'answer-broken-off': {
    title: 'The service broke its answer off',
    mender: 'nobody',
    retry: 'at once',
    hint: 'Speak again; if it stays, look at the status page of the service.',
  },
} as const satisfies Record<string, FaultEntry>;

export type FaultCode = keyof typeof FAULTS;

/** Something wrong that someone can act on. What is no Fault is a bug. */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly code: FaultCode;
  /** What happened this time, in words for who looks into it; never holds the key or what was said. */
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
