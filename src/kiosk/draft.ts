import type { Effect } from './events.ts';
import type { KioskState, RunningTurn } from './state.ts';

/** The state after an event, and what is to be done because of it. */
export interface Step {
  readonly state: KioskState;
  readonly effects: readonly Effect[];
}

/** A state being changed and the effects gathered on the way. */
export class Draft {
  state: KioskState;
  readonly effects: Effect[] = [];

  constructor(state: KioskState) {
    this.state = state;
  }

  change(change: Partial<KioskState>): void {
    this.state = { ...this.state, ...change };
  }

  /** Changes the turn in progress, if there is one. */
  changeTurn(change: Partial<RunningTurn>): void {
    const { activity } = this.state;
    if ('turn' in activity) this.change({ activity: { ...activity, turn: { ...activity.turn, ...change } } });
  }

  effect(effect: Effect): void {
    this.effects.push(effect);
  }

  step(): Step {
    return { state: this.state, effects: this.effects };
  }
}
