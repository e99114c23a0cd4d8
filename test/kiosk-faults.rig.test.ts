import { beforeAll, expect, it } from 'vitest';
import { realCounters } from './rig/counters.ts';
import { DRAGOMAN } from './rig/real/counter.ts';
import { describeWithDesk } from './rig/real/with-desk.ts';
import { longAnswer } from './rig/standin.ts';
import { spoken } from './rig/voices.ts';

/** What needs the kernel's GPIO, signals and pipes. What else breaks is in scenarios/faults.test.ts. */

let speech: Int16Array;
beforeAll(async () => {
  speech = await spoken('Do you need a doctor?', 'rms');
});

const open = realCounters();

/** As on Raspberry Pi OS today. test/panel.rig.test.ts has both ways of the kernel to its GPIO. */
describeWithDesk('the panel', () => {
  it('that is not there at the start is taken when it appears, bounces as one press, and comes back', async () => {
    const { desk, log, say, turnEnds, daemon } = await open({
      desk: { doors: ['chardev'] },
      before: ({ desk: { gpio } }) => gpio.setPresent(false),
    });
    const works = () => log((line) => line.device === 'panel' && line.msg === 'works', 20_000);
    await log((line) => line.fault === 'panel-missing');
    desk.gpio.setPresent(true);
    await works();
    await desk.untilLed('connection', true);
    const pressedMs = desk.gpio.bounce('talk', 30, 20);
    desk.press('talk');
    await desk.passes(pressedMs + 500);
    expect(desk.led('talk')).toBe(true);
    desk.gpio.bounce('talk', 30, 20);
    desk.release('talk');
    expect(await turnEnds()).toMatchObject({ turn: 1, outcome: 'nothing said' });
    // It goes away under a press.
    desk.gpio.setPresent(false);
    desk.press('talk');
    await log((line) => line.fault === 'panel-missing');
    desk.release('talk');
    desk.gpio.setPresent(true);
    await works();
    expect(daemon.running).toBe(true);
    await say(speech);
    expect(await turnEnds()).toMatchObject({ turn: 2, outcome: 'translated' });
  }, 60_000);
});

describeWithDesk('the daemon', () => {
  it('that gets SIGHUP and SIGINT leaves the dead look', async () => {
    const { desk, ready, daemon } = await open();
    await ready();
    daemon.signal('SIGHUP');
    daemon.signal('SIGINT');
    expect(await daemon.exited).toMatchObject({ code: 0, signal: null });
    expect([desk.led('talk'), desk.led('connection'), desk.led('reconnect')]).toEqual([false, false, true]);
  });

  it('goes on when nobody reads its log any more', async () => {
    const { desk } = await open();
    const config = `${desk.folder}/dragoman.toml`;
    const piped = desk.spawn('bash', [
      '-c',
      `"${process.execPath}" "${DRAGOMAN}" run --panel none --config "${config}" | head -n 1; exec sleep 60`,
    ]);
    await piped.nextLine('works');
    const daemons = () => desk.processes().filter(({ commandLine }) => commandLine.includes('--panel none'));
    await desk.passes(desk.now() + 1500); // it logs more than one line in this time
    expect(daemons().some(({ name }) => name !== 'bash')).toBe(true);
  });
});

describeWithDesk('SIGTERM', () => {
  it('while speaking, even twice: it ends by itself, with no child left and the dead look', async () => {
    const { desk, daemon, ready, say } = await open({ standin: { answerer: longAnswer() } });
    await ready();
    const releasedMs = await say(speech);
    await desk.recorder.nextSound({ afterMs: releasedMs });
    daemon.signal('SIGTERM');
    daemon.signal('SIGTERM');
    expect(await daemon.exited).toMatchObject({ code: 0, signal: null });
    expect(desk.processes()).toEqual([]);
    expect([desk.led('talk'), desk.led('connection'), desk.led('reconnect')]).toEqual([false, false, true]);
  });
});
