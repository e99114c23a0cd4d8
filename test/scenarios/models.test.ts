import { describe, expect, it } from 'vitest';
import type { DaemonStatus } from '../../src/control/port.ts';
import { FAULTS } from '../../src/kiosk/faults.ts';
import type { Look } from '../../src/kiosk/shown/looks.ts';
import { GENERATE_MODELS, LIVE_MODELS } from '../../src/standin/protocol/models.ts';
import { dragomanInProcess } from '../rig/command.ts';
import type { Counter, LogLine } from '../rig/counter.ts';
import { heardWhole, reconnectShows, statusOf, turnWith } from './scenario.ts';
import { scenarios } from './scenarios.ts';

/** Models that are retired, that the service does not offer, and that it offers no longer. */

const open = scenarios();

const ALL = [...LIVE_MODELS, ...GENERATE_MODELS].map(({ name }) => name);
const without = (...names: string[]) => ALL.filter((name) => !names.includes(name));

const LIVE = 'gemini-3.8-live';
const MISSING = FAULTS['model-gone'];

/** The models that sessions were asked of. */
const askedFor = ({ standin }: Counter) =>
  new Set(standin.connections.map(({ setup }) => (setup as { model: string } | undefined)?.model));

async function servedBy(counter: Counter, engine: string): Promise<void> {
  const { turn, releasedMs } = await turnWith(counter, 'idle', () => {});
  expect(turn).toMatchObject({ outcome: 'translated', engine, attempts: 1 });
  await heardWhole(counter, releasedMs);
}

/** People look again and again until an engine is so. */
async function untilEngine(counter: Counter, is: string, timeoutMs = 150_000): Promise<void> {
  const { desk } = counter;
  const givenUpMs = desk.now() + timeoutMs;
  for (;;) {
    const { engines } = await statusOf(counter);
    if (engines.dialogue?.is === is) return;
    if (desk.now() > givenUpMs) throw new Error(`the dialogue is ${engines.dialogue?.is}, not ${is}`);
    await desk.passes(desk.now() + 500);
  }
}

/** The status when there is something to note in it, as there is before anybody presses. */
async function noted(counter: Counter): Promise<DaemonStatus> {
  const { desk } = counter;
  const givenUpMs = desk.now() + 10_000;
  for (;;) {
    const status = await statusOf(counter);
    if (status.notes.length > 0) return status;
    if (desk.now() > givenUpMs) throw new Error('the status has no notes');
    await desk.passes(desk.now() + 100);
  }
}

const logged = (counter: Counter) =>
  counter
    .logged()
    .flatMap(({ text }) => (text.includes('a note on an engine') ? [String(JSON.parse(text).detail)] : []));

describe('a configured model that is retired', () => {
  it('is replaced by its successor: the log, the status and the check of the configuration tell so', async () => {
    const counter = await open({ config: 'models = ["gemini-3.1-flash-live-preview"]\n' });
    const note = `live.models: gemini-3.1-flash-live-preview was retired on 2026-11-17; ${LIVE} is used: name that one instead`;
    const looksWrong = ({ msg, detail }: LogLine) =>
      msg === 'the configuration looks wrong' && String(detail).endsWith('name that one instead');
    expect((await counter.log(looksWrong)).detail).toMatch(/:\d+:\d+: warning: live\.models\.0: gemini-3\.1/);
    await counter.ready();
    expect(await statusOf(counter)).toMatchObject({ notes: [note], faults: [] });
    expect((await counter.command('status')).stdout).toContain(`\nnote: ${note}\n`);
    const check = await dragomanInProcess(['config', 'check', counter.configFile]);
    expect(check).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('gemini-3.8-live is used: name'),
    });
    await servedBy(counter, 'dialogue');
    expect(askedFor(counter)).toEqual(new Set([`models/${LIVE}`]));
  }, 60_000);
});

describe('a configured model that the service does not offer', () => {
  it('is told before anybody presses, with its engine and what to do, and the next of the list serves', async () => {
    const counter = await open({ config: `models = ["gemini-9-live", "${LIVE}"]\n` });
    await counter.ready();
    const { notes, faults } = await noted(counter);
    expect(notes).toEqual([
      expect.stringMatching(
        `^dialogue: gemini-9-live .*: ${LIVE} is used; take gemini-9-live out of live.models$`,
      ),
    ]);
    expect(logged(counter)).toContain(notes[0]);
    expect(faults).toMatchObject([{ code: 'model-gone', id: MISSING.id }]);
    expect(await reconnectShows(counter)).toEqual<Look>(MISSING.look);
    expect(counter.desk.led('connection')).toBe(true);
    await servedBy(counter, 'dialogue');
  }, 60_000);

  it('is told of an engine that would only serve if another failed, and nothing is sent for that', async () => {
    const counter = await open({
      engines: ['dialogue', 'cascade'],
      standin: { models: without('gemini-3.5-flash-lite', 'gemini-3.8-flash-tts') },
    });
    await counter.ready();
    const { notes, faults } = await noted(counter);
    expect(logged(counter)).toEqual(notes);
    expect(notes).toEqual([
      "cascade: gemini-3.5-flash-lite is not in the service's list of models for generateContent: gemini-3.8-flash is used; take gemini-3.5-flash-lite out of cascade.hearing_models",
      "cascade: gemini-3.8-flash-tts is not in the service's list of models for generateContent: gemini-3.8-flash-lite-tts is used; take gemini-3.8-flash-tts out of cascade.speech_models",
    ]);
    expect(faults).toMatchObject([{ code: 'model-gone' }]);
    expect(counter.standin.requests).toEqual([]);
    await servedBy(counter, 'dialogue');
  }, 60_000);

  it('and is the only one leaves the guest to the next engine, without a failed turn', async () => {
    const counter = await open({ engines: ['dialogue', 'cascade'], standin: { models: without(LIVE) } });
    await counter.log(({ fault }) => fault === 'model-gone');
    await untilEngine(counter, 'unreachable');
    const { route, notes } = await statusOf(counter);
    expect(route).toBe('cascade (next best; dialogue: unreachable, model-gone)');
    expect(notes).toEqual([
      expect.stringMatching(/^dialogue: gemini-3\.8-live .*name another model in live\.models$/),
    ]);
    await servedBy(counter, 'cascade');
  }, 60_000);
});

describe('a model that vanishes in use', () => {
  it('is not asked for again, save when the list of the service has changed', async () => {
    const counter = await open({ engines: ['dialogue', 'cascade'] });
    const { standin, desk } = counter;
    await counter.ready();
    await servedBy(counter, 'dialogue');
    standin.script.offer(...without(LIVE));
    await servedBy(counter, 'dialogue'); // the session that was held is still there
    await untilEngine(counter, 'unreachable');
    expect((await statusOf(counter)).notes).toEqual([
      expect.stringContaining(`dialogue: ${LIVE} is refused`),
    ]);
    await servedBy(counter, 'cascade');
    const refused = standin.connections.length;
    await desk.passes(desk.now() + 70_000);
    expect(standin.connections).toHaveLength(refused);
    standin.script.offer(...ALL);
    await untilEngine(counter, 'ready');
    expect(await statusOf(counter)).toMatchObject({ notes: [], faults: [] });
  }, 300_000);
});
