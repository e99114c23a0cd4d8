/** GPIO lines as the panel sees them, whichever of the kernel's two doors leads there. */

export interface WantedLines {
  /** Label of the chip that the numbers count on; undefined for the header of a Raspberry Pi. */
  readonly chip: string | undefined;
  readonly buttons: readonly number[];
  /** LEDs, and whether each is lit from the moment its line becomes an output. */
  readonly leds: ReadonlyMap<number, boolean>;
  /** A button pulls its line to ground. */
  readonly buttonsActiveLow: boolean;
  /** A line at ground lights its LED. */
  readonly ledsActiveLow: boolean;
}

export interface LinesListener {
  /** A button's line moved; `pressed` reads its level. @param atMs when, on the panel's clock */
  moved(button: number, atMs: number): void;
  /** The lines have gone and are of no use any more. May be reported more than once. */
  failed(error: Error): void;
}

/** Lines that are open. Levels are what people mean: true is pressed, or lit. */
export interface Lines {
  readonly door: 'sysfs' | 'chardev';
  /** @throws Error when the line has gone */
  pressed(button: number): boolean;
  /** @throws Error when the line has gone */
  light(led: number, on: boolean): void;
  /** Gives back every line. */
  close(): void;
  /** Gives back the buttons; the LEDs are left as they are, for as long as the kernel lets them. */
  leave(): void;
}

/** Opens all of the lines or none. @throws Error while that can't be done; `NoGpio` where it can't here at all */
export type OpenLines = (wanted: WantedLines, listener: LinesListener) => Promise<Lines>;

/** This machine has no such GPIO, or nothing to reach it by: trying again at once will not help. */
export class NoGpio extends Error {
  override readonly name = 'NoGpio';
}
