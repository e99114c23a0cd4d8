import type { Clock } from '../time.ts';

/** 128 random bits in hexadecimal digits, the same in every run with the same seed. */
export function randomId(clock: Clock): string {
  return Array.from({ length: 32 }, () => Math.floor(clock.random() * 16).toString(16)).join('');
}
