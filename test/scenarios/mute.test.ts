import { describe, expect, it } from 'vitest';
import type { Counter, CounterOptions } from '../rig/counter.ts';
import { counters } from '../rig/counters.ts';
import { longAnswer } from '../rig/standin.ts';
import { allIsWell, scenarioOptions, statusOf, turnWith, UTTERANCE } from './scenario.ts';

/** The mute switch: "the microphone is switched off" is true. */

const open = counters();

function opened(options: CounterOptions = {}): Promise<Counter> {
  return open(
    scenarioOptions({
      desk: { buttons: { talk: 17, mute: 5 }, ...options.desk },
      buttons: 'talk = 17\nmute = 5\n',
      ...options,
    }),
  );
}

/** Until as many recorders run. */
async function recorders({ desk }: Counter, count: number): Promise<void> {
  const untilMs = desk.now() + 10_000;
  while (desk.microphone.recorders().length !== count) {
    if (desk.now() > untilMs) throw new Error(`not ${count} recorders within 10 s`);
    await desk.passes(desk.now() + 20);
  }
}

describe('the mute switch', () => {
  it('ends the recorder, and nothing that was said before it is turned back gets into a turn', async () => {
    const counter = await opened({ microphone: 'listen = "always"' });
    const { desk, standin } = counter;
    await counter.ready();
    await recorders(counter, 1);
    desk.press('mute');
    await recorders(counter, 0);
    expect(await statusOf(counter)).toMatchObject({ muted: true, faults: [{ id: 'D11' }] });
    const { beganMs } = await desk.speak(UTTERANCE).ended;
    // Somebody speaks on, the switch is turned back, and the button pressed in the same moment.
    const said = desk.speak(UTTERANCE);
    await said.began;
    await desk.passes(desk.now() + 500);
    said.stop();
    desk.release('mute');
    await desk.passes(desk.now() + 40);
    const pressedMs = desk.press('talk');
    await desk.passes(pressedMs + 1500);
    desk.release('talk');
    expect(beganMs).toBeLessThan(pressedMs);
    expect(await counter.turnEnds()).toMatchObject({ outcome: 'nothing said', sentSeconds: 0 });
    expect(standin.connections.flatMap(({ turns }) => turns)).toEqual([]);
    await recorders(counter, 1);
    await allIsWell(counter);
  });

  it('that is on from before the start: no recorder is ever started, and the desk is ready', async () => {
    const counter = await opened({
      microphone: 'listen = "always"',
      before: ({ desk }) => void desk.press('mute'),
    });
    const { desk } = counter;
    await counter.log((line) => line.msg === 'ready');
    await desk.untilLed('trouble', true);
    await desk.passes(desk.now() + 2000);
    expect(desk.microphone.recorders()).toEqual([]);
    expect(counter.logged().some(({ text }) => text.includes('"device":"microphone"'))).toBe(false);
    const { turn } = await turnsDown(counter);
    expect(turn).toMatchObject({ outcome: 'failed', fault: 'muted' });
    desk.release('mute');
    await recorders(counter, 1);
    await allIsWell(counter);
  });

  it('that nobody can read any more counts as on', async () => {
    const counter = await opened({ microphone: 'listen = "always"' });
    const { desk } = counter;
    await counter.ready();
    await recorders(counter, 1);
    desk.gpio.setPresent(false);
    await recorders(counter, 0);
    desk.press('mute');
    desk.gpio.setPresent(true);
    await counter.log((line) => line.device === 'panel' && line.msg === 'works');
    await desk.passes(desk.now() + 2000);
    expect(desk.microphone.recorders()).toEqual([]);
    desk.release('mute');
    await recorders(counter, 1);
    await allIsWell(counter);
  });

  it.each(['always', 'pressed'])(
    'cancels the turn of who is speaking, with listen = "%s"',
    async (listen) => {
      const counter = await opened({ microphone: `listen = "${listen}"` });
      const { desk } = counter;
      await counter.log((line) => line.msg === 'ready');
      const { turn } = await turnWith(counter, 'listening', () => desk.press('mute'));
      expect(turn).toMatchObject({ outcome: 'cancelled' });
      await recorders(counter, 0);
      desk.release('mute');
      await allIsWell(counter);
    },
  );

  it('lets what has been said be answered', async () => {
    const counter = await opened({ standin: { answerer: longAnswer(2) } });
    const { desk } = counter;
    await counter.ready();
    const { turn } = await turnWith(counter, 'awaiting', () => desk.press('mute'));
    expect(turn).toMatchObject({ outcome: 'translated', attempts: 1 });
    await recorders(counter, 0);
  });
});

/** A press without a word. */
async function turnsDown(counter: Counter) {
  const { desk } = counter;
  desk.press('talk');
  const turn = await counter.turnEnds();
  desk.release('talk');
  return { turn };
}
