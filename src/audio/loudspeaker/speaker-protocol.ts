/** To `speaker`'s child: open the device, once; and whether it is still there. */
export type ToChild = 'open' | 'ping';

/** What it says. */
export type FromChild =
  /** The device is open. */
  | { readonly kind: 'open' }
  /** So many bytes have been passed on to ALSA since then. */
  | { readonly kind: 'taken'; readonly bytes: number }
  /** The answer to `ping`. */
  | { readonly kind: 'alive' }
  /** The module can't be loaded. */
  | { readonly kind: 'no module'; readonly detail: string }
  /** The device can't be opened, or does not take sound any more. */
  | { readonly kind: 'failed'; readonly detail: string };

/** `taken` comes at this interval at most, in milliseconds. */
export const TAKEN_EVERY_MS = 200;
