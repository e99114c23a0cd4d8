import { MAX_PAST_TURNS, type PastTurn } from './live/instruction.ts';

/** What was said lately, for names and references. In memory only, until the guest leaves. */
export class Past {
  #turns: readonly PastTurn[] = [];
  #guest = 0;

  get turns(): readonly PastTurn[] {
    return this.#turns;
  }

  /** The guest who is here now, as a number: another one as soon as this guest has left. */
  get guest(): number {
    return this.#guest;
  }

  /** @param guest who was here when the turn began: the turn of a guest who has left is not kept */
  remember(guest: number, heard: string | undefined, said: string | undefined): void {
    if (guest !== this.#guest || heard === undefined || said === undefined) return;
    this.#turns = [...this.#turns, { heard, said }].slice(-MAX_PAST_TURNS);
  }

  /** The guest has left. */
  forget(): void {
    this.#guest += 1;
    this.#turns = [];
  }
}
