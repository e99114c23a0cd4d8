import { wordsFor } from '../../kiosk/wording.ts';
import type { PromptTexts } from '../../words/type.ts';

/** Languages whose nearest name among the voices is the wrong one or none. */
const VOICES: Readonly<Record<string, string>> = {
  zh: 'cmn-latn-pinyin', // "zh" and "cmn" read their own pinyin as if it were English (1.51)
  no: 'nb',
};

/** One of espeak-ng's voices: the name to call it by, and the languages it speaks, each with a rank. */
export interface Voice {
  readonly name: string;
  readonly others: ReadonlyMap<string, number>;
}

/** The voices in what `espeak-ng --voices` prints. */
export function readVoices(table: string): Voice[] {
  return table
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const name = /^\s*\d+\s+(\S+)/.exec(line)?.[1];
      if (name === undefined) return [];
      const others = [...line.matchAll(/\((\S+) (\d+)\)/g)].map(
        ([, code = '', rank]) => [code, Number(rank)] as const,
      );
      return [{ name, others: new Map(others) }];
    });
}

/** The voice for a language (BCP-47): of its region where there is one. @returns undefined when there is none */
export function voiceFor(language: string, voices: readonly Voice[]): string | undefined {
  const code = language.toLowerCase();
  const [primary = code] = code.split('-');
  for (const wanted of [code, VOICES[primary] ?? primary]) {
    const itself = voices.find(({ name }) => name === wanted);
    if (itself !== undefined) return itself.name;
    // A lower number is a better fit (espeak-ng's docs/voices.md).
    const [best] = voices
      .filter(({ others }) => others.has(wanted))
      .toSorted((a, b) => (a.others.get(wanted) ?? 0) - (b.others.get(wanted) ?? 0));
    if (best !== undefined) return best.name;
  }
  return undefined;
}

/** The prompts as espeak-ng is to be given them. @returns undefined for a language (BCP-47) without prompts */
export function textsForVoice(language: string): PromptTexts | undefined {
  return wordsFor('promptSpelling', language) ?? wordsFor('prompts', language);
}
