import { BlockedReason, FinishReason, Modality, type Part } from '@google/genai';
import { levelDbfs } from '../../../audio/pcm/level.ts';
import { Fault } from '../../../kiosk/faults.ts';
import { tokensTold } from '../../../turn/tokens.ts';
import type { ModelUsed } from '../../../turn/turn.ts';
import { TRANSLATION_RATE_HZ } from '../../interpreter.ts';
import { leastSeconds } from '../../language/speech-length.ts';
import { AnswerSound, SILENT_DBFS } from '../answer-sound.ts';
import { speechIn } from '../client.ts';
import { knownReason } from '../errors/reported.ts';
import type { Handle } from './request.ts';

export interface SpeakingSettings {
  /** One of the service's prebuilt voices; undefined for the model's own choice. */
  readonly voice: string | undefined;
  /** How to speak ("calm, friendly"). */
  readonly style: string | undefined;
  /** From the request to the first sound, in milliseconds. */
  readonly speechTimeoutMs: number;
  /** Between two pieces of sound, in milliseconds. */
  readonly speechStallMs: number;
}

/** Speech longer than this many times the fastest speech, plus this many seconds, counts as endless. */
const ENDLESS_FACTOR = 8;
const ENDLESS_BASE_SECONDS = 15;

/**
 * Requests speech for a text, and passes the sound on as it comes.
 * @param otherwise the last request for this text brought no sound
 * @param use gets the service's count
 * @param play called with each piece: mono, 16-bit, TRANSLATION_RATE_HZ
 * @throws Fault when the speech is incomplete, perhaps after some sound; what the SDK throws
 */
export async function speak(
  { client, config, watch }: Handle,
  model: string,
  text: string,
  otherwise: boolean,
  settings: SpeakingSettings,
  use: ModelUsed,
  play: (samples: Int16Array) => void,
): Promise<void> {
  const { speechTimeoutMs, speechStallMs } = settings;
  const least = leastSeconds(text);
  const most = ENDLESS_BASE_SECONDS + ENDLESS_FACTOR * least;
  watch(speechTimeoutMs, () => new Fault('no-answer', `no speech within ${speechTimeoutMs} ms`));
  const stream = await client.models.generateContentStream({
    model,
    contents: [{ role: 'user', parts: [partOf(otherwise ? inAnotherForm(text) : text, settings.style)] }],
    config: { ...config, responseModalities: [Modality.AUDIO], ...speechIn(settings.voice) },
  });
  const sound = new AnswerSound();
  let seconds = 0;
  let loudestDbfs = Number.NEGATIVE_INFINITY;
  let finishReason: string | undefined;
  for await (const { candidates, promptFeedback, usageMetadata } of stream) {
    // Each count is the total so far.
    use.reported = tokensTold(usageMetadata) ?? use.reported;
    finishReason = candidates?.[0]?.finishReason ?? promptFeedback?.blockReason ?? finishReason;
    for (const { inlineData } of candidates?.[0]?.content?.parts ?? []) {
      if (inlineData?.data === undefined) continue;
      const samples = sound.push(Buffer.from(inlineData.data, 'base64'), inlineData.mimeType);
      if (samples.length === 0) continue;
      seconds += samples.length / TRANSLATION_RATE_HZ;
      loudestDbfs = Math.max(loudestDbfs, levelDbfs(samples));
      play(samples);
      if (seconds > most) throw new Fault('answer-endless', `more than ${most.toFixed(0)} s and no end`);
      watch(
        speechStallMs,
        () => new Fault('answer-broken-off', `no sound followed within ${speechStallMs} ms`),
      );
    }
  }
  const ended = finishReason === undefined ? 'missing' : knownReason(finishReason, REASONS);
  const facts = `${seconds.toFixed(1)} s of sound, finishReason ${ended}`;
  if (seconds === 0) throw new Fault('silent-answer', facts);
  if (finishReason !== 'STOP') throw new Fault('answer-broken-off', facts);
  if (loudestDbfs < SILENT_DBFS) throw new Fault('silent-answer', `${facts}, none above ${SILENT_DBFS} dBFS`);
  if (seconds < least)
    throw new Fault('answer-broken-off', `${facts}, for what takes ${least.toFixed(1)} s at least`);
}

/** Why an answer ended, or was blocked. */
const REASONS = { ...FinishReason, ...BlockedReason };

/**
 * Not spoken: brackets, which the voice takes for tags (<sigh>, [sigh]); line ends, which separate headings and stage
 * directions; and characters without a sound.
 */
const UNSPOKEN = /[<>[\]]|[\s\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\u{e0000}-\u{e007f}]+/gu;

/** The most characters of a short text. */
const SHORT = 16;

/**
 * Numbers and very short phrases have been answered without sound (novastate/voicepe-realtime). They are tried again with
 * a full stop added or removed, which does not change how they sound.
 */
function inAnotherForm(text: string): string {
  if (text.length > SHORT || /[?!？！]$/u.test(text)) return text;
  const bare = text.replace(/[.。]$/u, '');
  return bare === text ? `${text}.` : bare;
}

/** The model reads all of the text aloud; the style has a field of its own (migration guide of 3.8 TTS). */
function partOf(translation: string, style: string | undefined): Part {
  const text = translation.replaceAll(UNSPOKEN, ' ');
  return style === undefined ? { text } : { text, speechMetadata: { style } };
}
