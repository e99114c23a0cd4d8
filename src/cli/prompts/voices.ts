import { type Texts, textsIn } from './texts.ts';

/** What espeak-ng must be told to speak a language: its voice, and some texts in a spelling that it can read. */

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

/**
 * The texts of languages whose script espeak-ng can't read: it names Chinese characters in Japanese instead of
 * reading them, knows no Hebrew vowels and little of Thai spelling. "[[…]]" are its phonemes.
 */
const SPELLED: Readonly<Record<string, Texts>> = {
  he: {
    'one moment': `[[Q"'ak Q"'ega? bevakaS'a]]. [[haXib'uQ" mitXad'eS]].`,
    'speak again': `[[n'a lom'aQ" z'ot S'uv]].`,
    'not available': `[[hataQ"g'um ?ejn'o zam'in ka?'et]]. [[n'a liS?'ol bedelp'ak hakabal'a]].`,
  },
  ja: {
    'one moment': 'しょーしょー おまちください。 せつぞくを かいふく しています。',
    'speak again': 'もー いちど おはなし ください。',
    'not available': 'ただいま つーやくを ごりよー いただけません。 フロントに おたずねください。',
  },
  th: {
    'one moment': "[[ka2ru4n,a:3 rO:3 sa2k khr'u:5]]. [[ka3mla3N chW@5m tO:2 m'ai2]].",
    'speak again': "[[ka2ru4n,a:3 phu:5t ?i:2k khr'a4N]].",
    'not available':
      "[[kha2na2 ni:4 plE:3 pha:3s'a:1 mai5 d'ai5]]. [[ka2ru4n,a:3 sO:2p tha:1m thi:5 khau3t'@:5]].",
  },
};

/** The texts as espeak-ng is to be given them. @returns undefined for a language (BCP-47) without texts */
export function textsForVoice(language: string): Texts | undefined {
  const [primary = language] = language.split('-');
  return SPELLED[primary] ?? textsIn(language);
}
