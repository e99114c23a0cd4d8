/** GPIO lines for the panel, through either of the kernel's two interfaces. */

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

/** Open lines. A level of true means pressed, or lit. */
export interface Lines {
  readonly door: 'sysfs' | 'chardev';
  /** @throws Error when the line has gone */
  pressed(button: number): boolean;
  /** @throws Error when the line has gone */
  light(led: number, on: boolean): void;
  /** Releases every line. */
  close(): void;
  /** Releases the buttons. The LEDs stay as they are, as long as the kernel keeps them so. */
  leave(): void;
}

/** Opens all lines or none. @throws Error while that fails; `NoGpio` where it can never work */
export type OpenLines = (wanted: WantedLines, listener: LinesListener) => Promise<Lines>;

/** This machine has no such GPIO, or no interface to it: trying again at once is useless. */
export class NoGpio extends Error {
  override readonly name = 'NoGpio';
}
