import { expect } from 'vitest';
import { resample } from '../../src/audio/pcm/resample.ts';
import type { TurnLog } from '../../src/daemon/turn-log.ts';
import type { Utterance } from '../../src/standin/answerer.ts';
import { OUT_RATE } from '../../src/standin/protocol/sound.ts';
import type { Counter } from '../rig/counter.ts';
import { whereIs } from '../rig/real/recording.ts';
import { spoken } from '../rig/voices.ts';
import type { ScenarioOptions } from './scenario.ts';

/** People of several languages at one desk: what the service hears and says in each turn is scripted. */

/** A service that answers soon, for conversations of many turns. */
export const SOON: NonNullable<ScenarioOptions['standin']> = { timing: { answerMs: 200, pace: 4 } };

const SPEECH = await spoken('Good morning.', 'rms');
/** Short enough for many turns, and none like another. */
const SOUNDS = {
  'for the host': resample(await spoken('From seven.', 'slt'), 16_000, OUT_RATE),
  'for the guest': resample(await spoken('Desde las siete.', 'es-419+f3'), 16_000, OUT_RATE),
};

export const words = (text: string, languageCode?: string): Utterance => ({
  text,
  ...(languageCode === undefined ? {} : { languageCode }),
});

/** What people say, and what each of it is in another language. */
export const HOST = words('Breakfast is served from seven to ten.', 'en');
export const IN_ENGLISH = words('What time is breakfast served, please?', 'en');
export const SPANISH = words('¿A qué hora se sirve el desayuno, por favor?', 'es');
export const FRENCH = words("À quelle heure est servi le petit déjeuner, s'il vous plaît ?", 'fr');
export const ITALIAN = words('A che ora viene servita la colazione, per favore?', 'it');
export const GERMAN = words('Um wie viel Uhr gibt es bitte Frühstück?', 'de');

export interface Spoke {
  readonly turn: TurnLog;
  /** The instruction of the session that served it; where it was asked again, of the last one. */
  readonly instruction: string;
}

/** One turn: somebody speaks, the service hears and says this, and it is heard at the desk. */
export async function speaks(
  counter: Counter,
  heard: Utterance,
  said: Utterance,
  button = 'talk',
): Promise<Spoke> {
  const { standin, say, turnEnds } = counter;
  const sound = SOUNDS[said.languageCode === 'en' ? 'for the host' : 'for the guest'];
  standin.script.nextTurn({ answer: { heard, said, pcm24k: sound } });
  const releasedMs = await say(SPEECH, button);
  const turn = await turnEnds();
  expect(heardAny(counter, sound, releasedMs)).toBe(true);
  return { turn, instruction: asked(counter).at(-1) ?? '' };
}

/**
 * Whether it was this that was heard, and not another sound. On a busy machine a sound may hesitate, so that its parts
 * are looked for; that translations are heard whole is looked at elsewhere.
 */
function heardAny({ desk }: Counter, sound: Int16Array, sinceMs: number): boolean {
  const heard = desk.recording(sinceMs);
  for (let at = 0; at + PART <= sound.length; at += PART / 2)
    if (whereIs(sound.subarray(at, at + PART), OUT_RATE, heard).likeness > 0.85) return true;
  return false;
}

const PART = 0.4 * OUT_RATE;

/** The instructions of the sessions that served turns, the oldest first. */
export function asked({ standin }: Counter): string[] {
  return standin.connections
    .filter(({ turns }) => turns.length > 0)
    .map(({ setup }) => (setup as { systemInstruction: { parts: { text: string }[] } }).systemInstruction)
    .map(({ parts }) => parts.map(({ text }) => text).join('\n'));
}

/** Whether an LED keeps as it is for so long that no blinking escapes who looks at it. */
export async function keepsStill({ desk }: Counter, led: string): Promise<boolean> {
  const sinceMs = desk.now();
  await desk.passes(sinceMs + 2000);
  return !desk.ledChanges().some(({ name, atMs }) => name === led && atMs > sinceMs);
}
