/**
 * A conversation with the translate model, which takes no turns. It sends sound about every 250 ms in real time, silence
 * when it translates nothing; neither turnComplete, generationComplete nor interrupted: https://github.com/kizuna-ai-lab/sokuji/pull/399.
 */

import { concat } from '../../audio/pcm/concat.ts';
import { resample } from '../../audio/pcm/resample.ts';
import type { Cancel } from '../../base/time.ts';
import type { Answer } from '../answerer.ts';
import { turnChanges } from '../faults/script.ts';
import type { Transcription, UsageMetadata } from '../protocol/messages.ts';
import { INVALID } from '../protocol/rules.ts';
import { IN_RATE, OUT_RATE, soundPart } from '../protocol/sound.ts';
import { inputAudioTokens, outputAudioTokens, usageOf } from '../protocol/usage.ts';
import { ActivityDetector, activityRules } from './activity.ts';
import type { Conversation, SessionContext } from './session-context.ts';
import { answererFailed, Turn } from './turn.ts';
import { inPieces } from './turn-answer.ts';

const TICK_MS = 250;
const TICK_SAMPLES = (OUT_RATE * TICK_MS) / 1000;
/** Usage comes in increments; how far apart is not documented. */
const TICKS_A_BILL = 4;
/** Texts come in fragments about 1 s apart (there): about three words of speech. */
const WORDS_A_FRAGMENT = 3;

/** An utterance whose translation is being given. */
interface Speaking {
  readonly turn: Turn;
  readonly pcm: Int16Array;
  readonly heard: readonly Transcription[];
  readonly said: readonly Transcription[];
  heardSent: number;
  saidSent: number;
  at: number;
  chunks: number;
}

export class ContinuousConversation implements Conversation {
  readonly #context: SessionContext;
  readonly #detector: ActivityDetector;
  #turn: Turn | undefined;
  #speaking: Speaking[] = [];
  #cancelTick: Cancel | undefined;
  #ticks = 0;
  #nextTickAt = 0;
  #quietTicks = 0;
  #unbilledIn = 0;
  #unbilledOut = 0;
  /** Counted so far, in samples. */
  #billed = { in: 0, out: 0 };

  constructor(context: SessionContext) {
    this.#context = context;
    this.#detector = new ActivityDetector(
      activityRules(context.setup.realtimeInputConfig?.automaticActivityDetection),
    );
  }

  // Accepted without effect: https://github.com/kizuna-ai-lab/sokuji/pull/398.
  activityStart(): void {}
  activityEnd(): void {}

  audioStreamEnd(): void {
    if (this.#detector.flush().length > 0) this.#end();
  }

  text(): void {
    this.#context.refuse(INVALID);
  }

  content(): void {
    this.#context.refuse(INVALID);
  }

  audio(samples: Int16Array): void {
    this.#quietTicks = 0;
    this.#unbilledIn += samples.length;
    this.#listen(samples);
    if (this.#cancelTick !== undefined) return;
    this.#nextTickAt = this.#context.clock.now();
    this.#schedule();
  }

  stop(): void {
    this.#cancelTick?.();
    this.#count();
    if (this.#turn !== undefined) this.#turn.record.outcome = 'broken off';
    for (const speaking of this.#speaking) speaking.turn.record.outcome = 'broken off';
    this.#speaking = [];
  }

  #listen(samples: Int16Array): void {
    for (const activity of this.#detector.push(samples)) {
      if (activity.kind === 'start') this.#turn = new Turn(this.#context).begin();
      else if (activity.kind === 'end') this.#end();
      else this.#turn?.addSound(activity.samples);
    }
  }

  #end(): void {
    const turn = this.#turn;
    if (turn === undefined) return;
    this.#turn = undefined;
    turn.end();
    this.#translate(turn).catch((error: unknown) => answererFailed(error, this.#context));
  }

  async #translate(turn: Turn): Promise<void> {
    const { answerer, setup } = this.#context;
    if (!(await turn.act('activityEnd'))) return;
    const changes = turnChanges(turn.steps);
    const sound = concat(turn.sound);
    const answer: Answer = { ...(await answerer.answerSpeech(sound)), ...changes.answer };
    if (!(await turn.act('answer'))) return;
    const said = this.#inTarget(answer, sound);
    turn.record.said = said.said.text;
    turn.emitText('heard', answer.heard.text);
    turn.emit('answer');
    const hearing = setup.inputAudioTranscription !== undefined && !changes.omit.has('inputTranscription');
    const showing = setup.outputAudioTranscription !== undefined && !changes.omit.has('outputTranscription');
    this.#speaking.push({
      turn,
      pcm: changes.omit.has('audio') ? new Int16Array(0) : said.pcm24k,
      heard: hearing ? inPieces(answer.heard, WORDS_A_FRAGMENT) : [],
      said: showing ? inPieces(said.said, WORDS_A_FRAGMENT) : [],
      heardSent: 0,
      saidSent: 0,
      at: 0,
      chunks: 0,
    });
  }

  /** Speech that is in the target language already is echoed, or answered with silence. */
  #inTarget(answer: Answer, sound: Int16Array): Answer {
    const asked = this.#context.setup.generationConfig?.translationConfig;
    const language = (code: string) => code.toLowerCase().split('-')[0];
    const target = language(asked?.targetLanguageCode ?? 'en');
    if (answer.heard.languageCode === undefined || language(answer.heard.languageCode) !== target)
      return answer;
    if (asked?.echoTargetLanguage !== true)
      return { ...answer, said: { text: '' }, pcm24k: new Int16Array(0) };
    return { ...answer, said: answer.heard, pcm24k: resample(sound, IN_RATE, OUT_RATE) };
  }

  #schedule(): void {
    const { clock } = this.#context;
    this.#nextTickAt += TICK_MS;
    this.#cancelTick = clock.after(this.#nextTickAt - clock.now(), () => {
      this.#tick().then(
        (continues) => continues && this.#schedule(),
        (error: unknown) => this.#context.recorder.emit({ type: 'trouble', message: String(error) }),
      );
    });
  }

  async #tick(): Promise<boolean> {
    const { link } = this.#context;
    if (link.ended.aborted || link.hung) return false;
    this.#ticks += 1;
    this.#quietTicks += 1;
    // To a continuous model a line without sound is silence.
    if (this.#quietTicks > 2 && this.#detector.speaking)
      this.#listen(new Int16Array((IN_RATE * TICK_MS) / 1000));
    const now = this.#speaking[0];
    const out = new Int16Array(TICK_SAMPLES);
    if (now !== undefined) {
      const piece = now.pcm.subarray(now.at, now.at + TICK_SAMPLES);
      out.set(piece);
      now.at += piece.length;
      now.chunks += 1;
      now.turn.record.saidSeconds = now.at / OUT_RATE;
    }
    link.send({ serverContent: { modelTurn: { parts: [soundPart(out)] } } });
    this.#unbilledOut += TICK_SAMPLES;
    if (this.#ticks % TICKS_A_BILL === 0) link.send({ usageMetadata: this.#count() });
    if (now === undefined) return true;
    this.#sendTexts(now);
    if (now.chunks === 1) now.turn.emit('firstAudioOut');
    if (!(await now.turn.act({ chunks: now.chunks }))) return false;
    if (now.at < now.pcm.length) return true;
    this.#speaking.shift();
    now.turn.record.outcome = 'complete';
    now.turn.emitText('said', now.turn.record.said ?? '');
    return true;
  }

  /** Sends the texts in proportion to the sound so far. */
  #sendTexts(now: Speaking): void {
    const { link } = this.#context;
    const through = now.pcm.length === 0 ? 1 : now.at / now.pcm.length;
    const send = (
      name: 'inputTranscription' | 'outputTranscription',
      texts: readonly Transcription[],
      from: number,
    ) => {
      const due = Math.ceil(texts.length * through);
      for (const text of texts.slice(from, due)) link.send({ serverContent: { [name]: text } });
      return due;
    };
    now.heardSent = send('inputTranscription', now.heard, now.heardSent);
    now.saidSent = send('outputTranscription', now.said, now.saidSent);
  }

  /** What has been streamed since the last count. */
  #count(): UsageMetadata {
    const counted = { in: this.#unbilledIn, out: this.#unbilledOut };
    this.#billed = { in: this.#billed.in + counted.in, out: this.#billed.out + counted.out };
    this.#unbilledIn = 0;
    this.#unbilledOut = 0;
    const usage = (samples: { in: number; out: number }) =>
      usageOf(
        { text: 0, audio: inputAudioTokens(samples.in) },
        { text: 0, audio: outputAudioTokens(samples.out) },
      );
    this.#context.record.billed = usage(this.#billed);
    return usage(counted);
  }
}
