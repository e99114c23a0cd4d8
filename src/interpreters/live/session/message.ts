import { z } from 'zod';
import { JsonBounds } from '../../network/json-bounds.ts';

/** The largest message that is read, in bytes: 16 s of 24 kHz sound in base64, at 64 kB a second. */
export const MAX_MESSAGE_BYTES = 1024 * 1024;
/** The longest piece of a text, in UTF-16 units: an utterance of a minute has about 1,500. */
const MAX_TEXT = 10_000;

/** null, which some messages have in place of missing fields, is undefined. */
const maybe = <T extends z.ZodType>(schema: T) =>
  schema
    .nullish()
    .transform((value) => value ?? undefined)
    .optional();
const flag = maybe(z.boolean());
const text = maybe(z.string().max(MAX_TEXT));
const transcription = maybe(z.object({ text, languageCode: text.catch(undefined) }));

/** The used fields of a message of the service (https://ai.google.dev/api/live, "BidiGenerateContentServerMessage"). */
const schema = z.object({
  setupComplete: maybe(z.looseObject({})),
  serverContent: maybe(
    z.object({
      modelTurn: maybe(
        z.object({
          parts: maybe(
            z.array(
              z.object({
                // Base64.
                inlineData: maybe(z.object({ data: maybe(z.string()), mimeType: text })),
                text,
                thought: flag,
              }),
            ),
          ),
        }),
      ),
      inputTranscription: transcription,
      outputTranscription: transcription,
      interrupted: flag,
      generationComplete: flag,
      turnComplete: flag,
    }),
  ),
  // Not validated here: turn/tokens.ts accepts anything.
  usageMetadata: maybe(z.record(z.string(), z.unknown())).catch(undefined),
  goAway: maybe(z.object({ timeLeft: text })),
  sessionResumptionUpdate: maybe(z.object({ newHandle: text, resumable: flag })),
});

export type ServiceMessage = z.infer<typeof schema>;
export type MessageTranscription = NonNullable<z.infer<typeof transcription>>;
type Content = NonNullable<ServiceMessage['serverContent']>;
export type MessagePart = NonNullable<NonNullable<Content['modelTurn']>['parts']>[number];

/** A message that is not valid in the API. The text of the error does not quote it. */
export class Garbled extends Error {
  override readonly name = 'Garbled';
}

/**
 * Reads a message, once and in bounded time: 5 ms for the largest, on a PC.
 * @throws Garbled
 */
export function readMessage(bytes: Uint8Array): ServiceMessage {
  const exceeded = new JsonBounds(MAX_MESSAGE_BYTES).exceededBy(bytes);
  if (exceeded !== undefined) throw new Garbled(`a message of ${exceeded}`);
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString());
  } catch {
    throw new Garbled(`a message of ${bytes.length} bytes that is no JSON`);
  }
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  // Safe to show: a path has only names of our own schema, and numbers.
  const where = read.error.issues[0]?.path.map(String).join('.') || 'all of it';
  throw new Garbled(`a message of another form than the API's (${where})`);
}

/** The most that may come within a second: sound comes several times as fast as it plays, not a hundred times. */
const MAX_BYTES_A_SECOND = 4 * 1024 * 1024;
const MAX_MESSAGES_A_SECOND = 1000;

/** Measures the messages of one connection. */
export class Intake {
  #secondBeganMs = Number.NEGATIVE_INFINITY;
  #bytes = 0;
  #messages = 0;

  /** @returns whether it is more than the service has a reason to send */
  exceeds(bytes: number, nowMs: number): boolean {
    if (nowMs - this.#secondBeganMs >= 1000) {
      this.#secondBeganMs = nowMs;
      this.#bytes = 0;
      this.#messages = 0;
    }
    this.#bytes += bytes;
    this.#messages += 1;
    return this.#bytes > MAX_BYTES_A_SECOND || this.#messages > MAX_MESSAGES_A_SECOND;
  }
}
