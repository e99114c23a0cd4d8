import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { writeWav } from '../../../src/audio/pcm/wav.ts';
import { deskAvailable, unshareArguments } from './available.ts';
import { startDesk } from './desk.ts';

/** A desk for people: `node test/rig/real/by-hand.ts [COMMAND ARGUMENT...]` runs a command, or a shell, at one. */

const availability = await deskAvailable();
if (!availability.available) {
  process.stderr.write(`there is no virtual desk: ${availability.why}\n`);
  process.exit(1);
}
const desk = await startDesk({ noiseDbfs: -60 });
const control = path.join(desk.folder, 'panel/control');
process.stderr.write(`A virtual desk. From another terminal, while it lasts:
  echo 17=0 > ${control}          # press a button on BCM 17 (17=1 releases it)
  cat ${control}                  # lines in use and their levels
  pacat --server=${desk.env.PULSE_SERVER} -d microphone --file-format=wav IN.wav   # speak
  echo gone > ${desk.env.ALSA_DESK_FAULTS}/capture      # unplug the microphone (busy, stalled; rm: plug it in)
  echo gone > ${desk.env.ALSA_DESK_FAULTS}/playback     # the same for the loudspeaker
`);
desk.gpio.changes.listen((change) =>
  process.stderr.write(`[BCM ${change.line} ${change.lit ? 'high' : 'low'}]\n`),
);
const command = process.argv.length > 2 ? process.argv.slice(2) : [process.env.SHELL ?? 'sh'];
// Not by desk.spawn(): a person's command has the terminal.
const env = { ...desk.env, TERM: process.env.TERM ?? 'dumb' };
const child = spawn('unshare', [...unshareArguments(), desk.gpio.folder, ...command], {
  env,
  stdio: 'inherit',
});
process.on('SIGINT', () => {}); // the command's affair
const code = await new Promise<number>((resolve) => child.on('exit', (status) => resolve(status ?? 1)));
const { samples, rateHz } = desk.recording();
const file = path.resolve('build/desk/loudspeaker.wav');
writeFileSync(file, writeWav(samples, rateHz));
process.stderr.write(`What came out of the loudspeaker: ${file}\n`);
await desk.stop();
process.exitCode = code;
