import { dragomanInProcess } from '../../command.ts';

/** Runs commands of `dragoman`, one after the other: `queries.ts [["status"], …]`. Prints what came of each, a line of JSON. */

for (const args of JSON.parse(process.argv[2] ?? '[]') as string[][]) {
  const ran = await dragomanInProcess(args);
  process.stdout.write(`${JSON.stringify({ args, ...ran })}\n`);
}
