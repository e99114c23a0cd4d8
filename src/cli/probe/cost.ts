import { CAPTURE_RATE_HZ } from '../../audio/pcm/frame.ts';
import { costOf, type TurnUse } from '../../spending/cost.ts';
import type { Prices } from '../../spending/prices.ts';
import { cascadeTurn, dialogueTurn, translateTurn } from '../../spending/typical.ts';
import type { ModelUsed } from '../../turn/turn.ts';
import { BURST_TURNS, HELD_SECONDS, PACED_TURNS, type ProbeSettings, TRANSLATE_MS } from './probe.ts';

/** The expected cost of a whole run, in micro-dollars, if each answer is as long as its utterance. */
export function expectedCost(
  settings: Pick<ProbeSettings, 'sound' | 'dialogue' | 'translate' | 'cascade'>,
  prices: Prices,
  at: Date,
): number {
  const { sound, dialogue, translate, cascade } = settings;
  const spoken = sound.length / CAPTURE_RATE_HZ;
  const [live = ''] = dialogue.models;
  const [translation = ''] = translate.models;
  const plain = { spoken, answer: spoken };
  const held = { spoken: spoken + HELD_SECONDS, answer: spoken };
  const turns: TurnUse[] = [
    ...Array.from({ length: PACED_TURNS }, () => dialogueTurn(live, held)),
    ...Array.from({ length: BURST_TURNS + 2 }, () => dialogueTurn(live, plain)),
    dialogueTurn(live, plain, { earlierSeconds: 2 * spoken }),
    translateTurn(translation, plain, TRANSLATE_MS / 1000),
    ...cascadeTurns(cascade.hearingModels, cascade.speechModels, plain),
  ];
  return sum(turns, prices, at);
}

/** The cost of a run, in micro-dollars, by our own count. */
export function costOfUses(uses: readonly ModelUsed[], prices: Prices, at: Date): number {
  const turns = uses.map((use) => ({ engine: use.engine, models: [use] }));
  return sum(turns, prices, at);
}

function cascadeTurns(
  hearing: readonly string[],
  speaking: readonly string[],
  shape: { readonly spoken: number; readonly answer: number },
): TurnUse[] {
  const pairs = Math.max(hearing.length, speaking.length);
  return Array.from({ length: pairs }, (_, i) => {
    const turn = cascadeTurn(hearing[i] ?? '', speaking[i] ?? '', shape);
    return { ...turn, models: turn.models.filter(({ model }) => model !== '') };
  });
}

function sum(turns: readonly TurnUse[], prices: Prices, at: Date): number {
  return turns.reduce((total, turn) => total + costOf(turn, prices, at).microdollars, 0);
}
