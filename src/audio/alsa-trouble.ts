/** The errors that ALSA's programs and library print when a device can't be used. */

/** `missing`: there is no such device, or it has gone. `busy`: another program or user holds it. */
export type AlsaTrouble = 'missing' | 'busy';

const REASONS: readonly (readonly [AlsaTrouble, RegExp])[] = [
  // No permission for the device, or for the dsnoop of another user.
  ['busy', /device or resource busy|permission denied|operation not permitted/i],
  // From alsa-lib's pcm_hw.c, confmisc.c, pcm.c and errno's texts in English: no card, card not found, no such name,
  // device file gone, unplugged in use; and a sound server that is not there.
  [
    'missing',
    /no such (?:file or directory|device)|cannot find card|invalid value for card|unknown pcm|connection refused|cannot get card index/i,
  ],
];

/** The programs' own messages are decisive; those of plug-ins before them may not matter. */
const OUTCOME = /^(?:arecord|aplay): /;

/**
 * The reason in what was printed, undefined when there is none. The program's own last line decides; without one, the
 * last line that gives a reason. Needs English messages (LC_ALL=C).
 */
export function alsaTrouble(printed: string): AlsaTrouble | undefined {
  const lines = printed.split('\n');
  const outcome = lines.findLast((line) => OUTCOME.test(line));
  if (outcome !== undefined) return reasonIn(outcome);
  return lines.map(reasonIn).findLast((reason) => reason !== undefined);
}

function reasonIn(line: string): AlsaTrouble | undefined {
  return REASONS.find(([, pattern]) => pattern.test(line))?.[0];
}

/** Lines that report an error; aplay's description of the device and warnings of Node don't. */
const REPORTS_ERROR = /aplay:|arecord:|alsa lib|assert|error|failed/i;

/** The last line that reports an error: it names the error, earlier lines only its causes. Empty without one. */
export function lastError(printed: string): string {
  return (
    printed
      .split('\n')
      .findLast((line) => REPORTS_ERROR.test(line))
      ?.trim() ?? ''
  );
}

/** The part of a child's standard error that is kept, in characters: enough for the reason, and bounded. */
const KEPT = 4096;

/** The end of what a child printed so far. */
export function keepEnd(printed: string, more: string): string {
  return (printed + more).slice(-KEPT);
}
