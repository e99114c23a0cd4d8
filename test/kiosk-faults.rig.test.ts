import { beforeAll, expect, it } from 'vitest';
import { realCounters } from './rig/counters.ts';
import { DRAGOMAN } from './rig/real/counter.ts';
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
    expect([desk.led('talk'), desk.led('connection'), desk.led('reconnect')]).toEqual([false, false, true]);
  });

  it('goes on when nobody reads its log any more', async () => {
    const { desk, ready, endDaemon } = await open();
    await ready();
    await endDaemon(); // one at a time
    const config = `${desk.folder}/dragoman.toml`;
    const piped = desk.spawn('bash', [
      '-c',
      `"${process.execPath}" "${DRAGOMAN}" run --panel none --config "${config}" | head -n 1; exec sleep 60`,
    ]);
    await piped.nextLine('"msg"');
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
