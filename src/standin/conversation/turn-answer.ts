/** One answer of a turn model, from the end of the utterance to turnComplete. */
import { concat } from '../../audio/pcm/concat.ts';
import { orAborted } from '../../base/or-aborted.ts';
import type { Answer } from '../answerer.ts';
import { waitUntil } from '../clock.ts';
import { type TurnChanges, turnChanges } from '../faults/script.ts';
import type { ServerContent, Transcription } from '../protocol/messages.ts';
import { inMessages, OUT_MIME, OUT_RATE } from '../protocol/sound.ts';
import { billTurn, compressed, inputAudioTokens, outputAudioTokens, plus } from '../protocol/usage.ts';
import type { SessionContext } from './session-context.ts';
import type { Turn } from './turn.ts';

/** Words of output text that come in one piece. The service's pieces are of no fixed size. */
const WORDS_A_PIECE = 3;

type Outcome = 'complete' | 'interrupted' | 'broken off';

export class TurnAnswer {
  readonly #context: SessionContext;
  readonly #turn: Turn;
  readonly #changes: TurnChanges;
  readonly #stop: AbortSignal;
  #answer: Answer | undefined;
  /** At OUT_RATE. */
  #sentSamples = 0;
  #turnCompleteSent = false;

  /** @param interrupted aborted when the user speaks again */
  constructor(context: SessionContext, turn: Turn, interrupted: AbortSignal) {
    this.#context = context;
    this.#turn = turn;
    this.#changes = turnChanges(turn.steps);
    this.#stop = AbortSignal.any([interrupted, context.link.ended]);
  }

  /** Resolves when the turn is over, whatever its outcome. */
  async run(): Promise<void> {
    const { link, session, compression, resumable } = this.#context;
    session.context = compressed(session.context, compression);
    resumable(false);
    const outcome = await this.#generate();
    const over = outcome === 'broken off' || link.ended.aborted || link.hung;
    if (!over && outcome === 'interrupted') {
      this.#send({ interrupted: true });
      this.#turn.emit('interrupted');
    }
    if (over || !(await this.#turn.act('turnComplete'))) {
      this.#turn.record.outcome = 'broken off';
      return;
    }
    if (!this.#turnCompleteSent) this.#sendTurnComplete();
    this.#sendLate();
    this.#turn.record.outcome = outcome;
    this.#turn.emit('turnComplete');
    resumable(true);
  }

  async #generate(): Promise<Outcome> {
    const { clock, timing } = this.#context;
    const { endedAt } = this.#turn;
    if (!(await this.#turn.act('activityEnd'))) return 'broken off';
    const answer = await orAborted(this.#asked(), this.#stop).catch((error: unknown) => {
      if (this.#stop.aborted) return 'stopped' as const;
      throw error;
    });
    if (answer === 'stopped') return 'interrupted';
    if (answer === undefined) return 'complete';

    this.#turn.emitText('heard', answer.heard.text);
    if (this.#changes.order !== 'input transcription after the turn') this.#sendHeard(answer);
    if (!(await waitUntil(clock, endedAt + timing.answerMs, this.#stop))) return 'interrupted';
    if (!(await this.#turn.act('answer'))) return 'broken off';
    this.#turn.emit('answer');

    this.#answer = answer;
    const startedAt = clock.now();
    const delivered = await this.#deliver(answer, startedAt);
    if (delivered !== 'complete') return delivered;
    this.#turn.emitText('said', answer.said.text);
    if (!(await this.#turn.act('generationComplete'))) return 'broken off';
    if (!this.#changes.omit.has('generationComplete')) this.#send({ generationComplete: true });
    this.#turn.emit('generationComplete');
    // The model assumes that its answer is played as it comes: comment of generation_complete in the proto.
    const playedAt = startedAt + (this.#sentSamples / OUT_RATE) * 1000;
    return (await waitUntil(clock, playedAt, this.#stop)) ? 'complete' : 'interrupted';
  }

  /** @returns undefined for a turn without sound and text */
  async #asked(): Promise<Answer | undefined> {
    const { answerer } = this.#context;
    const { sound, texts } = this.#turn;
    const { answer: given } = this.#changes;
    const { heard, said, pcm24k } = given;
    if (heard && said && pcm24k) return { heard, said, pcm24k };
    if (sound.length > 0) return { ...(await answerer.answerSpeech(concat(sound))), ...given };
    if (texts.length > 0) return { ...(await answerer.answerText(texts.join(' '))), ...given };
    return undefined;
  }

  /** Sound and its text, at the service's pace. */
  async #deliver(answer: Answer, startedAt: number): Promise<Outcome> {
    const { clock, timing } = this.#context;
    const { omit, order, sound } = this.#changes;
    const pcm = omit.has('audio') ? new Int16Array(0) : answer.pcm24k;
    const size = Math.round((OUT_RATE * timing.chunkMs) / 1000);
    const chunks = Math.ceil(pcm.length / size);
    const data = inMessages(pcm, chunks, sound);
    const mimeType = sound?.mimeType ?? OUT_MIME;
    const late = order === 'output transcription after the turn' || !this.#wantsOutputText();
    const pieces = late ? [] : inPieces(answer.said, WORDS_A_PIECE);
    const early = order === 'turnComplete before the last sound' ? Math.floor(chunks * 0.8) : -1;
    let spoken = 0;
    for (let i = 0; i < chunks; i++) {
      if (!(await waitUntil(clock, startedAt + (i * timing.chunkMs) / timing.pace, this.#stop)))
        return 'interrupted';
      if (i === early) {
        this.#send({ turnComplete: true });
        this.#turnCompleteSent = true;
      }
      const due = Math.ceil((pieces.length * (i + 1)) / chunks);
      const piece = spoken < due ? pieces[spoken] : undefined;
      if (piece !== undefined) spoken += 1;
      this.#send({
        modelTurn: { parts: [{ inlineData: { mimeType, data: data[i] ?? '' } }] },
        ...(piece === undefined ? {} : { outputTranscription: piece }),
      });
      this.#sentSamples = Math.min(pcm.length, (i + 1) * size);
      this.#turn.record.saidSeconds = this.#sentSamples / OUT_RATE;
      if (i === 0) this.#turn.emit('firstAudioOut');
      if (!(await this.#turn.act({ chunks: i + 1 }))) return 'broken off';
    }
    for (const piece of pieces.slice(spoken)) this.#send({ outputTranscription: piece });
    return 'complete';
  }

  #sendTurnComplete(): void {
    const { link, session } = this.#context;
    const { sound, record, typed } = this.#turn;
    const { omit, turnCompleteReason: reason } = this.#changes;
    const heardSamples = sound.reduce((sum, part) => sum + part.length, 0);
    const input = plus(typed, { text: 0, audio: inputAudioTokens(heardSamples) });
    const output = { text: 0, audio: outputAudioTokens(this.#sentSamples) };
    const { usage, after } = billTurn(session.context, input, output);
    session.context = after;
    record.billed = usage;
    if (omit.has('turnComplete')) return;
    link.send({
      serverContent: {
        turnComplete: true,
        ...(reason === undefined ? {} : { turnCompleteReason: reason }),
        interactionStatus: 'IDLE',
      },
      ...(omit.has('usageMetadata') ? {} : { usageMetadata: usage }),
    });
  }

  #sendHeard({ heard }: Answer): void {
    const asked = this.#context.setup.inputAudioTranscription !== undefined;
    if (asked && !this.#changes.omit.has('inputTranscription') && heard.text !== '')
      this.#send({ inputTranscription: heard });
  }

  /** Transcriptions that a script wants after the turn. */
  #sendLate(): void {
    const { order } = this.#changes;
    if (this.#answer === undefined) return;
    if (order === 'input transcription after the turn') this.#sendHeard(this.#answer);
    if (order === 'output transcription after the turn' && this.#wantsOutputText())
      this.#send({ outputTranscription: this.#answer.said });
  }

  /** 3.8 sends it without being asked. */
  #wantsOutputText(): boolean {
    return !this.#changes.omit.has('outputTranscription');
  }

  #send(serverContent: ServerContent): void {
    this.#context.link.send({ serverContent });
  }
}

/** The text in pieces of `words` words; joined, they are the text again. */
export function inPieces(text: Transcription, words: number): Transcription[] {
  const all = text.text.match(/\s*\S+\s*$|\s*\S+/g) ?? [];
  return Array.from({ length: Math.ceil(all.length / words) }, (_, i) => ({
    ...text,
    text: all.slice(i * words, (i + 1) * words).join(''),
  }));
}
