import { writeFileSync } from 'node:fs';
import { record } from './packages.ts';

/**
 * Records by the unmodified node-record-lpcm16: `capture.ts FILE`. Says when sound comes, when it is loud and
 * how it ended; at a line on its standard input it writes what it has to FILE and prints the sizes of the chunks.
 */
const [file = '/dev/null'] = process.argv.slice(2);
const say = (text: string): boolean => process.stdout.write(`${text}\n`);
const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6;
const LOUD = 1000;

const chunks: Buffer[] = [];
const arrivals: number[] = [];
let quiet = true;
const recording = record({ recorder: 'arecord', audioType: 'raw', sampleRate: 16_000, device: 'mic' });
recording.process.on('error', (error) => say(`child: ${error.message}`));
recording.process.stderr?.on('data', (text: Buffer) => say(`arecord: ${text.toString().trim()}`));
recording.process.on('exit', (code, signal) => say(`exit ${code ?? signal}`));
recording.stream().on('error', () => {});
recording.stream().on('data', (chunk: Buffer) => {
  arrivals.push(nowMs());
  if (chunks.length === 0) say('capturing');
  chunks.push(chunk);
  for (let i = 0; quiet && i + 1 < chunk.length; i += 2) {
    if (Math.abs(chunk.readInt16LE(i)) < LOUD) continue;
    quiet = false;
    say(`loud ${nowMs()}`);
  }
});
process.stdin.on('data', () => {
  writeFileSync(file, Buffer.concat(chunks));
  const steps = arrivals.slice(1).map((at, i) => at - (arrivals[i] as number));
  say(`chunks ${JSON.stringify({ sizes: chunks.map((chunk) => chunk.length), steps })}`);
});
