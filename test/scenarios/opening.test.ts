import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FAULTS, type FaultCode } from '../../src/kiosk/faults.ts';
import type { Look } from '../../src/kiosk/shown/looks.ts';
import type { Prompt } from '../../src/kiosk/shown/sounds.ts';
import {
  closedBeforeSetupComplete,
  creditsExhausted,
  NOT_IMPLEMENTED,
  quotaExceeded,
  setupNeverCompleted,
  upgradeNeverAnswered,
} from '../../src/standin/faults/faults.ts';
import type { ConnectionStep } from '../../src/standin/faults/script.ts';
import { temporaryFolders } from '../rig/folders.ts';
import { KEY } from '../rig/live.ts';
import { Times } from './report.ts';
import { allIsWell, heardPrompt, heardWhole, reconnectShows, turnWith } from './scenario.ts';
import { scenarios } from './scenarios.ts';

/** Connections that can't be had: an idle desk opens one at the press, and people learn what becomes of it. */

const open = scenarios();
const temporary = temporaryFolders();
const times = new Times('Connections that can not be had at once');
afterAll(() => times.report());

/** No spare: each press opens its connection. */
const NO_SPARE = 'spare_idle_s = 0\n';
const SOON = '[turn]\ndeliver_within_s = 6\n';

const refused = (status: number, body?: string): ConnectionStep => ({
  at: 'upgrade',
  do: 'refuse',
  status,
  ...(body === undefined ? {} : { body }),
});

describe('a connection that', () => {
  it.each<[string, FaultCode, ConnectionStep]>([
    ['is never answered', 'connect-timeout', upgradeNeverAnswered],
    ['never completes its set-up', 'setup-timeout', setupNeverCompleted],
    ['is refused with 503', 'service-error', refused(503)],
    ['meets a captive portal', 'captive-portal', refused(200, '<html>Welcome to our Wi-Fi</html>')],
    [
      'is closed with 1011 before its set-up',
      'service-error',
      closedBeforeSetupComplete(1011, 'Internal error encountered.'),
    ],
    [
      'is closed with 1008 before its set-up, for something that passes',
      'service-error',
      closedBeforeSetupComplete(1008, NOT_IMPLEMENTED),
    ],
    ['is reset before its set-up', 'connection-lost', { at: 'setup', do: 'reset' }],
  ])(
    '%s once: the turn waits for the next, and is heard',
    async (title, fault, step) => {
      const counter = await open({ config: NO_SPARE });
      const { standin } = counter;
      // A first turn for the time of a first connection.
      await counter.log((line) => line.msg === 'dragoman runs');
      const first = await turnWith(counter, 'idle', () => {});
      expect(first.turn).toMatchObject({ outcome: 'translated' });
      standin.script.nextConnection(step);
      const { turn, troubleMs, releasedMs } = await turnWith(counter, 'idle', () => {});
      expect(turn).toMatchObject({ outcome: 'translated', attempts: 1 });
      await heardWhole(counter, releasedMs);
      times.note(title, 'listening', counter, troubleMs, fault);
      await allIsWell(counter);
    },
    60_000,
  );

  it.each<[string, FaultCode, Prompt, readonly ConnectionStep[]]>([
    ['is never answered', 'connect-timeout', 'not available', [upgradeNeverAnswered]],
    ['never completes its set-up', 'setup-timeout', 'not available', [setupNeverCompleted]],
    ['is refused with 503', 'service-error', 'not available', [refused(503)]],
    ['meets a captive portal', 'captive-portal', 'not available', [refused(302)]],
    ['is refused with 403', 'permission-denied', 'not available', [refused(403)]],
    ['is refused with 429', 'quota', 'not available', [refused(429)]],
    ['is ended by the quota', 'quota', 'not available', quotaExceeded],
    ['is ended for want of credits', 'credits-exhausted', 'not available', creditsExhausted],
    [
      'is ended at once by a policy that nobody knows',
      'service-error',
      'not available',
      [{ at: 'ready', do: 'close', code: 1008, reason: 'Policy violation.' }],
    ],
    [
      'is refused for its set-up',
      'setup-rejected',
      'not available',
      [closedBeforeSetupComplete(1007, 'Unknown name "x" at \'setup\': Cannot find field.')],
    ],
  ])(
    '%s for as long as people wait: they are told in words, the light shows it, and it passes when it is over',
    async (_, fault, prompt, steps) => {
      const counter = await open({ config: `${NO_SPARE}${SOON}` });
      const { standin, desk } = counter;
      await counter.log((line) => line.msg === 'dragoman runs');
      standin.script.everyConnection(...steps);
      const pressedMs = desk.now();
      const { turn } = await turnWith(counter, 'idle', () => {});
      expect(turn).toMatchObject({ outcome: 'failed', fault });
      // Nobody is left waiting: 6 s here from the release, 15 s at a real desk.
      expect(await reconnectShows(counter)).toEqual<Look>(FAULTS[fault].look);
      expect(await heardPrompt(counter, prompt, pressedMs)).toBe(true);
      expect(desk.led('connection')).toBe(false);
      standin.script.clear();
      const { turn: next, releasedMs } = await turnWith(counter, 'idle', () => {});
      expect(next).toMatchObject({ outcome: 'translated' });
      await heardWhole(counter, releasedMs);
      expect(desk.led('connection')).toBe(true);
      expect(desk.led('trouble')).toBe(false);
    },
    60_000,
  );

  it('is refused for its model takes the next of the list, and tells the operator for good', async () => {
    const counter = await open({
      config: `${NO_SPARE}models = ["gemini-9-live", "gemini-3.8-live"]\n`,
    });
    const { turn, releasedMs } = await turnWith(counter, 'idle', () => {});
    expect(turn).toMatchObject({ outcome: 'translated', attempts: 1 });
    await heardWhole(counter, releasedMs);
    const told = counter.logged().find(({ text }) => text.includes('model-gone'));
    expect(told?.text).toContain('gemini-9-live');
    expect(await reconnectShows(counter)).toEqual<Look>(FAULTS['model-gone'].look);
    expect(counter.desk.led('connection')).toBe(true);
    // Nobody asks for the lost model again.
    const before = counter.standin.connections.length;
    await turnWith(counter, 'idle', () => {});
    expect(counter.standin.connections).toHaveLength(before + 1);
  }, 60_000);

  it.each([NOT_IMPLEMENTED, 'Policy violation.', ''])(
    'is the spare, and is closed with 1008 ("%s") for something that passes: the light is back within seconds',
    async (reason) => {
      const counter = await open();
      await counter.ready();
      counter.standin.script.nextConnection(closedBeforeSetupComplete(1008, reason));
      await turnWith(counter, 'idle', () => {});
      // Nobody presses.
      await counter.log((line) => line.fault === 'service-error');
      await counter.desk.untilLed('connection', true, 5000);
      expect(counter.desk.led('trouble')).toBe(false);
    },
    60_000,
  );

  it('is refused for its key is not asked for again before there is another key, save by a press', async () => {
    const file = path.join(temporary(), 'key');
    await writeFile(file, 'AIzaOld');
    const counter = await open({
      env: { GEMINI_API_KEY: '' },
      keyFile: file,
      standin: { badKeys: ['AIzaOld'] },
    });
    await counter.log((line) => line.fault === 'key-refused');
    expect(await reconnectShows(counter)).toEqual<Look>(FAULTS['key-refused'].look);
    const { turn } = await turnWith(counter, 'idle', () => {});
    expect(turn).toMatchObject({ outcome: 'failed', fault: 'key-refused' });
    await writeFile(file, KEY);
    await counter.desk.untilLed('connection', true, 20_000);
    await allIsWell(counter);
  }, 60_000);
});
