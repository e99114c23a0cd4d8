import type { Loudspeaker, Playback } from '../audio/loudspeaker/loudspeaker.ts';
import type { Prompts } from '../audio/prompts.ts';
import type { Clock } from '../base/time.ts';
import type { KioskEvent } from '../kiosk/events.ts';
import { CUE_FOR, type Prompt } from '../kiosk/shown/sounds.ts';

export interface SpeakingPorts {
  readonly loudspeaker: Loudspeaker;
  readonly prompts: Prompts;
  readonly clock: Clock;
}

/** The playback in progress. */
interface Playing {
  readonly id: number;
  /** The turn whose translation or question it is; undefined for a prompt or a repetition. */
  readonly turn: number | undefined;
  /** Called with the time at which its first sample is heard. */
  readonly heard: ((atMs: number) => void) | undefined;
}

/** Plays translations, questions, prompts and repetitions, one at a time. */
export class Speaking {
  readonly #ports: SpeakingPorts;
  readonly #happens: (event: KioskEvent) => void;
  #playing: Playing | undefined;
  /** The last translation, for "repeat". In memory only, until it is forgotten. */
  #last: readonly Int16Array[] = [];

  /** @param happens takes events for the mind */
  constructor(ports: SpeakingPorts, happens: (event: KioskEvent) => void) {
    this.#ports = ports;
    this.#happens = happens;
  }

  /** Plays a question to the speaker of a turn. */
  question(turn: number, ...pieces: readonly Int16Array[]): void {
    this.#play(turn, pieces);
  }

  /** Plays a prompt, or the cue that replaces it if there is no recording. */
  prompt(prompt: Prompt, languages: readonly string[]): void {
    const { prompts, loudspeaker } = this.#ports;
    const sound = prompts.sound(prompt, languages);
    if (sound === undefined) loudspeaker.cue(CUE_FOR[prompt]);
    else this.#play(undefined, [sound]);
  }

  repeat(): void {
    this.#play(undefined, this.#last);
  }

  /** @param pieces of a translation that can be repeated from now on */
  keep(pieces: readonly Int16Array[]): void {
    this.#last = pieces;
  }

  /** Forgets the last translation. @param needed pieces that are still in use, and are not overwritten */
  forget(needed?: readonly Int16Array[]): void {
    if (!this.repeats(needed)) overwrite(this.#last);
    this.#last = [];
  }

  /** Whether these are the pieces that can be repeated. */
  repeats(pieces: readonly Int16Array[] | undefined): boolean {
    return this.#last === pieces;
  }

  // From the loudspeaker:

  playing(playback: number, atMs: number): void {
    const { id, turn, heard } = this.#playing ?? {};
    if (id !== playback || turn === undefined || heard === undefined) return;
    heard(atMs);
    this.#happens({ event: 'playing', turn, atMs: this.#ports.clock.now() });
  }

  drained(playback: number): void {
    const playing = this.#end(playback);
    if (playing !== undefined)
      this.#happens({ event: 'drained', turn: playing.turn, atMs: this.#ports.clock.now() });
  }

  lost(playback: number): void {
    const turn = this.#playing?.turn;
    if (turn === undefined) this.drained(playback);
    else if (this.#end(playback) !== undefined)
      this.#happens({
        event: 'turn failed',
        turn,
        fault: 'loudspeaker-failed',
        atMs: this.#ports.clock.now(),
      });
  }

  /**
   * Begins a playback.
   * @param turn the turn whose translation or question it is, if it is one
   * @param heard called with the time at which its first sample is heard
   */
  begin(turn: number | undefined, heard?: (atMs: number) => void): Playback {
    const playback = this.#ports.loudspeaker.begin();
    this.#playing = { id: playback.id, turn, heard };
    return playback;
  }

  #play(turn: number | undefined, pieces: readonly Int16Array[]): void {
    const playback = this.begin(turn);
    for (const piece of pieces) playback.write(piece);
    playback.end();
  }

  #end(playback: number): Playing | undefined {
    const playing = this.#playing;
    if (playing?.id !== playback) return undefined;
    this.#playing = undefined;
    return playing;
  }
}

export function overwrite(pieces: readonly Int16Array[]): void {
  for (const samples of pieces) samples.fill(0);
}
