import { money } from '../costs/table.ts';
import { ASSUMPTIONS, type Finding } from './assumptions.ts';

const MARKS = { holds: 'holds  ', fails: 'FAILS  ', unknown: 'unknown' } as const;
const WIDTH = 80;
const INDENT = ' '.repeat(9);

/**
 * The findings for people: each with what was seen, and what to set.
 * @param microdollars what it came to; undefined with a stand-in
 */
export function findingsText(findings: readonly Finding[], microdollars: number | undefined): string {
  const blocks = findings.map(({ assumption, verdict, observed, advice }) => {
    const [first = '', ...more] = wrapped(ASSUMPTIONS[assumption]);
    const lines = [`${MARKS[verdict]}${first.slice(MARKS[verdict].length)}`, ...more, ...wrapped(observed)];
    return [...lines, ...(advice === undefined ? [] : wrapped(`-> ${advice}`))].join('\n');
  });
  const count = (verdict: Finding['verdict']) => findings.filter((one) => one.verdict === verdict).length;
  const cost = microdollars === undefined ? '' : `; it cost about ${money(microdollars, 3)}`;
  const end = `${count('holds')} hold, ${count('fails')} fail, ${count('unknown')} unknown${cost}.`;
  return `${blocks.join('\n')}\n\n${end}\ndocs/developers/assumptions.md says what depends on each.\n`;
}

/** Lines that fit a terminal, broken between words. */
function wrapped(text: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && INDENT.length + line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((one) => INDENT + one);
}
