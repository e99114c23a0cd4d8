/** One answer of a turn model, from the end of the utterance to turnComplete. */

import { concat } from '../audio/pcm/concat.ts';
import type { Answer } from './answerer.ts';
import { inMessages, OUT_MIME, OUT_RATE } from './audio.ts';
import type { Desk, Turn } from './desk.ts';
import type { ServerContent, Transcription } from './protocol/messages.ts';
import { actionsAt, changesOf, type TurnChanges } from './script.ts';
import { billTurn, compressed, inputAudioTokens, outputAudioTokens, type Tokens } from './usage.ts';
import { waitUntil } from './wait.ts';

/** Words of output text that come in one piece. The service's pieces are of no fixed size. */
const WORDS_A_PIECE = 3;

/**
 * Answers, and resolves when the turn is over in whatever way.
 * @param typed tokens of text that belong to the turn
 * @param interrupted raised when the user speaks again
 */
export async function answerTurn(
  desk: Desk,
  turn: Turn,
  typed: Tokens,
  interrupted: AbortSignal,
): Promise<void> {
  const { link, record, recorder } = desk;
  const stop = AbortSignal.any([interrupted, link.ended]);
  const changes = changesOf(turn.steps);
  desk.session.context = compressed(desk.session.context, desk.compression);
  desk.resumable(false);

  const done = await generate(desk, turn, changes, stop);
  if (done.how === 'broken off' || link.ended.aborted || link.hung) {
    turn.record.outcome = 'broken off';
    return;
  }
  if (done.how === 'interrupted') {
    link.send({ serverContent: { interrupted: true } });
    recorder.emit({ type: 'interrupted', connection: record, turn: turn.record });
  }
  if (!(await link.act(actionsAt(turn.steps, 'turnComplete')))) {
    turn.record.outcome = 'broken off';
    return;
  }
  if (!done.turnCompleteSent) sendTurnComplete(desk, turn, changes, typed, done.sentSamples);
  sendLate(desk, changes, done.answer);
  turn.record.outcome = done.how;
  recorder.emit({ type: 'turnComplete', connection: record, turn: turn.record });
  desk.resumable(true);
}

interface Generated {
  readonly how: 'complete' | 'interrupted' | 'broken off';
  readonly sentSamples: number;
  readonly turnCompleteSent: boolean;
  readonly answer?: Answer;
}

async function generate(desk: Desk, turn: Turn, changes: TurnChanges, stop: AbortSignal): Promise<Generated> {
  const { link, clock, timing, record, recorder } = desk;
  const without = (how: Generated['how']): Generated => ({ how, sentSamples: 0, turnCompleteSent: false });
  if (!(await link.act(actionsAt(turn.steps, 'activityEnd')))) return without('broken off');
  const answer = await understand(desk, turn, changes, stop);
  if (answer === 'stopped') return without('interrupted');
  if (answer === 'nothing') return without('complete');

  turn.record.heard = answer.heard.text;
  recorder.emit({ type: 'heard', connection: record, turn: turn.record, text: answer.heard.text });
  if (changes.order !== 'input transcription after the turn') sendHeard(desk, changes, answer);
  if (!(await waitUntil(clock, turn.endedAt + timing.answerMs, stop))) return without('interrupted');
  if (!(await link.act(actionsAt(turn.steps, 'answer')))) return without('broken off');
  recorder.emit({ type: 'answer', connection: record, turn: turn.record });

  const startedAt = clock.now();
  const delivered = await deliver(desk, turn, changes, answer, startedAt, stop);
  const generated = { sentSamples: delivered.samples, turnCompleteSent: delivered.turnCompleteSent, answer };
  if (delivered.how !== 'complete') return { how: delivered.how, ...generated };
  turn.record.said = answer.said.text;
  recorder.emit({ type: 'said', connection: record, turn: turn.record, text: answer.said.text });
  if (!(await link.act(actionsAt(turn.steps, 'generationComplete'))))
    return { how: 'broken off', ...generated };
  if (!changes.omit.has('generationComplete')) link.send({ serverContent: { generationComplete: true } });
  recorder.emit({ type: 'generationComplete', connection: record, turn: turn.record });
  // The model takes it that its answer is played as it comes: comment of generation_complete in the proto.
  const playedAt = startedAt + (delivered.samples / OUT_RATE) * 1000;
  const played = await waitUntil(clock, playedAt, stop);
  return { how: played ? 'complete' : 'interrupted', ...generated };
}

async function understand(
  desk: Desk,
  turn: Turn,
  changes: TurnChanges,
  stop: AbortSignal,
): Promise<Answer | 'stopped' | 'nothing'> {
  const given = changes.answer;
  const ask = async (): Promise<Answer | 'nothing'> => {
    if (given?.heard && given.said && given.pcm24k)
      return { ...given, heard: given.heard, said: given.said, pcm24k: given.pcm24k };
    if (turn.sound.length > 0) return { ...(await desk.answerer.answerSpeech(concat(turn.sound))), ...given };
    if (turn.texts.length > 0) return { ...(await desk.answerer.answerText(turn.texts.join(' '))), ...given };
    return 'nothing';
  };
  const stopped = Promise.withResolvers<'stopped'>();
  const onStop = () => stopped.resolve('stopped');
  if (stop.aborted) return 'stopped';
  stop.addEventListener('abort', onStop, { once: true });
  try {
    return await Promise.race([ask(), stopped.promise]);
  } finally {
    stop.removeEventListener('abort', onStop);
  }
}

interface Delivered {
  readonly how: Generated['how'];
  readonly samples: number;
  readonly turnCompleteSent: boolean;
}

/** Sound and its text, at the service's pace. */
async function deliver(
  desk: Desk,
  turn: Turn,
  changes: TurnChanges,
  answer: Answer,
  startedAt: number,
  stop: AbortSignal,
): Promise<Delivered> {
  const { link, clock, timing, record, recorder } = desk;
  const pcm = changes.omit.has('audio') ? new Int16Array(0) : answer.pcm24k;
  const size = Math.round((OUT_RATE * timing.chunkMs) / 1000);
  const chunks = Math.ceil(pcm.length / size);
  const data = inMessages(pcm, chunks, changes.sound);
  const mimeType = changes.sound?.mimeType ?? OUT_MIME;
  const late = changes.order === 'output transcription after the turn';
  const pieces = late || !wantsOutputText(changes) ? [] : inPieces(answer.said, WORDS_A_PIECE);
  const early = changes.order === 'turnComplete before the last sound' ? Math.floor(chunks * 0.8) : -1;
  let spoken = 0;
  let samples = 0;
  let turnCompleteSent = false;

  for (let i = 0; i < chunks; i++) {
    if (!(await waitUntil(clock, startedAt + (i * timing.chunkMs) / timing.pace, stop))) {
      return { how: 'interrupted', samples, turnCompleteSent };
    }
    if (i === early) {
      link.send({ serverContent: { turnComplete: true } });
      turnCompleteSent = true;
    }
    const content: ServerContent = {
      modelTurn: { parts: [{ inlineData: { mimeType, data: data[i] ?? '' } }] },
    };
    const due = Math.ceil((pieces.length * (i + 1)) / chunks);
    const piece = spoken < due ? pieces[spoken] : undefined;
    if (piece !== undefined) spoken += 1;
    const text = piece === undefined ? {} : { outputTranscription: piece };
    link.send({ serverContent: { ...content, ...text } });
    samples = Math.min(pcm.length, (i + 1) * size);
    turn.record.saidSeconds = samples / OUT_RATE;
    if (i === 0) recorder.emit({ type: 'firstAudioOut', connection: record, turn: turn.record });
    if (!(await link.act(actionsAt(turn.steps, { chunks: i + 1 })))) {
      return { how: 'broken off', samples, turnCompleteSent };
    }
  }
  for (const piece of pieces.slice(spoken)) link.send({ serverContent: { outputTranscription: piece } });
  return { how: 'complete', samples, turnCompleteSent };
}

function sendTurnComplete(
  desk: Desk,
  turn: Turn,
  changes: TurnChanges,
  typed: Tokens,
  sentSamples: number,
): void {
  const { link, session } = desk;
  const heardSamples = turn.sound.reduce((sum, part) => sum + part.length, 0);
  const input: Tokens = { text: typed.text, audio: typed.audio + inputAudioTokens(heardSamples) };
  const bill = billTurn(session.context, input, { text: 0, audio: outputAudioTokens(sentSamples) });
  session.context = bill.after;
  turn.record.billed = bill.usage;
  if (changes.omit.has('turnComplete')) return;
  const reason = changes.turnCompleteReason;
  link.send({
    serverContent: {
      turnComplete: true,
      ...(reason === undefined ? {} : { turnCompleteReason: reason }),
      interactionStatus: 'IDLE',
    },
    ...(changes.omit.has('usageMetadata') ? {} : { usageMetadata: bill.usage }),
  });
}

function sendHeard(desk: Desk, changes: TurnChanges, answer: Answer): void {
  const asked = desk.setup.inputAudioTranscription !== undefined;
  if (!asked || changes.omit.has('inputTranscription') || answer.heard.text === '') return;
  desk.link.send({ serverContent: { inputTranscription: answer.heard } });
}

/** What a script wants after the turn is over. */
function sendLate(desk: Desk, changes: TurnChanges, answer: Answer | undefined): void {
  if (answer === undefined) return;
  if (changes.order === 'input transcription after the turn') sendHeard(desk, changes, answer);
  if (changes.order !== 'output transcription after the turn' || !wantsOutputText(changes)) return;
  desk.link.send({ serverContent: { outputTranscription: answer.said } });
}

/** 3.8 sends it unasked. */
function wantsOutputText(changes: TurnChanges): boolean {
  return !changes.omit.has('outputTranscription');
}

/** The text in pieces of so many words; joined, they are the text again. */
export function inPieces(text: Transcription, words: number): Transcription[] {
  const all = text.text.match(/\s*\S+\s*$|\s*\S+/g) ?? [];
  const pieces: Transcription[] = [];
  const language = text.languageCode === undefined ? {} : { languageCode: text.languageCode };
  for (let i = 0; i < all.length; i += words) {
    pieces.push({ text: all.slice(i, i + words).join(''), ...language });
  }
  return pieces;
}
