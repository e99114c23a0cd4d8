import { setImmediate } from 'node:timers/promises';
import { loadSpeaker } from './packages.ts';

/** Plays a tone by the unmodified speaker, then stays: `tone.ts HERTZ MILLISECONDS`. */
const [hertz, milliseconds] = process.argv.slice(2).map(Number);
if (hertz === undefined || milliseconds === undefined) throw new Error('usage: tone.ts HERTZ MILLISECONDS');

const RATE_HZ = 24_000; // what the service sends
const Speaker = loadSpeaker();
const speaker = new Speaker({ channels: 1, sampleRate: RATE_HZ, bitDepth: 16 });
const samples = Int16Array.from({ length: (RATE_HZ * milliseconds) / 1000 }, (_, i) =>
  Math.round(12_000 * Math.cos((2 * Math.PI * hertz * i) / RATE_HZ)),
);
await setImmediate();
process.stdout.write(`writing ${Number(process.hrtime.bigint()) / 1e6}\n`);
speaker.write(Buffer.from(samples.buffer), (error) => {
  process.stdout.write(`${error == null ? 'written' : error.message}\n`);
});
// The last half second is still in ALSA's buffer, and the end of the process would cut it off.
process.stdin.resume();
