import type { Engine } from '../kiosk/engines.ts';
import { costOf, type TurnUse } from './cost.ts';
import type { Prices } from './prices.ts';

/** What a turn is expected to use: by engine, from its seconds of sound. */

/** A kind of turn, in seconds of sound. */
export interface Shape {
  readonly spoken: number;
  readonly answer: number;
}

export const TYPICAL_TURN: Shape = { spoken: 6, answer: 6 };

/** Of the instruction of a dialogue with its earlier turns, at most. */
const INSTRUCTION_TOKENS = 400;
/** Assumed: a prompt, and an answer with language, transcript and translation. */
const CASCADE_PROMPT_TOKENS = 300;
const CASCADE_TEXT_TOKENS = 60;

/**
 * A turn of the `dialogue` engine.
 * @param earlierSeconds sound of earlier turns of the same session
 */
export function dialogueTurn(
  model: string,
  { spoken, answer }: Shape,
  options: { readonly earlierSeconds?: number; readonly instructionTokens?: number | undefined } = {},
): TurnUse {
  const { earlierSeconds = 0, instructionTokens = INSTRUCTION_TOKENS } = options;
  const use = { model, sentSeconds: spoken, receivedSeconds: answer, textInTokens: instructionTokens };
  return { engine: 'dialogue', models: [{ ...use, earlierSeconds }] };
}

/** A session of the `translate` engine. @param tailSeconds it is open for this much longer than speech and answer */
export function translateTurn(model: string, { spoken, answer }: Shape, tailSeconds = 0): TurnUse {
  const use = { model, sentSeconds: spoken + tailSeconds, receivedSeconds: answer + tailSeconds };
  return { engine: 'translate', models: [use] };
}

/** A turn of the `cascade` engine: one model hears, one speaks. */
export function cascadeTurn(
  hearing: string,
  speaking: string,
  { spoken, answer }: Shape,
  instructionTokens = CASCADE_PROMPT_TOKENS,
): TurnUse {
  const text = CASCADE_TEXT_TOKENS;
  const heard = { textInTokens: instructionTokens, textOutTokens: text };
  return {
    engine: 'cascade',
    models: [
      { model: hearing, sentSeconds: spoken, receivedSeconds: 0, ...heard },
      { model: speaking, sentSeconds: 0, receivedSeconds: answer, textInTokens: text },
    ],
  };
}

/** A translation comes some seconds after the speech; a session of its own stays open for this much longer. */
export const TRANSLATE_TAIL_SECONDS = 4;

interface TypicalOptions {
  /** Of the instruction or prompt; an estimate, if left out. */
  readonly instructionTokens?: number;
  /** The models that the engine uses, in order; the default ones, if left out. */
  readonly models?: readonly string[];
}

/**
 * What a typical turn (6 s spoken, 6 s answered, on a connection of its own) costs, in micro-dollars. A model that is not
 * in the price list counts at the highest known price.
 */
export function typicalTurnMicrodollars(
  engine: Engine,
  prices: Prices,
  at: Date,
  options: TypicalOptions = {},
): number {
  return costOf(typicalTurn(engine, options), prices, at).microdollars;
}

function typicalTurn(engine: Engine, { instructionTokens, models = [] }: TypicalOptions): TurnUse {
  const turn = TYPICAL_TURN;
  const [first, second = 'gemini-3.8-flash-lite-tts'] = models;
  switch (engine) {
    case 'dialogue':
      return dialogueTurn(first ?? 'gemini-3.8-live', turn, { instructionTokens });
    case 'translate':
      return translateTurn(first ?? 'gemini-3.5-live-translate-preview', turn, TRANSLATE_TAIL_SECONDS);
    case 'cascade':
      return cascadeTurn(first ?? 'gemini-3.5-flash-lite', second, turn, instructionTokens);
    case 'phrasebook':
      return { engine: 'phrasebook', models: [] };
  }
}
