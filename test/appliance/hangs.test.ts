import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { Appliance } from './appliance.ts';
import type { Hears } from './hearing.ts';
import { describeAppliance, tell } from './with-appliance.ts';

/** The unit's own 30 s would only make the tests longer. */
const SHORT_WATCHDOG = 'WatchdogSec=6';

/** The signal by which it stops to function is answered by the watchdog: it comes back, and has a conversation. */
async function restartedByWatchdog(
  appliance: Appliance,
  signal: NodeJS.Signals,
  hears: Hears,
): Promise<void> {
  const before = await appliance.mainPid();
  await appliance.kill(signal, before);
  await appliance.comesBack(before);
  expect(appliance.told.join('\n')).toContain('Watchdog timeout');
  await hears(appliance);
}

describeAppliance('a daemon that does not function', ({ debian, open, hears }) => {
  it('killed (SIGKILL): restarted, the lights dead in between, and it serves', async () => {
    const appliance = await open();
    const before = await appliance.mainPid();
    const killedMs = performance.now();
    await appliance.kill('SIGKILL', before);
    await appliance.comesBack(before);
    tell(debian, `SIGKILL to serving again: ${((performance.now() - killedMs) / 1000).toFixed(1)} s`);
    await hears(appliance);
  });

  it('stopped (SIGSTOP): restarted by the watchdog', async () => {
    const appliance = await open({ service: SHORT_WATCHDOG });
    await restartedByWatchdog(appliance, 'SIGSTOP', hears);
  });

  it('whose event loop hangs: restarted by the watchdog', async () => {
    // A module beside the daemon's own: nothing in the product can hang it. The unit refuses such modules.
    const service = `${SHORT_WATCHDOG}\nUnsetEnvironment=\nEnvironment=NODE_OPTIONS=--import=/opt/desk/hang.mjs`;
    const appliance = await open({ service, on: false });
    writeFileSync(
      path.join(appliance.desk.folder, 'hang.mjs'),
      "process.on('SIGUSR2', () => { for (;;); });\n",
    );
    await appliance.boot();
    await appliance.serves();
    await restartedByWatchdog(appliance, 'SIGUSR2', hears);
  });

  it('that dies again and again is restarted more and more seldom, and without an end', async () => {
    const appliance = await open();
    for (let death = 1; death <= 4; death++) {
      const before = await appliance.mainPid();
      await appliance.kill('SIGKILL', before);
      await appliance.serves();
      expect(await appliance.mainPid()).not.toBe(before);
    }
    const waits = appliance.told.flatMap((line) => /waiting (\d+) s before/.exec(line)?.[1] ?? []);
    expect(waits.map(Number)).toEqual([1, 2, 4, 8]);
  });
});
