import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { CAPTURE_RATE_HZ, FRAME_MS } from '../../../src/audio/pcm/frame.ts';
import { levelDbfs } from '../../../src/audio/pcm/level.ts';
import { noise, sequence, silence } from '../voices.ts';
import { monotonicMs } from './clock.ts';
import { between, frequencyOf, holes, stretches, whereIs } from './recording.ts';
import { burst, captureAt, child, median, tell, withDesk } from './rig.ts';
import { describeWithDesk } from './with-desk.ts';

/**
 * The virtual sound cards, by the unmodified speaker and node-record-lpcm16. How these report a card that is busy, not
 * there or pulled out, and an arecord that is killed or missing: microphone.rig.test.ts and player.rig.test.ts.
 */

describeWithDesk('the virtual desk', () => {
  const at = withDesk({ gpio: false });

  describe('its loudspeaker', () => {
    it('lets the test hear a tone of a real speaker: pitch, length, no hole', async () => {
      const desk = at();
      const delays: number[] = [];
      for (const hertz of [440, 2500]) {
        const tone = desk.spawn('node', [child('tone.ts'), `${hertz}`, '800'], { stdin: 'pipe' });
        const wroteMs = Number((await tone.nextLine('writing')).text.split(' ')[1]);
        const beganMs = await desk.recorder.nextSound({ afterMs: wroteMs - 100 });
        const endedMs = await desk.recorder.nextSilence(200, { afterMs: beganMs });
        const heard = desk.recording(beganMs - 50, endedMs + 50);
        expect(stretches(heard)).toHaveLength(1);
        expect(endedMs - beganMs).toBeCloseTo(800, -1);
        expect(holes(heard)).toEqual([]);
        expect(frequencyOf(between(heard, beganMs + 20, endedMs - 20))).toBeCloseTo(hertz, 0);
        delays.push(beganMs - wroteMs);
        await tone.nextLine('written');
        await tone.kill();
      }
      tell('write to a fresh speaker to sound', delays);
    });

    it('falls silent when the player is killed', async () => {
      const desk = at();
      const startMs = monotonicMs();
      const tone = desk.spawn('node', [child('tone.ts'), '700', '5000'], { stdin: 'pipe' });
      await desk.recorder.nextSound({ afterMs: startMs });
      const killedMs = monotonicMs();
      await tone.kill();
      const silentMs = await desk.recorder.nextSilence(300, { afterMs: killedMs });
      tell('kill of the player to silence', [silentMs - killedMs]);
    });
  });

  describe('its microphone', () => {
    it('gives a real node-record-lpcm16 what is spoken, whole and in frames of 20 ms', async () => {
      const desk = at();
      const capture = await captureAt(desk);
      const spoken = sequence(burst, silence(0.3), burst);
      const speech = desk.speak(spoken);
      const { beganMs, endedMs } = await speech.ended;
      const loudMs = Number((await capture.nextLine('loud')).text.split(' ')[1]);
      capture.write('\n');
      const { sizes, steps } = JSON.parse((await capture.nextLine('chunks')).text.slice(7)) as {
        readonly sizes: number[];
        readonly steps: number[];
      };
      expect(endedMs - beganMs).toBeCloseTo(1300, 3);
      const bytesOfFrame = (CAPTURE_RATE_HZ * FRAME_MS * 2) / 1000;
      expect(median(sizes)).toBe(bytesOfFrame);
      const raw = readFileSync(path.join(desk.folder, 'heard.raw'));
      const samples = new Int16Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.length));
      const found = whereIs(spoken, CAPTURE_RATE_HZ, { rateHz: CAPTURE_RATE_HZ, samples, startMs: 0 });
      expect(found.likeness).toBeGreaterThan(0.999);
      tell('speech to its first frame', [loudMs - beganMs]);
      tell('steps of the frames', steps);
      await capture.kill();
    });

    it('can be silenced in mid-word', async () => {
      const desk = at();
      const speech = desk.speak(noise('white', -12, 30));
      const beganMs = await speech.began;
      speech.stop();
      expect((await speech.ended).endedMs - beganMs).toBeLessThan(10_000);
    });
  });
});

describeWithDesk('a desk whose microphone is slow', () => {
  const at = withDesk({ gpio: false, microphoneDelayMs: 120 });

  it('delivers sound with that delay', async () => {
    const desk = at();
    const capture = await captureAt(desk);
    const beganMs = await desk.speak(burst).began;
    const loudMs = Number((await capture.nextLine('loud')).text.split(' ')[1]);
    expect(loudMs - beganMs).toBeGreaterThan(90);
    tell('speech to its first frame, 120 ms late', [loudMs - beganMs]);
  });
});

describeWithDesk('a noisy desk with an echo', () => {
  const at = withDesk({ gpio: false, noiseDbfs: -45, echoDb: -20 });

  it('hears the room, and its own loudspeaker at the level asked for', async () => {
    const desk = at();
    const capture = await captureAt(desk);
    const tone = desk.spawn('node', [child('tone.ts'), '1000', '1000'], { stdin: 'pipe' });
    await capture.nextLine('loud');
    const beganMs = await desk.recorder.nextSound({ afterMs: 0 });
    await desk.recorder.nextSilence(200, { afterMs: beganMs });
    capture.write('\n');
    await capture.nextLine('chunks');
    const raw = readFileSync(path.join(desk.folder, 'heard.raw'));
    const samples = new Int16Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.length));
    const levels = Array.from({ length: Math.floor(samples.length / 1600) }, (_, i) =>
      levelDbfs(samples.subarray(i * 1600, (i + 1) * 1600)),
    );
    const [room, loudest] = [levels[0] as number, Math.max(...levels)];
    expect(room).toBeGreaterThan(-50);
    expect(room).toBeLessThan(-40);
    // The tone has a peak of 12,000: -11.7 dB.
    expect(loudest).toBeGreaterThan(-35);
    expect(loudest).toBeLessThan(-28);
    await tone.kill();
  });
});
