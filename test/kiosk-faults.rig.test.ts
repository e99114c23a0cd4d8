import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { dragomanInProcess } from './rig/command.ts';
import { realCounters } from './rig/counters.ts';
import { DRAGOMAN, daemonAt } from './rig/real/counter.ts';
import { startDesk } from './rig/real/desk.ts';
import { describeWithDesk } from './rig/real/with-desk.ts';
import { longAnswer } from './rig/standin.ts';
import { spoken } from './rig/voices.ts';

/** What needs signals and pipes. What else breaks is in scenarios/faults.test.ts. */

let speech: Int16Array;
beforeAll(async () => {
  speech = await spoken('Do you need a doctor?', 'rms');
});

const open = realCounters();

describeWithDesk('the daemon', () => {
  it('that gets SIGHUP and SIGINT leaves the dead look', async () => {
    const { desk, ready, daemon } = await open();
    await ready();
    daemon.signal('SIGHUP');
    daemon.signal('SIGINT');
    expect(await daemon.exited).toMatchObject({ code: 0, signal: null });
    expect([desk.led('talk'), desk.led('connection'), desk.led('trouble')]).toEqual([false, false, true]);
  });

  it('goes on when nobody reads its log any more', async () => {
    const desk = await startDesk({ gpio: false });
    onTestFinished(() => desk.stop());
    const { configFile } = daemonAt(desk, { baseUrl: 'http://127.0.0.1:9' });
    const piped = desk.spawn('bash', [
      '-c',
      `"${process.execPath}" "${DRAGOMAN}" run --panel none --config "${configFile}" | head -n 1; exec sleep 60`,
    ]);
    await piped.nextLine('"msg"');
    const asked = (...words: string[]) => dragomanInProcess([...words, '--config', configFile]);
    // It logs that they work.
    await expect
      .poll(async () => (await asked('status', '--json')).stdout, { timeout: 20_000 })
      .toMatch(/"microphone":\s*"working",\s*"loudspeaker":\s*"working"/);
    expect(await asked('language', 'fr')).toMatchObject({ code: 0 });
    expect((await asked('language')).stdout).toMatch(/^guest +fr /m);
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
    expect([desk.led('talk'), desk.led('connection'), desk.led('trouble')]).toEqual([false, false, true]);
  });
});
