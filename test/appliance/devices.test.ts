import { expect, it } from 'vitest';
import { signalQuietly } from '../rig/real/processes.ts';
import type { Appliance } from './appliance.ts';
import { describeAppliance } from './with-appliance.ts';

function pidOf(appliance: Appliance, fits: RegExp): number {
  const found = appliance.processes().find(({ commandLine }) => fits.test(commandLine));
  if (found === undefined) throw new Error(`no process of the unit is like ${fits}`);
  return found.pid;
}

describeAppliance('devices that fail are repaired without a restart of the daemon:', ({ open, hears }) => {
  it('a recorder that hangs is replaced', async () => {
    const appliance = await open();
    const before = await appliance.mainPid();
    const hung = pidOf(appliance, /^arecord /);
    signalQuietly(hung, 'SIGSTOP');
    await appliance.log((line) => line.fault === 'microphone-stalled', 20_000);
    await appliance.serves();
    expect(pidOf(appliance, /^arecord /)).not.toBe(hung);
    await hears(appliance);
    expect(await appliance.mainPid()).toBe(before);
  });

  it("a loudspeaker's process that hangs is replaced", async () => {
    const appliance = await open();
    const before = await appliance.mainPid();
    const hung = pidOf(appliance, /speaker-child/);
    for (const { pid, commandLine } of appliance.processes())
      if (/speaker-child/.test(commandLine)) signalQuietly(pid, 'SIGSTOP');
    await appliance.log((line) => line.device === 'loudspeaker' && line.fault !== undefined, 60_000);
    await appliance.serves();
    expect(pidOf(appliance, /speaker-child/)).not.toBe(hung);
    await hears(appliance);
    expect(await appliance.mainPid()).toBe(before);
  });

  it('sound cards that are pulled are told, and serve again when they are back', async () => {
    const appliance = await open();
    const before = await appliance.mainPid();
    const { microphone, loudspeaker } = appliance.desk;
    microphone.break('gone');
    loudspeaker.break('gone');
    await appliance.until(async () => {
      expect((await appliance.status()).devices.microphone).toBe('microphone-missing');
    });
    await appliance.desk.untilLed('trouble', true);
    microphone.repair();
    loudspeaker.repair();
    await appliance.serves();
    await hears(appliance);
    expect(await appliance.mainPid()).toBe(before);
  });
});
