/** Plays the day and writes its report. bad-day [FILE] */
import { writeFile } from 'node:fs/promises';
import { playDay } from './day.ts';

const { report, expectations } = await playDay();
await writeFile(process.argv[2] ?? 'docs/developers/bad-day.md', report);
const against = expectations.flatMap(({ what, against }) =>
  against.map((found) => `${what} Failed: ${found}`),
);
for (const line of against) console.log(line);
process.exitCode = against.length === 0 ? 0 : 1;
