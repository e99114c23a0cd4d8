/** Cues: short tones of the device itself. `SCORES` in audio/cues.ts says what each means. */
export const CUES = [
  'ready',
  'listen',
  'nothing heard',
  'working',
  'again',
  'trouble',
  'confirm',
  'phrasebook',
  'ended',
] as const;

export type Cue = (typeof CUES)[number];

/** A prompt: a sentence of the device itself, spoken without a network. */
export type Prompt = 'one moment' | 'speak again' | 'not available';

export const PROMPTS: readonly Prompt[] = ['one moment', 'speak again', 'not available'];

/** What is heard in place of a prompt that there is no recording of. */
export const CUE_FOR: Readonly<Record<Prompt, Cue>> = {
  'one moment': 'working',
  'speak again': 'trouble',
  'not available': 'trouble',
};
