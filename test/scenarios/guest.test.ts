import { describe, expect, it } from 'vitest';
import { type Counter, tap } from '../rig/counter.ts';
import { counters } from '../rig/counters.ts';
import { heardCue, scenarioOptions, turnWith } from './scenario.ts';

/** The boundary between two guests. */

const open = counters();

const opened = (config = '') =>
  open(
    scenarioOptions({
      config,
      desk: { buttons: { talk: 17, repeat: 5, language: 6 } },
      buttons: 'talk = 17\nrepeat = 5\nlanguage = 6\n',
    }),
  );

/** Whether the latest session was given earlier turns at its beginning. */
function toldOfThePast({ standin }: Counter): boolean {
  return standin.connections.at(-1)?.history !== undefined;
}

/** Presses "repeat". @returns whether anything is heard */
async function repeats({ desk }: Counter): Promise<boolean> {
  const pressedMs = await tap(desk, 'repeat');
  await desk.passes(pressedMs + 2500);
  return desk.recorder.nextSound({ afterMs: pressedMs, timeoutMs: 1 }).then(
    () => true,
    () => false,
  );
}

describe('the next guest', () => {
  it.each<[string, (counter: Counter) => Promise<unknown>]>([
    [
      'the language button, held for a second',
      async ({ desk }) => {
        const pressedMs = desk.press('language');
        await desk.passes(pressedMs + 1100);
        desk.release('language');
      },
    ],
    ['"dragoman guest new"', async ({ command }) => expect((await command('guest', 'new')).code).toBe(0)],
  ])('hears and is told nothing of the one before, after %s', async (_, leaves) => {
    const counter = await opened();
    const { desk } = counter;
    await counter.ready();
    expect((await turnWith(counter, 'idle', () => {})).turn.outcome).toBe('translated');
    await desk.recorder.nextSilence(500, { afterMs: desk.now() });
    expect(await repeats(counter)).toBe(true);
    const leftMs = desk.now();
    await leaves(counter);
    await desk.passes(desk.now() + 500);
    expect(heardCue(counter, 'ended', leftMs)).toBe(true);
    expect(await repeats(counter)).toBe(false);
    expect((await turnWith(counter, 'idle', () => {})).turn.outcome).toBe('translated');
    expect(toldOfThePast(counter)).toBe(false);
    expect((await turnWith(counter, 'idle', () => {})).turn.outcome).toBe('translated');
    expect(toldOfThePast(counter)).toBe(true);
  });

  it('has a translation repeated for 30 s, and not later', async () => {
    const counter = await opened();
    const { desk } = counter;
    await counter.ready();
    expect((await turnWith(counter, 'idle', () => {})).turn.outcome).toBe('translated');
    await desk.passes(desk.now() + 25_000);
    expect(await repeats(counter)).toBe(true);
    await desk.passes(desk.now() + 35_000);
    expect(await repeats(counter)).toBe(false);
  });
});
