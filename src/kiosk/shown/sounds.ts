/** A cue: a short sound of the device itself. */
export type Cue =
  | 'ready'
  | 'listen'
  | 'nothing heard'
  | 'working'
  | 'again'
  | 'trouble'
  | 'confirm'
  | 'phrasebook'
  | 'ended';

/** A prompt: a sentence of the device itself, spoken without a network. */
export type Prompt = 'one moment' | 'speak again' | 'not available';

export const PROMPTS: readonly Prompt[] = ['one moment', 'speak again', 'not available'];

/** What is heard in place of a prompt that there is no recording of. */
export const CUE_FOR: Readonly<Record<Prompt, Cue>> = {
  'one moment': 'working',
  'speak again': 'trouble',
  'not available': 'trouble',
};
