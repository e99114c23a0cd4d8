/**
 * Cues: short tones of the device itself. `ready`: the device can be used. `listen`: speak now. `nothing heard`: no speech in
 * the press. `working`: the translation takes longer. `again`: it broke off and starts again from its beginning. `trouble`:
 * it did not work; the lights show why. `confirm`: press if this was meant. `phrasebook`: only listed phrases are
 * understood. `ended`: nobody is listened to any more.
 */
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
