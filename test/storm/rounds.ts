/** Faults of a storm: of service, people, devices, network and machine, with the right outcomes. */
import { STEADY_AFTER_MS } from '../../src/base/kept-open.ts';
import type { FaultCode } from '../../src/kiosk/faults.ts';
import type { Action } from '../../src/standin/faults/script.ts';
import type { Draft } from './draft.ts';
import { CONNECTION_FAULTS, failed, TRANSLATED, TURN_FAULTS } from './faults.ts';
import { ANYTHING, type NetworkFault, type Step } from './history.ts';

export interface RoundKind {
  readonly name: string;
  draft(draft: Draft): void;
}

const NOTHING = 'nothing said';

const round = (name: string, draft: (draft: Draft) => void): RoundKind => ({ name, draft });

export const NO_FAULT = round('no fault', (draft) => draft.talk(TRANSLATED));

/** Of the next connection; of all, until it is repaired; or of the spare only, which is replaced. */
export const CONNECTIONS: readonly RoundKind[] = [...CONNECTION_FAULTS].flatMap(
  ([fault, { once, always }]) => [
    round(`${fault}, once`, (draft) => {
      draft.spareLapses();
      draft.add({ do: 'next connections', faults: [fault] });
      draft.talk(...once);
    }),
    round(`${fault}, always`, (draft) => {
      draft.spareLapses();
      draft.add({ do: 'every connection', fault });
      draft.talk(...always);
    }),
    round(`${fault}, under the spare`, (draft) => {
      draft.add({ do: 'next connections', faults: [fault] }, { do: 'act', action: { do: 'reset' } });
      draft.wait(0, 1500);
      // A press tries now; but a spare with a fault may be used before the fault.
      draft.talk(TRANSLATED, ...once);
    }),
  ],
);

export const ANSWERS: readonly RoundKind[] = [...TURN_FAULTS].flatMap(([fault, { once, again, times }]) =>
  [1, ...(times > 2 ? [2] : []), times].map((count) =>
    round(`${fault}, ${count} times`, (draft) => {
      draft.add({ do: 'next turns', faults: Array.from({ length: count }, () => fault) });
      draft.talk(...(count === 1 ? once : count === times ? again : [TRANSLATED]));
    }),
  ),
);

function speaking(draft: Draft, ...right: readonly string[]): void {
  draft.talk(...right);
  draft.until('speaking');
  draft.wait(0, 250);
}

export const PEOPLE: readonly RoundKind[] = [
  round('pressed again while awaiting', (draft) => {
    draft.talk('cancelled');
    draft.wait(20, 900);
    draft.talk(TRANSLATED);
  }),
  round('pressed again while speaking', (draft) => {
    speaking(draft, 'cancelled');
    draft.talk(TRANSLATED);
  }),
  round('tap of 50 ms', (draft) => draft.tap(50, NOTHING)),
  round('silence', (draft) => draft.tap(draft.between(300, 3000), NOTHING)),
  round('two presses in a row', (draft) => {
    draft.tap(draft.between(40, 80), NOTHING, 'cancelled');
    draft.wait(40, 80);
    draft.talk(TRANSLATED);
  }),
  round('ten presses in a second', (draft) => {
    for (let i = 0; i < 9; i += 1) {
      draft.tap(50, NOTHING, 'cancelled');
      draft.wait(50);
    }
    draft.talk(TRANSLATED);
  }),
  round('repeat pressed, and talk into it', (draft) => {
    draft.talk(TRANSLATED);
    draft.until('nothing');
    draft.push('repeat');
    draft.wait(0, 400);
    draft.talk(TRANSLATED);
  }),
  round('repeat after the guest has left', (draft) => {
    draft.talk(TRANSLATED);
    draft.wait(125_000, 140_000);
    draft.push('repeat');
    draft.wait(1500);
  }),
  round('other buttons pressed all the time', (draft) => {
    draft.press(TRANSLATED);
    for (const button of ['repeat', 'volume-up', 'volume-down', 'repeat'] as const) draft.push(button);
    draft.speak();
    draft.release();
    for (const button of ['volume-up', 'volume-down', 'repeat'] as const) draft.push(button);
    draft.until('speaking');
    for (const button of ['volume-up', 'volume-down', 'repeat'] as const) draft.push(button);
  }),
  round('muted while somebody speaks', (draft) => {
    draft.press('cancelled');
    draft.wait(300);
    draft.add({ do: 'press', button: 'mute' });
    draft.wait(200);
    draft.release();
    draft.wait(50);
    draft.tap(100, ...failed('muted'));
    draft.wait(50);
    draft.add({ do: 'release', button: 'mute' });
  }),
  round('spoken while muted, and pressed as soon as the switch is back', (draft) => {
    draft.add({ do: 'press', button: 'mute' });
    draft.wait(50, 600);
    draft.speak();
    draft.add({ do: 'release', button: 'mute' });
    draft.wait(20, 60);
    draft.tap(draft.between(300, 1500), NOTHING);
  }),
  round('somebody says that the guest has left', (draft) => {
    draft.talk(TRANSLATED);
    draft.until('nothing');
    draft.add({ do: 'press', button: 'language' });
    draft.wait(1000, 1500);
    draft.add({ do: 'release', button: 'language' });
    draft.push('repeat');
    draft.wait(200, 1000);
    draft.talk(TRANSLATED);
  }),
  round('repeat after some time', (draft) => {
    draft.talk(TRANSLATED);
    draft.until('nothing');
    draft.wait(25_000, 40_000);
    draft.push('repeat');
    draft.wait(500, 1500);
  }),
  round('button held too long', (draft) => {
    draft.press(TRANSLATED);
    draft.speak();
    draft.wait(61_000);
    draft.release();
  }),
  round('a contact that bounces', (draft) => {
    const edges = 2 * draft.between(1, 5) + 1;
    draft.add({ do: 'bounce', button: 'talk', right: ['translated'], edges, withinMs: draft.between(2, 12) });
    draft.speak();
    draft.release();
  }),
  round('guest boundary before', (draft) => {
    draft.wait(121_000, 200_000);
    draft.talk(TRANSLATED);
  }),
  // The language changes to the next one, and back to the heard one when this guest has left.
  round('a language is chosen by its button', (draft) => {
    draft.push('language');
    draft.wait(100, 1000);
    draft.talk(ANYTHING);
    draft.until('nothing');
    draft.wait(125_000);
  }),
];

const MICROPHONE_FAILED = failed(
  'microphone-missing',
  'microphone-busy',
  'microphone-stalled',
  'microphone-failed',
);
const LOUDSPEAKER_FAILED = failed('loudspeaker-missing', 'loudspeaker-busy', 'loudspeaker-failed');

function microphoneAway(draft: Draft, meanwhile: () => void): void {
  draft.add({ do: 'microphone', fault: 'gone' });
  meanwhile();
  draft.add({ do: 'microphone', fault: 'repair' });
}

/** A player that was lost twice in a row is opened again later (STEADY_AFTER_MS): not here. */
const steady = (draft: Draft) => draft.wait(STEADY_AFTER_MS + 1000);

export const DEVICES: readonly RoundKind[] = [
  round('player killed while speaking', (draft) => {
    steady(draft);
    speaking(draft, TRANSLATED, ...LOUDSPEAKER_FAILED);
    draft.add({ do: 'signal', to: 'players', signal: 'SIGKILL' });
  }),
  round('player killed before', (draft) => {
    steady(draft);
    draft.add({ do: 'signal', to: 'players', signal: 'SIGKILL' });
    draft.wait(0, 300);
    draft.talk(TRANSLATED, ...LOUDSPEAKER_FAILED);
  }),
  round('player hangs while speaking', (draft) => {
    speaking(draft, TRANSLATED, ...LOUDSPEAKER_FAILED);
    draft.add({ do: 'signal', to: 'players', signal: 'SIGSTOP' });
  }),
  round('loudspeaker gone for 2 s while speaking', (draft) => {
    speaking(draft, TRANSLATED, ...LOUDSPEAKER_FAILED);
    draft.add({ do: 'loudspeaker', fault: 'gone' });
    draft.wait(2000);
    draft.add({ do: 'loudspeaker', fault: 'repair' });
  }),
  round('loudspeaker stalls for 2 s while speaking', (draft) => {
    speaking(draft, TRANSLATED, ...LOUDSPEAKER_FAILED);
    draft.add({ do: 'loudspeaker', fault: 'stalled' });
    draft.wait(2000);
    draft.add({ do: 'loudspeaker', fault: 'repair' });
  }),
  round('loudspeaker gone while awaiting', (draft) => {
    draft.talk(TRANSLATED, ...LOUDSPEAKER_FAILED);
    draft.add({ do: 'loudspeaker', fault: 'gone' });
    draft.wait(500, 5000);
    draft.add({ do: 'loudspeaker', fault: 'repair' });
  }),
  round('loudspeaker busy', (draft) => {
    draft.add({ do: 'loudspeaker', fault: 'busy' }, { do: 'signal', to: 'players', signal: 'SIGKILL' });
    draft.wait(200, 3000);
    draft.talk(TRANSLATED, ...LOUDSPEAKER_FAILED);
    draft.add({ do: 'loudspeaker', fault: 'repair' });
  }),
  round('microphone gone before', (draft) =>
    microphoneAway(draft, () => {
      draft.wait(100, 2000);
      draft.talk(...MICROPHONE_FAILED);
    }),
  ),
  round('microphone gone while listening', (draft) => {
    draft.press(...MICROPHONE_FAILED, NOTHING);
    draft.wait(100, 800);
    microphoneAway(draft, () => draft.wait(100, 3000));
    draft.release();
  }),
  round('microphone gone while awaiting', (draft) => {
    draft.talk(TRANSLATED);
    // The end of the utterance arrives during the tail.
    draft.wait(300);
    microphoneAway(draft, () => draft.wait(100, 3000));
  }),
  round('recorder killed while listening', (draft) => {
    draft.press(TRANSLATED, NOTHING, ...MICROPHONE_FAILED);
    draft.wait(100, 500);
    draft.add({ do: 'signal', to: 'recorders', signal: 'SIGKILL' });
    draft.speak();
    draft.release();
  }),
  round('recorder hangs', (draft) => {
    draft.add({ do: 'signal', to: 'recorders', signal: 'SIGSTOP' });
    draft.wait(0, 8000);
    draft.talk(TRANSLATED, NOTHING, ...MICROPHONE_FAILED);
  }),
  round('microphone stalls', (draft) => {
    draft.add({ do: 'microphone', fault: 'stalled' });
    draft.wait(100, 5000);
    draft.talk(TRANSLATED, NOTHING, ...MICROPHONE_FAILED);
    draft.add({ do: 'microphone', fault: 'repair' });
  }),
  round('the recorder is not installed', (draft) => {
    draft.add({ do: 'recorder', installed: false }, { do: 'signal', to: 'recorders', signal: 'SIGKILL' });
    draft.wait(500, 3000);
    draft.talk(...MICROPHONE_FAILED, ...failed('recorder-missing'));
    draft.add({ do: 'recorder', installed: true });
  }),
  round('GPIO vanishes while nobody presses', (draft) => {
    draft.add({ do: 'gpio', present: false });
    draft.wait(100, 20_000);
    draft.add({ do: 'gpio', present: true });
  }),
  round('GPIO vanishes under a press', (draft) => {
    draft.press(ANYTHING);
    draft.wait(100, 600);
    draft.add({ do: 'gpio', present: false });
    draft.speak();
    draft.release();
    draft.add({ do: 'gpio', present: true });
  }),
];

/** The right outcomes when the network was poor for a while. */
const POOR: readonly FaultCode[] = [
  'network-unreachable',
  'name-not-resolved',
  'connect-timeout',
  'setup-timeout',
  'connection-lost',
  'network-slow',
  'no-answer',
  'answer-broken-off',
  'session-expired',
  'service-error',
];

const network = (fault: NetworkFault): Step => ({ do: 'network', network: fault });
const heal = network({ fault: 'heal' });

/** From before the press until after its outcome. */
const outage = (name: string, faults: readonly NetworkFault[], codes: readonly FaultCode[]): RoundKind =>
  round(name, (draft) => {
    draft.spareLapses();
    draft.add(...faults.map(network));
    draft.wait(100, 3000);
    draft.talk(...failed(...codes));
    draft.until('nothing');
    draft.wait(100, 40_000);
  });

/** In the middle of a turn, for a moment. */
const moment = (name: string, fault: NetworkFault, longestMs: number): RoundKind =>
  round(name, (draft) => {
    const right = [TRANSLATED, ...failed(...POOR)];
    if (draft.chance(0.5)) {
      draft.press(...right);
      draft.add({ do: 'begin to speak', sentence: draft.sentence() });
      draft.wait(100, 1300);
      draft.add(network(fault));
      draft.wait(200, 1500);
      draft.release();
    } else {
      draft.talk(...right);
      draft.wait(0, 1500);
      draft.add(network(fault));
    }
    draft.wait(100, longestMs);
    draft.add(heal);
  });

const DOWN: readonly FaultCode[] = ['network-unreachable', 'name-not-resolved', 'connect-timeout'];

export const NETWORK: readonly RoundKind[] = [
  outage('link down', [{ fault: 'link down' }], DOWN),
  outage('nothing comes through', [{ fault: 'half-open' }], DOWN),
  outage('connections refused', [{ fault: 'refuse' }], ['network-unreachable']),
  outage(
    'certificate expired',
    [{ fault: 'certificate', certificate: 'expired' }],
    ['tls-failed', 'clock-wrong'],
  ),
  outage(
    'certificate not yet valid',
    [{ fault: 'certificate', certificate: 'not yet valid' }],
    ['clock-wrong', 'tls-failed'],
  ),
  outage(
    'certificate self-signed',
    [{ fault: 'certificate', certificate: 'self-signed' }],
    ['tls-failed', 'captive-portal'],
  ),
  outage('captive portal', [{ fault: 'captive portal' }], ['captive-portal', 'tls-failed']),
  ...(['silent', 'servfail', 'nxdomain'] as const).map((mode) =>
    round(`name server: ${mode}`, (draft) => {
      draft.spareLapses();
      draft.add(network({ fault: 'dns', mode }));
      // A known name continues to be used.
      draft.talk(TRANSLATED, ...failed('name-not-resolved', 'connect-timeout'));
    }),
  ),
  moment('half-open for a moment', { fault: 'half-open' }, 6000),
  moment('link down for a moment', { fault: 'link down' }, 6000),
  moment('reset', { fault: 'reset' }, 100),
  moment('refused for a moment', { fault: 'refuse' }, 4000),
  moment('so much is lost', { fault: 'loss', percent: 20 }, 5000),
  moment('slow for a moment', { fault: 'latency', ms: 400 }, 5000),
  moment('narrow for a moment', { fault: 'bandwidth', kbit: 64 }, 5000),
  round('a poor network', (draft) => {
    draft.add(network({ fault: 'loss', percent: draft.between(1, 8) }));
    draft.add(network({ fault: 'latency', ms: draft.between(20, 150) }));
    draft.add(network({ fault: 'bandwidth', kbit: draft.between(600, 2000) }));
    draft.talk(TRANSLATED, ...failed(...POOR));
    draft.until('nothing');
  }),
];

const DAY_MS = 86_400_000;

/** A turn in progress when the daemon ends is cancelled, if the daemon can still report it. */
const daemonEnds = (
  name: string,
  ends: 'in good order' | 'killed',
  before: (draft: Draft) => void,
): RoundKind =>
  round(name, (draft) => {
    before(draft);
    draft.add({ do: 'daemon', ends, awayMs: draft.between(100, 5000) }, { do: 'release', button: 'talk' });
    draft.add({ do: 'until ready' });
    draft.talk(TRANSLATED);
  });

export const MACHINE: readonly RoundKind[] = [
  round('wall clock set', (draft) => {
    const stepMs = draft.pick([-1, 1]) * draft.pick([1000, 61_000, 3_600_000, 3 * DAY_MS]);
    draft.add({ do: 'wall clock', stepMs });
    draft.talk(TRANSLATED);
  }),
  round('wall clock set during a turn', (draft) => {
    draft.talk(TRANSLATED);
    draft.wait(0, 1000);
    draft.add({ do: 'wall clock', stepMs: draft.pick([-3_600_000, 3_600_000, DAY_MS]) });
  }),
  ...(['full', 'read-only'] as const).map((fault) =>
    round(`disk ${fault}`, (draft) => {
      draft.add({ do: 'disk', fault });
      draft.talk(TRANSLATED);
      draft.until('nothing');
      draft.wait(1000, 200_000);
      draft.add({ do: 'disk', fault: 'repair' });
    }),
  ),
  ...(['missing', 'empty', 'refused'] as const).map((is) =>
    round(`key ${is}`, (draft) => {
      draft.spareLapses();
      draft.add({ do: 'key', is });
      draft.talk(...failed(is === 'refused' ? 'key-refused' : 'key-missing'));
      draft.until('nothing');
      draft.wait(100, 30_000);
      draft.add({ do: 'key', is: 'good' });
    }),
  ),
  ...(['in good order', 'killed'] as const).flatMap((ends) => [
    daemonEnds(`daemon ends ${ends} while nothing goes on`, ends, () => {}),
    daemonEnds(`daemon ends ${ends} while listening`, ends, (draft) => {
      draft.press(ANYTHING);
      draft.speak();
    }),
    daemonEnds(`daemon ends ${ends} while awaiting`, ends, (draft) => {
      draft.talk(ANYTHING);
      draft.wait(50, 900);
    }),
  ]),
];

/** On the open connection. */
const ACTIONS: readonly Action[] = [
  { do: 'reset' },
  { do: 'hang' },
  { do: 'stopReading' },
  { do: 'goAway', timeLeft: '0s' },
  { do: 'goAway', timeLeft: '2s' },
  { do: 'close', code: 1011, reason: 'Internal error encountered.' },
  { do: 'close', code: 1008, reason: 'The operation was aborted.' },
  { do: 'sendText', text: '{"serverContent":' },
  { do: 'send', message: { serverContent: { interrupted: true } } },
  { do: 'send', message: { serverContent: { turnComplete: true } } },
];

const DISTURBANCES: readonly Step[] = [
  { do: 'signal', to: 'players', signal: 'SIGKILL' },
  { do: 'signal', to: 'recorders', signal: 'SIGKILL' },
  { do: 'signal', to: 'recorders', signal: 'SIGSTOP' },
  { do: 'loudspeaker', fault: 'gone' },
  { do: 'loudspeaker', fault: 'stalled' },
  { do: 'loudspeaker', fault: 'repair' },
  { do: 'microphone', fault: 'gone' },
  { do: 'microphone', fault: 'repair' },
  { do: 'press', button: 'repeat' },
  { do: 'release', button: 'repeat' },
  { do: 'press', button: 'language' },
  { do: 'release', button: 'language' },
  { do: 'press', button: 'mute' },
  { do: 'release', button: 'mute' },
  { do: 'gpio', present: false },
  { do: 'gpio', present: true },
  { do: 'wall clock', stepMs: 7_200_000 },
  { do: 'wall clock', stepMs: -7_200_000 },
  { do: 'disk', fault: 'full' },
  { do: 'key', is: 'missing' },
  network({ fault: 'reset' }),
  network({ fault: 'half-open' }),
  network({ fault: 'link down' }),
  network({ fault: 'loss', percent: 15 }),
  network({ fault: 'latency', ms: 300 }),
  heal,
  ...ACTIONS.map((action): Step => ({ do: 'act', action })),
];

/** A random selection. */
function some<T>(draft: Draft, from: readonly T[], most: number): T[] {
  return Array.from({ length: Math.floor(draft.random() * (most + 1)) }, () => draft.pick(from));
}

/** Several faults at once, at any time: every turn still has its outcome, and the desk is fine afterwards. */
export const CHAOS = round('several at once', (draft) => {
  if (draft.chance(0.3)) draft.spareLapses();
  draft.add({ do: 'next connections', faults: some(draft, [...CONNECTION_FAULTS.keys()], 4) });
  draft.add({ do: 'next turns', faults: some(draft, [...TURN_FAULTS.keys()], 4) });
  for (let presses = draft.between(1, 4); presses > 0; presses -= 1) {
    draft.press(ANYTHING);
    if (draft.chance(0.4)) draft.add(draft.pick(DISTURBANCES));
    if (draft.chance(0.8)) draft.speak();
    else draft.wait(20, 500);
    if (draft.chance(0.4)) draft.add(draft.pick(DISTURBANCES));
    draft.release();
    draft.wait(20, 2000);
    if (draft.chance(0.4)) draft.add(draft.pick(DISTURBANCES));
    draft.wait(20, 2000);
  }
  draft.add({ do: 'release', button: 'mute' }, { do: 'gpio', present: true });
  // The guest with a pinned language leaves; the next guest is another.
  draft.until('nothing', 60_000);
  draft.wait(125_000);
});
