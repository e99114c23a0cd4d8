import { framesOf } from '../../src/audio/pcm/frame.ts';
import { levelDbfs } from '../../src/audio/pcm/level.ts';
import { loadSileroDetector } from '../../src/line/detector.ts';
import { HoldGate } from '../../src/line/hold-gate.ts';
import { defaultConfig } from '../../src/system/config/schema.ts';
import { atLevel } from '../rig/lobby.ts';
import {
  HUMAN_RECORDINGS,
  mixed,
  noise,
  rendered,
  sequence,
  silence,
  soundOf,
  spoken,
} from '../rig/voices.ts';

/**
 * How soft speech and whispering may be: node test/bench/soft-speech.ts. The button is held from 0.5 s before to 0.5 s after each
 * sound, in a room of pink noise. Needs flite, espeak-ng and Debian's pocketsphinx-testdata.
 */

const LEVELS_DBFS = [-30, -35, -40, -45, -50, -55, -60];
const ROOMS_DBFS = [-60, -50];
const RATE = 16_000;
const WORDS = 'Could you please call a taxi for me, I have to go to the airport';

const detector = await loadSileroDetector();
const whisper = async (voice: string) => soundOf(await rendered('espeak-ng', voice, WORDS));

const SOUNDS: readonly (readonly [string, Int16Array])[] = [
  ['a person reading', (await soundOf(HUMAN_RECORDINGS[0] as string)).subarray(0, 4 * RATE)],
  ['flite slt', await spoken(WORDS, 'slt')],
  ["espeak-ng's whisper", await whisper('en+whisper')],
  ["espeak-ng's whisperf", await whisper('en+whisperf')],
];

/** Seconds of it that the gate took for speech, or what it says of a press in which it found none. */
async function press(speech: Int16Array, roomDbfs: number): Promise<string> {
  const seconds = speech.length / RATE + 1;
  const held = mixed(sequence(silence(0.5), speech, silence(0.5)), noise('pink', roomDbfs, seconds));
  detector.reset();
  const gate = new HoldGate(detector, defaultConfig().gate, levelDbfs(noise('pink', roomDbfs, 1, 2)));
  for (const frame of framesOf(held, 0)) await gate.push(frame);
  const { speechMs, failedOpen, tooQuiet } = await gate.end();
  if (tooQuiet) return 'too quiet';
  if (speechMs === 0) return 'nothing';
  return failedOpen ? 'all' : `${(speechMs / 1000).toFixed(1)} s`;
}

for (const room of ROOMS_DBFS) {
  console.log(`\nIn a room of ${room} dBFS:\n`);
  console.log(
    `|  | length | ${LEVELS_DBFS.join(' | ')} |\n| --- | --- |${' --- |'.repeat(LEVELS_DBFS.length)}`,
  );
  for (const [name, sound] of SOUNDS) {
    const found: string[] = [];
    for (const level of LEVELS_DBFS) found.push(await press(atLevel(sound, level), room));
    console.log(`| ${name} | ${(sound.length / RATE).toFixed(1)} s | ${found.join(' | ')} |`);
  }
  const nobody = [];
  for (let seed = 1; seed <= 20; seed++) {
    const held = noise('pink', room, 4, seed);
    detector.reset();
    const gate = new HoldGate(detector, defaultConfig().gate, levelDbfs(noise('pink', room, 1, seed + 100)));
    for (const frame of framesOf(held, 0)) await gate.push(frame);
    nobody.push((await gate.end()).tooQuiet);
  }
  console.log(`\nNobody speaks for 4 s, 20 times: too quiet ${nobody.filter(Boolean).length} times`);
}
