import { type Languages, languageName } from '../../../kiosk/languages.ts';
import { type GlossaryTerm, glossaryLines } from '../../../turn/glossary.ts';
import { notUnderstoodIn } from './not-understood.ts';
import type { Direction } from './wrong-language.ts';

const oneOf = new Intl.ListFormat('en', { type: 'disjunction' });

/** All languages that count as the host's, by name: "German, English, or French". */
export function hostNames({ host, alsoHost = [] }: Languages): string {
  return oneOf.format([...new Set([host, ...alsoHost].map(languageName))]);
}

/**
 * The system instruction for two-way interpreting. It names both directions, and forbids answering, summarising and
 * repeating one by one, because models otherwise do each of them (interpretab's lib/instructions.js and the failures it
 * records). With the past at most 400 tokens, without the glossary. It never quotes what people said: see `Past`.
 * @param missed an earlier answer missed this direction: only this one is allowed; 'untranslated' if it is not known
 */
export function instructionFor(
  languages: Languages,
  glossary: readonly GlossaryTerm[] = [],
  missed?: Direction | 'untranslated',
): string {
  const direction = missed === 'untranslated' ? undefined : missed;
  return [
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
  ].join('\n');
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
