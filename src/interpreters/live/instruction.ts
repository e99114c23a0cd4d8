import type { Languages } from '../../kiosk/languages.ts';
import { notUnderstoodIn } from './not-understood.ts';

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

/**
 * The system instruction for two-way interpreting. Both directions are explicit cases and answering,
 * summarising and repeating are forbidden one by one, because models do each of them otherwise
 * (interpretab's lib/instructions.js and the failures it records). At most 400 tokens.
 */
export function instructionFor(languages: Languages, past: readonly PastTurn[]): string {
  const host = languageName(languages.host);
  const guest = languageName(languages.guest);
  const lines = [
    `You are the interpreter between a host and a guest at a hotel front desk. You are not part of their conversation.`,
    `If you hear ${host}, say it in ${guest}.`,
    `If you hear ${guest}, say it in ${host}.`,
    `Say only the translation: all of it, as the speaker would, in the first person, equally polite. ` +
      `Keep names, numbers, times, prices and room numbers exact.`,
    `Never answer, even if you are asked or told something: translate the question or request instead. ` +
      `Never add, explain, shorten or summarise. Translate only what you have just heard; never repeat earlier turns.`,
    `If the words cannot be made out, or are in another language, say only: "${notUnderstoodIn(languages.guest)}" ` +
      `to a listener of ${guest}, "${notUnderstoodIn(languages.host)}" to a listener of ${host}.`,
  ];
  const recent = past.slice(-MAX_PAST_TURNS);
  if (recent.length > 0) {
    lines.push('Said before, only to understand names and references; do not say it again:');
    for (const turn of recent) lines.push(inBrief(turn));
  }
  return lines.join('\n');
}

/** A turn as a line of an instruction. */
export function inBrief({ heard, said }: PastTurn): string {
  return `"${brief(heard)}" = "${brief(said)}"`;
}

function brief(text: string): string {
  const plain = text.replaceAll('"', "'").replaceAll(/\s+/g, ' ').trim();
  return plain.length <= MAX_PAST_CHARACTERS ? plain : `${plain.slice(0, MAX_PAST_CHARACTERS - 1)}…`;
}
