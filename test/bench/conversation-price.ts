import { readFileSync, writeFileSync } from 'node:fs';
import { inDollars } from '../../src/spending/money.ts';
import { loadPrices, type Prices } from '../../src/spending/prices.ts';
import { converse, type Had, ONE_A_TURN, SECONDS, TURNS, WAYS } from '../rig/conversation.ts';

/**
 * What a conversation costs, by engine and by how sessions are used, metered by the stand-in: prints a table, and
 * writes it between the marks in the file that is named. node test/bench/conversation-price.ts [FILE]
 */

const BEGINS = '<!-- conversation-price: written by scripts/conversation-price -->';
const ENDS = '<!-- end of conversation-price -->';

function tableOf(all: readonly Had[], prices: Prices, at: Date): string {
  const least = all.find(({ way }) => way === ONE_A_TURN)?.metered ?? Number.NaN;
  const dollars = (micro: number) => `$${inDollars(micro).toFixed(4)}`;
  const rows = all.map(({ way, models, turns, own, metered }) => [
    way.engine,
    models.join(' + '),
    way.sessions,
    dollars(metered),
    dollars(own),
    `${((own / metered - 1) * 100).toFixed(1).replace('-0.0', '0.0')} %`,
    dollars(metered / turns.length),
    `${(metered / least).toFixed(2)}`,
  ]);
  const head = [
    'engine',
    'models',
    'sessions',
    'billed',
    'our count',
    'differs',
    'a turn',
    'times one a turn',
  ];
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const right = head.map((_, i) => (i > 2 ? '---:' : '---'));
  const used = all.flatMap(({ models }) => models.flatMap((model) => prices.modelOf(model)?.readOn ?? []));
  const [first, last] = [used.toSorted()[0], used.toSorted().at(-1)];
  return [
    ...[head, right, ...rows].map(line),
    '',
    `${TURNS} turns, ${SECONDS} s in and ${SECONDS} s out each. Prices of ${at.toISOString().slice(0, 10)}, read from ${first} to ${last}.`,
  ].join('\n');
}

const prices = loadPrices();
const at = new Date();
const all: Had[] = [];
for (const way of WAYS) all.push(await converse(way, prices, at));
const table = tableOf(all, prices, at);
process.stdout.write(`${table}\n`);

const [file] = process.argv.slice(2);
if (file !== undefined) {
  const text = readFileSync(file, 'utf8');
  const [begins, ends] = [text.indexOf(BEGINS), text.indexOf(ENDS)];
  if (begins < 0 || ends < begins) throw new Error(`${file} has no place for the table: ${BEGINS}`);
  writeFileSync(file, `${text.slice(0, begins + BEGINS.length)}\n\n${table}\n\n${text.slice(ends)}`);
}
