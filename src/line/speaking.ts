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

/** A playback of the device. */
interface Playing {
  readonly id: number;
  /** The turn whose translation or question it is; undefined for a prompt or a repetition. */
  readonly turn: number | undefined;
  /** Called with the time at which its first sample is heard; undefined where that is no event. */
  readonly heard: ((atMs: number) => void) | undefined;
}

/** The loudspeaker's side of the line: translations, prompts and repetitions, one at a time. */
export class Speaking {
  readonly #ports: SpeakingPorts;
  readonly #happens: (event: KioskEvent) => void;
  #playing: Playing | undefined;
  /** The last translation, for "repeat". In memory only, until the guest leaves. */
  #last: readonly Int16Array[] = [];

  /** @param happens takes events for the mind */
  constructor(ports: SpeakingPorts, happens: (event: KioskEvent) => void) {
    this.#ports = ports;
    this.#happens = happens;
  }

  /**
   * Begins a turn's translation. @param heard called with the time at which its first sample is heard
   */
  translation(turn: number, heard: (atMs: number) => void): Playback {
    return this.#begin(turn, heard);
  }

  /** Plays a question to the speaker of a turn. */
  question(turn: number, ...pieces: readonly Int16Array[]): void {
    this.#play(turn, pieces);
  }

  /** Speaks a prompt, or gives the cue that replaces it where there is no recording. */
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

  /** The last translation is not repeated any more. @param needed pieces that are not overwritten */
  forget(needed?: readonly Int16Array[]): void {
    if (this.#last !== needed) overwrite(this.#last);
    this.#last = [];
  }

  /** The same, unless it is this translation. */
  forgetBefore(pieces: readonly Int16Array[]): void {
    if (this.#last !== pieces) this.forget();
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
    const playing = this.#end(playback);
    if (playing === undefined) return;
    const { turn } = playing;
    const atMs = this.#ports.clock.now();
    if (turn === undefined) this.#happens({ event: 'drained', turn, atMs });
    else this.#happens({ event: 'turn failed', turn, fault: 'loudspeaker-failed', atMs });
  }

  #begin(turn: number | undefined, heard?: (atMs: number) => void): Playback {
    const playback = this.#ports.loudspeaker.begin();
    this.#playing = { id: playback.id, turn, heard };
    return playback;
  }

  #play(turn: number | undefined, pieces: readonly Int16Array[]): void {
    const playback = this.#begin(turn);
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
