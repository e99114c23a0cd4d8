/** What ALSA's programs and library say on their standard error when a device can't be had. */

/** `missing`: there is no such device, or it has gone. `busy`: another program holds it. */
export type AlsaTrouble = 'missing' | 'busy';

const BUSY = /device or resource busy/i;

/**
 * From alsa-lib's pcm_hw.c, confmisc.c, pcm.c and errno's texts in English: no card, card not found, no such name,
 * device file gone, unplugged in use; and a sound server that is not there.
 */
const MISSING =
  /no such (?:file or directory|device)|cannot find card|invalid value for card|unknown pcm|connection refused|cannot get card index/i;

/** The reason in what was printed, undefined when it tells none. Needs English messages (LC_ALL=C). */
export function alsaTrouble(printed: string): AlsaTrouble | undefined {
  if (BUSY.test(printed)) return 'busy';
  if (MISSING.test(printed)) return 'missing';
  return undefined;
}

/** Lines that tell of an error; aplay's description of the device and warnings of Node don't. */
const TELLING = /aplay:|arecord:|alsa lib|assert|error|failed/i;

/** The last line that tells of an error: it names it, those before it tell how it came about. Empty without one. */
export function lastError(printed: string): string {
  return (
    printed
      .split('\n')
      .findLast((line) => TELLING.test(line))
      ?.trim() ?? ''
  );
}

/** What is kept of a child's standard error, in characters: enough for the reason, never a leak. */
const KEPT = 4096;

/** The end of what a child printed so far. */
export function keepEnd(printed: string, more: string): string {
  return (printed + more).slice(-KEPT);
}
