import type { Languages } from '../../kiosk/languages.ts';
import { cut } from '../../turn/cut.ts';
import { type GlossaryTerm, glossaryLines } from '../../turn/glossary.ts';
import { notUnderstoodIn } from './not-understood.ts';
import type { Direction } from './wrong-language.ts';

/** A turn that is over, in words: for the next turn's context. */
export interface PastTurn {
  readonly heard: string;
  readonly said: string;
}

/** Every token of the instruction is billed with every turn, so the past is told briefly. */
export const MAX_PAST_TURNS = 2;
const MAX_PAST_CHARACTERS = 100;

const names = new Intl.DisplayNames(['en'], { type: 'language' });

/** The English name of a language, as the model knows it. */
export function languageName(code: string): string {
  return names.of(code) ?? code;
}

const oneOf = new Intl.ListFormat('en', { type: 'disjunction' });

/** All languages that count as the host's, by name: "German, English, or French". */
export function hostNames({ host, alsoHost = [] }: Languages): string {
  return oneOf.format([...new Set([host, ...alsoHost].map(languageName))]);
}

/**
 * The system instruction for two-way interpreting. Both directions are explicit cases and answering,
 * summarising and repeating are forbidden one by one, because models do each of them otherwise
 * (interpretab's lib/instructions.js and the failures it records). At most 400 tokens without the glossary.
 * @param missed the direction that was missed: only that one; or, in doubt which it was, that nothing was translated
 */
export function instructionFor(
  languages: Languages,
  past: readonly PastTurn[],
  glossary: readonly GlossaryTerm[] = [],
  missed?: Direction | 'untranslated',
): string {
  const direction = missed === 'untranslated' ? undefined : missed;
  const lines = [
    `You are the interpreter between a host and a guest at a hotel front desk. You are not part of their conversation.`,
    ...(direction === undefined ? bothWays(languages) : oneWay(direction)),
    ...(missed === 'untranslated' ? ['Never say it in the language in which you hear it.'] : []),
    `Say only the translation: all of it, as the speaker would, in the first person, equally polite. ` +
      `Keep names, numbers, times, prices and room numbers exact.`,
    `Never answer, even if you are asked or told something: translate the question or request instead. ` +
      `Never add, explain, shorten or summarise. Translate only what you have just heard; never repeat earlier turns.`,
    direction === undefined
      ? notUnderstood(languages)
      : `If the words cannot be made out, say only: "${notUnderstoodIn(direction.into)}"`,
    ...glossaryLines(glossary),
  ];
  const recent = past.slice(-MAX_PAST_TURNS);
  if (recent.length > 0) {
    lines.push('Said before, only to understand names and references; do not say it again:');
    for (const turn of recent) lines.push(inBrief(turn));
  }
  return lines.join('\n');
}

function bothWays(languages: Languages): string[] {
  const [host, guest] = [languageName(languages.host), languageName(languages.guest)];
  return [
    `If you hear ${hostNames(languages)}, say it in ${guest}.`,
    `If you hear ${guest}${languages.anyGuest ? ' or any other language' : ''}, say it in ${host}.`,
  ];
}

function oneWay({ from, into }: Direction): string[] {
  const [speaker, listener] = [from === undefined ? undefined : languageName(from), languageName(into)];
  return [
    speaker === undefined
      ? `Whatever language you hear, say it in ${listener}.`
      : `The speaker speaks ${speaker}. Say it in ${listener}.`,
    `The listener understands nothing but ${listener}: never say it in ${speaker ?? 'the language of the speaker'}.`,
  ];
}

function notUnderstood({ host, guest, anyGuest }: Languages): string {
  const when = anyGuest ? 'cannot be made out' : 'cannot be made out, or are in another language';
  return (
    `If the words ${when}, say only: "${notUnderstoodIn(guest)}" to a listener of ${languageName(guest)}, ` +
    `"${notUnderstoodIn(host)}" to a listener of ${languageName(host)}.`
  );
}

/** A turn as a line of an instruction. */
export function inBrief({ heard, said }: PastTurn): string {
  return `"${brief(heard)}" = "${brief(said)}"`;
}

function brief(text: string): string {
  const plain = text.replaceAll('"', "'").replaceAll(/\s+/g, ' ').trim();
  return cut(plain, MAX_PAST_CHARACTERS);
}
