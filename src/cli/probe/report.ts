import { money, wrapped } from '../text.ts';
import { ASSUMPTIONS, type Finding } from './assumptions.ts';

const MARKS = { holds: 'holds', fails: 'FAILS', unknown: 'unknown' } as const;
const INDENT = ' '.repeat(9);

/**
 * The findings for people: each with what was seen, and what to set.
 * @param microdollars what it came to; undefined with a stand-in
 */
export function findingsText(findings: readonly Finding[], microdollars: number | undefined): string {
  const blocks = findings.map(({ assumption, verdict, observed, advice }) => {
    const lines = [
      ...wrapped(ASSUMPTIONS[assumption], INDENT, MARKS[verdict].padEnd(INDENT.length)),
      ...wrapped(observed, INDENT),
    ];
    return [...lines, ...(advice === undefined ? [] : wrapped(`-> ${advice}`, INDENT))].join('\n');
  });
  const count = (verdict: Finding['verdict']) => findings.filter((one) => one.verdict === verdict).length;
  const cost = microdollars === undefined ? '' : `; it cost about ${money(microdollars, 3)}`;
  const end = `${count('holds')} hold, ${count('fails')} fail, ${count('unknown')} unknown${cost}.`;
  return `${blocks.join('\n')}\n\n${end}\ndocs/developers/assumptions.md says what depends on each.\n`;
}
