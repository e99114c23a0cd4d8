import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { monotonicMs } from './clock.ts';
import { type Desk, startDesk } from './desk.ts';
import { nodeEnvironment, processes, start } from './processes.ts';
import { stretches } from './recording.ts';
import { burst, captureAt, child, panelAt } from './rig.ts';
import { describeWithDesk } from './with-desk.ts';

describeWithDesk('virtual desks', () => {
  it('run side by side without noticing each other', async () => {
    const desks = await Promise.all(
      [1, 2].map(() => startDesk({ buttons: { talk: 17 }, leds: { talk: 27 } })),
    );
    const [one, other] = desks as [Desk, Desk];
    try {
      await Promise.all(desks.map((desk) => panelAt(desk, 17, 27)));
      one.press('talk');
      await one.untilLed('talk', true);
      const startMs = monotonicMs();
      one.spawn('node', [child('tone.ts'), '700', '300'], { stdin: 'pipe' });
      await one.recorder.nextSound({ afterMs: startMs });
      const silentMs = await one.recorder.nextSilence(100, { afterMs: monotonicMs() });
      await other.recorder.reach(silentMs);
      expect(other.led('talk')).toBe(false);
      expect(stretches(other.recording(startMs))).toEqual([]);
    } finally {
      await Promise.all(desks.map((desk) => desk.stop()));
    }
  });

  it('leave nothing: no process, no mount, no folder', async () => {
    const desk = await startDesk({ noiseDbfs: -60, buttons: { talk: 17 }, leds: { talk: 27 } });
    const panel = await panelAt(desk, 17, 27);
    await captureAt(desk);
    desk.speak(burst);
    // One that hides: in a session of its own, its parent gone.
    const hidden = desk.spawn('sh', ['-c', 'setsid sleep 1000 & echo $!']);
    await hidden.nextLine(/^\d+$/);
    await expect.poll(() => desk.processes().map(({ name }) => name)).toContain('sleep');
    await desk.stop();
    await desk.stop();
    expect(panel.running).toBe(false);
    expect(desk.processes()).toEqual([]);
    expect(processes().filter(({ commandLine }) => commandLine.includes(desk.folder))).toEqual([]);
    expect(readFileSync('/proc/mounts', 'utf8')).not.toContain(desk.folder);
    expect(existsSync(desk.folder)).toBe(false);
  });

  it('leave nothing when the tests are killed', async () => {
    const victim = start('victim', process.execPath, [child('victim.ts')], nodeEnvironment());
    const folder = (await victim.nextLine()).text;
    victim.signal('SIGKILL');
    const left = () => ({
      processes: processes().filter(({ commandLine }) => commandLine.includes(folder)),
      mounted: readFileSync('/proc/mounts', 'utf8').includes(folder),
    });
    await victim.exited;
    await expect.poll(left, { timeout: 10_000 }).toEqual({ processes: [], mounted: false });
    await (await startDesk()).stop();
    expect(existsSync(folder)).toBe(false);
  });
});
