import { expect, it } from 'vitest';
import { child, panelAt, tell, withDesk } from './rig.ts';
import { describeWithDesk } from './with-desk.ts';

/** The virtual GPIO, by the unmodified onoff. */

describeWithDesk('the panel of the virtual desk', () => {
  const at = withDesk({ sound: false, buttons: { talk: 17, spare: 22 }, leds: { talk: 27, spare: 5 } });

  it('shows a real onoff every edge of a button once, and the test every change of an LED', async () => {
    const desk = at();
    const panel = await panelAt(desk, 17, 27);
    const delays: number[] = [];
    for (let i = 0; i < 40; i++) {
      const lit = i % 2 === 0;
      const actedMs = lit ? desk.press('talk') : desk.release('talk');
      const change = await desk.nextLed();
      expect(change).toMatchObject({ name: 'talk', line: 27, lit });
      delays.push(change.atMs - actedMs);
    }
    expect(desk.led('talk')).toBe(false);
    await panel.nextLine((text) => text === 'released' && panel.output.all.length === 41);
    const said = panel.output.all.slice(1).map((line) => line.text);
    expect(said).toEqual(Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? 'pressed' : 'released')));
    tell('button to LED', delays);
    await panel.kill();
  });

  it('lets the last of 30 edges in 20 ms be what is read', async () => {
    const desk = at();
    const panel = await panelAt(desk, 17, 27);
    desk.gpio.bounce('talk', 29, 20);
    await desk.untilLed('talk', true);
    desk.release('talk');
    await desk.untilLed('talk', false);
    await panel.kill();
  });

  it('keeps the lights as they were when the daemon is killed, as pins do', async () => {
    const desk = at();
    const panel = await panelAt(desk, 17, 27);
    desk.press('talk');
    await desk.untilLed('talk', true);
    await panel.kill();
    expect(desk.led('talk')).toBe(true);
    desk.release('talk');
    await panelAt(desk, 17, 27); // takes the line over; opening it as an output puts it low
    await desk.untilLed('talk', false);
  });

  it('wakes only those that wait for that line', async () => {
    const desk = at();
    const [one, other] = [await panelAt(desk, 17, 27), await panelAt(desk, 22, 5)];
    desk.press('talk');
    desk.press('spare');
    await Promise.all([one.nextLine('pressed'), other.nextLine('pressed')]);
    desk.release('spare');
    desk.release('talk');
    await Promise.all([one.nextLine('released'), other.nextLine('released')]);
    expect([one, other].map(({ output }) => output.all.length)).toEqual([3, 3]);
  });

  it('can be taken away and brought back', async () => {
    const desk = at();
    desk.gpio.setPresent(false);
    const without = desk.spawn('node', [child('panel.ts'), '23', '24']);
    expect(await without.exited).toMatchObject({ code: 1 });
    await expect(without.nextLine('ready')).rejects.toThrow('there is no chip with that label');
    desk.gpio.setPresent(true);
    await panelAt(desk, 23, 24);
  });
});

describeWithDesk('a desk whose udev is a little late', () => {
  const at = withDesk({ sound: false, buttons: { talk: 17 }, leds: { talk: 27 }, base: 0, lateMs: 30 });

  it('makes onoff try until it may', async () => {
    const desk = at();
    desk.release('talk');
    const panel = await panelAt(desk, 17, 27);
    desk.press('talk');
    await panel.nextLine('pressed');
  });
});

describeWithDesk('a desk whose udev is late', () => {
  const at = withDesk({
    sound: false,
    buttons: { talk: 17 },
    leds: { talk: 27 },
    base: 0,
    lateMs: 3_600_000,
  });

  it('makes onoff give up, as it does at boot', async () => {
    const panel = at().spawn('node', [child('panel.ts'), '17', '27']);
    await panel.nextErrorLine('EACCES');
    expect((await panel.exited).code).toBe(1);
  });
});

describeWithDesk('a desk without GPIO', () => {
  const at = withDesk({ sound: false, gpio: false });

  it('has no /sys/class/gpio', async () => {
    const list = at().spawn('ls', ['/sys/class/gpio']);
    expect((await list.exited).code).not.toBe(0);
    expect(() => at().press('talk')).toThrow('without GPIO');
  });
});
