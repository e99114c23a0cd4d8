import { beforeAll, expect, it } from 'vitest';
import { realCounters } from './rig/counters.ts';
import { describeWithDesk } from './rig/real/with-desk.ts';
import { spoken } from './support/voices.ts';

/** What needs the daemon's own processes. The turns are in scenarios/kiosk.test.ts. */

let speech: Int16Array;
beforeAll(async () => {
  speech = await spoken('Do you need a doctor?', 'rms');
});

const open = realCounters();

describeWithDesk('other ways to set it up', () => {
  it('aplay in place of speaker: the translation is heard', async () => {
    const { desk, say, turnEnds, ready } = await open({ config: '[loudspeaker]\ndriver = "aplay"\n' });
    await ready();
    const releasedMs = await say(speech);
    await desk.recorder.nextSound({ afterMs: releasedMs });
    expect(await turnEnds()).toMatchObject({ outcome: 'translated' });
    expect(desk.processes().some(({ commandLine }) => commandLine.includes('speaker-child'))).toBe(false);
  });
});

describeWithDesk('what people say', () => {
  it('is nowhere in what the daemon prints', async () => {
    const { daemon, say, turnEnds, ready } = await open({ listens: true });
    await ready();
    await say(await spoken('Tengo alergia a la penicilina.', 'es'));
    await turnEnds();
    daemon.signal('SIGTERM');
    await daemon.exited;
    const printed = [...daemon.output.all, ...daemon.errors.all].map(({ text }) => text).join('\n');
    expect(printed).toContain('"outcome":"translated"');
    expect(printed).not.toMatch(/penicilina|penicillin|alergia|allergic/i);
  });
});
