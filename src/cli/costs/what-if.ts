import type { Engine } from '../../kiosk/engines.ts';
import { costOf, type TurnUse } from '../../spending/cost.ts';
import type { Prices } from '../../spending/prices.ts';
import {
  cascadeTurn,
  dialogueTurn,
  type Shape,
  TRANSLATE_TAIL_SECONDS,
  translateTurn,
} from '../../spending/typical.ts';

/** What turns would cost, by engine and by how connections are used. No turn is sent. */

/** How a Live session is used. Every turn of a session bills all sound of its earlier turns again. */
export type Session = 'one a turn' | 'one a guest' | 'one a guest, compressed';

/** A way to interpret, as the table lists it. */
export interface Way {
  readonly engine: Engine;
  readonly models: readonly string[];
  /** Undefined where there is no session. */
  readonly session?: Session;
  readonly note?: string;
  readonly use: (shape: Shape, earlierSeconds: number) => TurnUse;
}

/** live.compress_at_tokens and its half, at 25 tokens a second. */
const COMPRESS_AT_SECONDS = 2000 / 25;
const COMPRESS_TO_SECONDS = 1000 / 25;

const LIVE_TRANSLATE = 'gemini-3.5-live-translate';
const PHRASEBOOK: Way = {
  engine: 'phrasebook',
  models: [],
  use: () => ({ engine: 'phrasebook', models: [] }),
};

export const WAYS: readonly Way[] = [
  dialogue('gemini-3.8-live', 'one a turn'),
  dialogue('gemini-3.8-live', 'one a guest'),
  dialogue('gemini-3.8-live', 'one a guest, compressed'),
  translate(LIVE_TRANSLATE, 0),
  translate(LIVE_TRANSLATE, TRANSLATE_TAIL_SECONDS),
  cascade('gemini-3.5-flash-lite', 'gemini-3.8-flash-lite-tts'),
  cascade('gemini-3.5-flash-lite', 'gemini-3.8-flash-tts'),
  cascade('gemini-3.8-flash', 'gemini-3.8-flash-tts'),
  PHRASEBOOK,
];

/**
 * The way in which a desk has its turns.
 * @param models that the engine uses: one, or the cascade's two
 * @param goesOn a session serves several turns
 */
export function wayOf(engine: Engine, models: readonly string[], goesOn: boolean): Way {
  const [first = '', second = ''] = models;
  switch (engine) {
    case 'dialogue':
      return dialogue(first, goesOn ? 'one a guest, compressed' : 'one a turn');
    case 'translate':
      return translate(first, TRANSLATE_TAIL_SECONDS);
    case 'cascade':
      return cascade(first, second);
    case 'phrasebook':
      return PHRASEBOOK;
  }
}

/**
 * What the turns of one guest cost, in micro-dollars. In one session turn k bills
 *
 *     instruction + (k - 1) × (spoken + answer) and spoken as sound in + answer as sound out
 *
 * so that n turns cost n × turn + n (n - 1) / 2 × (spoken + answer) at the price of sound in. Compression cuts the
 * earlier sound to 1000 tokens when it has grown beyond 2000; the instruction is not counted in either.
 */
export function guestCost(way: Way, turns: number, shape: Shape, prices: Prices, at: Date): number {
  let earlier = 0;
  let sum = 0;
  for (let turn = 0; turn < turns; turn += 1) {
    sum += costOf(way.use(shape, earlier), prices, at).microdollars;
    earlier = kept(way.session, earlier + shape.spoken + shape.answer);
  }
  return sum;
}

function kept(session: Session | undefined, seconds: number): number {
  switch (session) {
    case undefined:
    case 'one a turn':
      return 0;
    case 'one a guest':
      return seconds;
    case 'one a guest, compressed':
      return seconds > COMPRESS_AT_SECONDS ? COMPRESS_TO_SECONDS : seconds;
  }
}

function dialogue(model: string, session: Session): Way {
  const use: Way['use'] = (shape, earlierSeconds) => dialogueTurn(model, shape, { earlierSeconds });
  return { engine: 'dialogue', models: [model], session, use };
}

function translate(model: string, tailSeconds: number): Way {
  const use: Way['use'] = (shape) => translateTurn(model, shape, tailSeconds);
  const note = tailSeconds === 0 ? {} : { note: `open ${tailSeconds} s longer` };
  return { engine: 'translate', models: [model], session: 'one a turn', ...note, use };
}

function cascade(hearing: string, speaking: string): Way {
  const use: Way['use'] = (shape) => cascadeTurn(hearing, speaking, shape);
  return { engine: 'cascade', models: [hearing, speaking], use };
}
