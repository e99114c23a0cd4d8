/** Messages of a service that wants to do harm, as the stand-in sends them. */

/** The most brackets that the largest message can hold: `JSON.parse` takes 80 ms for it. */
export const TOO_DEEP = `{"serverContent":${'['.repeat(500_000)}${']'.repeat(500_000)}}`;

/** Twice as long as any message may be. */
export const TOO_LARGE = JSON.stringify({
  serverContent: { outputTranscription: { text: 'a'.repeat(2 ** 21) } },
});

/** Short messages at once, more than may come in a second. */
export const FLOOD: readonly string[] = Array.from({ length: 1100 }, () => '{"serverContent":{}}');
