import { closedIn, resetIn } from '../../src/standin/faults/faults.ts';
import type { TurnStep } from '../../src/standin/faults/script.ts';

/** One step for each way in which the service can quote a text in a turn, and one that ends a turn without a word. */
export function quoting(text: string): readonly TurnStep[] {
  return [
    closedIn('answer', 1011, text),
    closedIn({ chunks: 1 }, 1008, text),
    { at: 'answer', do: 'sendText', text },
    { at: 'answer', do: 'goAway', timeLeft: text },
    resetIn('answer'),
  ];
}
