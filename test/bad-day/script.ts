/** The script of a day in a bad hotel: who comes when, and what breaks. */
import type { FaultCode } from '../../src/kiosk/faults.ts';
import { quotaExceeded, upgradeRefused } from '../../src/standin/faults.ts';
import type { Standin } from '../../src/standin/server.ts';
import type { Door } from '../support/door.ts';
import type { FastDesk } from '../support/fast-desk.ts';

/** What the script can do. */
export interface Hotel {
  readonly desk: FastDesk;
  readonly door: Door;
  readonly standin: Standin;
  /** Somebody presses, speaks and releases; these outcomes are right. Resolves with the outcome. */
  asks(who: string, ...right: Outcome[]): Promise<void>;
  /** The same, and this happens in the middle of what is said, or so long after the release. */
  asksWhile(who: string, happens: () => Promise<void>, afterMs: number, ...right: Outcome[]): Promise<void>;
  /** Something is wrong from now on. @returns called when it is mended */
  wrong(name: string, ...faults: FaultCode[]): (what: string) => void;
  happened(what: string): void;
}

export type Outcome = 'translated' | `failed: ${FaultCode}`;

/** What begins when, by the clock on the wall. */
export type Scene = readonly [time: string, play: (hotel: Hotel) => Promise<void> | void];

export const BEGINS = '22:00';
export const ENDS = '14:15';
export const QUIET = { from: '23:00', to: '06:30' };

/** Ends what an earlier scene began. */
let mended: (what: string) => void = () => {};

async function conversation({ asks }: Hotel, who: string): Promise<void> {
  await asks(`${who} asks`, 'translated');
  await asks('The host answers', 'translated');
}

export const EVENING: readonly Scene[] = [
  [
    '22:00',
    async ({ door, desk, wrong, happened }) => {
      happened('The device is plugged in; its clock is wrong by years');
      mended = wrong('clock wrong at boot', 'clock-wrong');
      await door.certificate('not yet valid');
      desk.start();
    },
  ],
  ['22:01:30', ({ asks }) => asks('A guest asks', 'failed: clock-wrong')],
  [
    '22:03',
    async ({ door, desk }) => {
      await door.certificate('good');
      mended('The clock is set from the network');
      desk.health.clockStepped(1e11);
    },
  ],
  ['22:10', (hotel) => conversation(hotel, 'A guest')],
  ['23:20', (hotel) => conversation(hotel, 'A late guest')],
  [
    '00:10:25',
    async ({ door, wrong, happened }) => {
      happened("After midnight the Wi-Fi's pass expires: a log-in page answers everything");
      mended = wrong('captive portal', 'captive-portal');
      await door.become({ portal: 'redirect' });
      door.cut();
    },
  ],
  ['00:30', ({ asks }) => asks('A guest asks', 'failed: captive-portal')],
  ['00:30:30', ({ asks }) => asks('The guest tries again', 'failed: captive-portal')],
  [
    '00:55:10',
    async ({ door }) => {
      await door.become('open');
      mended('Somebody lets the device through');
    },
  ],
  ['01:30', (hotel) => conversation(hotel, 'A guest')],
  [
    '04:00:40',
    async ({ door, wrong, happened }) => {
      happened('The router restarts, as every night; nobody is there');
      mended = wrong('router restarts', 'connect-timeout', 'network-unreachable');
      await door.become('silent');
    },
  ],
  [
    '04:03:10',
    async ({ door }) => {
      await door.become('open');
      mended('The router is back');
    },
  ],
];

export const DAY: readonly Scene[] = [
  ['10:20', (hotel) => conversation(hotel, 'A guest')],
  [
    '10:30',
    async ({ door, wrong, happened, asksWhile }) => {
      const happens = async () => {
        happened('Wi-Fi goes away');
        mended = wrong('Wi-Fi away for 5 minutes', 'network-unreachable');
        await door.become('closed');
      };
      await asksWhile('A guest asks', happens, -500, 'failed: network-unreachable');
    },
  ],
  ['10:32', ({ asks }) => asks('The guest tries again', 'failed: network-unreachable')],
  [
    '10:34:50',
    async ({ door, asksWhile }) => {
      const happens = async () => {
        await door.become('open');
        mended('Wi-Fi is back');
      };
      await asksWhile('Another guest asks', happens, 8000, 'translated');
    },
  ],
  ['10:36', ({ asks }) => asks('The host answers', 'translated')],
  ['11:15', (hotel) => conversation(hotel, 'A guest')],
  [
    '12:00',
    ({ standin, wrong, happened }) => {
      happened('The quota of the API key is used up');
      mended = wrong('quota at noon', 'quota');
      standin.script.everyConnection(...quotaExceeded);
    },
  ],
  ['12:05', ({ asks }) => asks('A guest asks', 'failed: quota')],
  ['12:20', ({ asks }) => asks('A guest asks', 'failed: quota')],
  [
    '12:40',
    ({ standin }) => {
      standin.script.clear();
      mended('The quota is raised');
    },
  ],
  ['12:50', (hotel) => conversation(hotel, 'A guest')],
  [
    '13:00',
    async ({ standin, asksWhile, wrong, happened }) => {
      const happens = async () => {
        happened('The service has a fault: it breaks off, and refuses with 503');
        mended = wrong('service fault for an hour', 'service-error');
        standin.script.everyConnection(upgradeRefused(503));
        await standin.act({ do: 'close', code: 1011, reason: 'Internal error encountered.' });
      };
      await asksWhile('A guest asks', happens, 300, 'failed: service-error');
    },
  ],
  ['13:20', ({ asks }) => asks('A guest asks', 'failed: service-error')],
  ['13:45', ({ asks }) => asks('A guest asks', 'failed: service-error')],
  [
    '14:00',
    ({ standin }) => {
      standin.script.clear();
      mended('The service is mended');
    },
  ],
  ['14:05', (hotel) => conversation(hotel, 'A guest')],
];
