/** Messages to `speaker`'s child: open the device (once); answer a ping. */
export type ToChild = 'open' | 'ping';

/** Messages of the child. */
export type FromChild =
  /** The device is open. */
  | { readonly kind: 'open' }
  /** The bytes that were passed on to ALSA since `open`. */
  | { readonly kind: 'taken'; readonly bytes: number }
  /** The answer to `ping`. */
  | { readonly kind: 'alive' }
  /** The module can't be loaded. */
  | { readonly kind: 'no module'; readonly detail: string }
  /** The device can't be opened, or no longer takes sound. */
  | { readonly kind: 'failed'; readonly detail: string };

/** `taken` comes at this interval at most, in milliseconds. */
export const TAKEN_EVERY_MS = 200;
