/** The script of a day in a bad hotel: who comes when, and which faults occur. */
import { createServer } from 'node:http';
import type { FaultCode } from '../../src/kiosk/faults.ts';
import { quotaExceeded, upgradeRefused } from '../../src/standin/faults/faults.ts';
import type { VirtualCounter } from '../rig/virtual/counter.ts';

/** What the script can do. */
export interface Hotel {
  readonly counter: VirtualCounter;
  /** Somebody presses, speaks and releases; these outcomes are right. Resolves some seconds after the outcome. */
  asks(who: string, ...right: Outcome[]): Promise<void>;
  /** The same, and this happens in the middle of the speech, or some time after the release. */
  asksWhile(who: string, happens: () => unknown, afterMs: number, ...right: Outcome[]): Promise<void>;
  /** A fault begins now and lasts until it is over. */
  wrong(name: string, ...faults: FaultCode[]): void;
  over(what: string): void;
  happened(what: string): void;
}

export type Outcome = 'translated' | `failed: ${FaultCode}`;

/** The events by the wall clock. */
export type Scene = readonly [time: string, play: (hotel: Hotel) => Promise<void> | void];

export const BEGINS = '22:00';
/** The right wall-clock time then. No day around it has a change of daylight saving time. */
const BEGINNING = new Date(2026, 11, 1, 22);
/** What it shows: the last time that was stored before a long journey. */
export const WRONG_BEGINNING = new Date(2023, 4, 17, 12, 17);
export const ENDS = '14:15';
export const QUIET = { from: '23:00', to: '06:30' };

async function conversation({ asks }: Hotel, who: string): Promise<void> {
  await asks(`${who} asks`, 'translated');
  await asks('The host answers', 'translated');
}

export const EVENING: readonly Scene[] = [
  [
    '22:00',
    ({ wrong, happened }) => {
      happened('The device is plugged in; its clock is years off');
      wrong('clock wrong at boot', 'clock-wrong');
    },
  ],
  ['22:01:30', ({ asks }) => asks('A guest asks', 'failed: clock-wrong')],
  [
    '22:03',
    ({ counter: { clock }, over }) => {
      clock.setWall(new Date(BEGINNING.getTime() + clock.now()));
      over('The clock is set from the network');
    },
  ],
  ['22:10', (hotel) => conversation(hotel, 'A guest')],
  ['23:20', (hotel) => conversation(hotel, 'A late guest')],
  [
    '00:10:25',
    ({ counter: { network }, wrong, happened }) => {
      happened('After midnight the Wi-Fi pass expires: every request gets a login page');
      wrong('captive portal', 'captive-portal');
      network.portal(createServer());
      network.reset();
    },
  ],
  ['00:30', ({ asks }) => asks('A guest asks', 'failed: captive-portal')],
  ['00:30:30', ({ asks }) => asks('The guest tries again', 'failed: captive-portal')],
  [
    '00:55:10',
    ({ counter: { network }, over }) => {
      network.heal();
      over('Somebody logs the device in');
    },
  ],
  ['01:30', (hotel) => conversation(hotel, 'A guest')],
  [
    '04:00:40',
    ({ counter: { network }, wrong, happened }) => {
      happened('The router restarts, as every night; nobody is at the desk');
      wrong('router restarts', 'connect-timeout', 'network-unreachable');
      network.halfOpen();
    },
  ],
  [
    '04:03:10',
    ({ counter: { network }, over }) => {
      network.heal();
      over('The router is back');
    },
  ],
];

const DAY: readonly Scene[] = [
  ['10:20', (hotel) => conversation(hotel, 'A guest')],
  [
    '10:30',
    ({ counter: { network }, wrong, happened, asksWhile }) => {
      const happens = () => {
        happened('Wi-Fi fails');
        wrong('no Wi-Fi for 5 minutes', 'network-unreachable');
        network.linkDown();
      };
      return asksWhile('A guest asks', happens, -500, 'failed: network-unreachable');
    },
  ],
  ['10:32', ({ asks }) => asks('The guest tries again', 'failed: network-unreachable')],
  [
    '10:34:50',
    ({ counter: { network }, over, asksWhile }) => {
      const happens = () => {
        network.heal();
        over('Wi-Fi is back');
      };
      return asksWhile('Another guest asks', happens, 8000, 'translated');
    },
  ],
  ['10:36', ({ asks }) => asks('The host answers', 'translated')],
  ['11:15', (hotel) => conversation(hotel, 'A guest')],
  [
    '12:00',
    ({ counter: { standin }, wrong, happened }) => {
      happened('The quota of the API key is used up');
      wrong('quota at noon', 'quota');
      standin.script.everyConnection(...quotaExceeded);
    },
  ],
  ['12:05', ({ asks }) => asks('A guest asks', 'failed: quota')],
  ['12:20', ({ asks }) => asks('A guest asks', 'failed: quota')],
  [
    '12:40',
    ({ counter: { standin }, over }) => {
      standin.script.clear();
      over('The quota is raised');
    },
  ],
  ['12:50', (hotel) => conversation(hotel, 'A guest')],
  [
    '13:00',
    ({ counter: { standin }, asksWhile, wrong, happened }) => {
      const happens = () => {
        happened('The service fails: it breaks off, then refuses with 503');
        wrong('service fault for an hour', 'service-error');
        standin.script.everyConnection(upgradeRefused(503));
        void standin.act({ do: 'close', code: 1011, reason: 'Internal error encountered.' });
      };
      return asksWhile('A guest asks', happens, 300, 'failed: service-error');
    },
  ],
  ['13:20', ({ asks }) => asks('A guest asks', 'failed: service-error')],
  ['13:45', ({ asks }) => asks('A guest asks', 'failed: service-error')],
  [
    '14:00',
    ({ counter: { standin }, over }) => {
      standin.script.clear();
      over('The service works again');
    },
  ],
  ['14:05', (hotel) => conversation(hotel, 'A guest')],
];

export const SCENES: readonly Scene[] = [...EVENING, ...DAY];
