import type { History } from './history.ts';
import { type Playing, Scene } from './scene.ts';
import type { Violation } from './watch.ts';

export interface Played {
  /** The first violation; playing stops there. */
  readonly violation: (Violation & { readonly round: number }) | undefined;
  /** Of the whole log and all changes of the lights, with their times. */
  readonly hash: string;
  readonly turns: number;
  readonly virtualMs: number;
  readonly outcomes: ReadonlyMap<string, number>;
  readonly figures: {
    readonly logBytes: number;
    readonly logLines: number;
    readonly writes: number;
    /** Daemons started after the first. One that ends unasked is not started again: that is a violation. */
    readonly restarts: number;
  };
}

/** Plays a history at a new desk, and watches it. @param speech what people say, in this order */
export async function play(
  { seed, settings, rounds }: History,
  speech: readonly Int16Array[],
  playing: Playing = {},
): Promise<Played> {
  const scene = await Scene.open(seed, settings, speech, playing);
  let violation: Played['violation'];
  let index = 0;
  try {
    await scene.begins();
    for (const round of rounds) {
      await scene.plays(round);
      playing.roundEnded?.(index, scene.watch.turns);
      index += 1;
    }
    await scene.ends();
  } catch (error) {
    const found = scene.violation ?? {
      invariant: 'the simulation works',
      what: error instanceof Error ? (error.stack ?? error.message) : String(error),
      atMs: scene.counter.clock.now(),
    };
    violation = { ...found, round: index };
  }
  const virtualMs = scene.counter.clock.now();
  await scene.stop();
  return {
    violation,
    hash: scene.hash.digest('hex'),
    turns: scene.watch.turns,
    virtualMs,
    outcomes: scene.watch.outcomes,
    figures: { ...scene.figures, writes: scene.counter.disk.writes },
  };
}
