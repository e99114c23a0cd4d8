import { type AudioTranscriptionConfig, type LiveConnectConfig, Modality } from '@google/genai';
import { CAPTURE_RATE_HZ, FRAME_MS, FRAME_SAMPLES } from '../../audio/pcm/frame.ts';
import { Fault } from '../../kiosk/faults.ts';
import type { Languages } from '../../kiosk/languages.ts';
import type { Turn } from '../../turn/turn.ts';
import {
  type Availability,
  type Interpretation,
  type InterpretationSink,
  type Interpreter,
  TRANSLATION_RATE_HZ,
} from '../interpreter.ts';
import { Answer, type AnswerLimits } from './answer.ts';
import { Connection, type ConnectionLimits, type Service } from './connection.ts';
import { instructionFor, type PastTurn } from './instruction.ts';
import { meansNotUnderstood } from './not-understood.ts';
import { type Opener, Spare } from './spare.ts';

export interface DialogueSettings extends ConnectionLimits, AnswerLimits {
  /** Models in the order in which they are to be used, without the prefix `models/`. */
  readonly models: readonly string[];
  /** One of the service's prebuilt voices; undefined for the model's own choice. */
  readonly voice: string | undefined;
  /** How long a spare connection is kept without a turn, in milliseconds. */
  readonly spareIdleMs: number;
}

/** On the wire, 100 ms (live-translate guide); inside, 20 ms. */
const MESSAGE_MS = 100;
const FRAMES_PER_MESSAGE = MESSAGE_MS / FRAME_MS;

/** The turn is sent once more on a fresh connection, then it fails visibly. */
const MAX_ATTEMPTS = 2;

/**
 * The `dialogue` engine: a general Live model, instructed to interpret both ways between two languages.
 * One connection a turn, so that no earlier sound is billed again and no event of an older turn can arrive.
 */
export class Dialogue implements Interpreter {
  readonly #service: () => Promise<Service>;
  readonly #settings: DialogueSettings;
  readonly #now: () => number;
  readonly #spare: Spare;
  #watcher: ((availability: Availability) => void) | undefined;
  /** What became of the latest session that was opened to the end. */
  #told: Availability | undefined;
  /** What was said lately, for names and references. In memory only. */
  #past: PastTurn[] = [];

  /**
   * @param service asked for every connection, so that a key may appear or change while the kiosk runs
   * @throws nothing; what is wrong is told when a connection is wanted
   */
  constructor(
    service: () => Promise<Service>,
    settings: DialogueSettings,
    now: () => number = () => performance.now(),
  ) {
    this.#service = service;
    this.#settings = settings;
    this.#now = now;
    this.#spare = new Spare(settings.spareIdleMs, (fault) => this.#ended(fault));
  }

  watch(watcher: (availability: Availability) => void): void {
    this.#watcher = watcher;
  }

  prepare(languages: Languages): void {
    this.#spare.prepare(this.#opener(languages));
  }

  forget(): void {
    this.#past = [];
    this.#spare.drop();
  }

  async stop(): Promise<void> {
    this.forget();
  }

  async interpret(
    turn: Turn,
    languages: Languages,
    sink: InterpretationSink,
    signal: AbortSignal,
  ): Promise<Interpretation> {
    // The connection opens at the press at the latest and hides behind the utterance.
    this.prepare(languages);
    await turn.reaches(0, signal);
    if (turn.frames.length === 0) {
      return { outcome: 'nothing said', heard: undefined, said: undefined, roundTripMs: 0 };
    }
    for (let attempt = 1; ; attempt++) {
      try {
        const { parts, roundTripMs } = await this.#attempt(turn, languages, sink, signal);
        const said = parts.said;
        const understood =
          said === undefined || !meansNotUnderstood(said.text, [languages.host, languages.guest]);
        if (understood) this.#remember(parts.heard?.text, said?.text);
        return {
          outcome: understood ? 'translated' : 'not understood',
          ...parts,
          roundTripMs,
        };
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        if (error.entry.retry !== 'at once' || attempt >= MAX_ATTEMPTS) {
          this.#ended(error);
          throw error;
        }
        turn.unanswered();
        sink.restarted(error);
      }
    }
  }

  async #attempt(turn: Turn, languages: Languages, sink: InterpretationSink, signal: AbortSignal) {
    const connection = await this.#spare.take(this.#opener(languages), signal);
    turn.mark('connected', this.#now());
    const counted: InterpretationSink = {
      ...sink,
      audio: (samples) => {
        turn.meter.receivedSeconds += samples.length / TRANSLATION_RATE_HZ;
        sink.audio(samples);
      },
    };
    const answer = new Answer(counted, this.#settings, (name) => turn.mark(name, this.#now()));
    const sending = new AbortController();
    try {
      connection.listen(answer);
      const sent = this.#send(turn, connection, AbortSignal.any([signal, sending.signal])).then(() =>
        answer.expect(),
      );
      const cancelled = new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true, signal: sending.signal });
      });
      const [parts] = await Promise.race([Promise.all([answer.done, sent]), cancelled]);
      return { parts, roundTripMs: connection.roundTripMs };
    } finally {
      sending.abort(new Error('the attempt is over'));
      answer.cancel();
      connection.close();
    }
  }

  /** Sends the utterance from its first frame, as it comes, and its end. */
  async #send(turn: Turn, connection: Connection, signal: AbortSignal): Promise<void> {
    turn.meter.attempts += 1;
    connection.startActivity();
    let cursor = 0;
    for (;;) {
      await turn.reaches(cursor + FRAMES_PER_MESSAGE - 1, signal);
      const frames = turn.frames.slice(cursor, cursor + FRAMES_PER_MESSAGE);
      if (frames.length === 0) break; // closed, and all of it is sent
      await connection.uplinkFree();
      const message = new Int16Array(frames.length * FRAME_SAMPLES);
      for (const [i, frame] of frames.entries()) message.set(frame.samples, i * FRAME_SAMPLES);
      connection.sendAudio(message);
      turn.mark('firstSent', this.#now());
      turn.meter.sentSeconds += message.length / CAPTURE_RATE_HZ;
      cursor += frames.length;
    }
    connection.endActivity();
    await connection.flushed();
    turn.mark('sent', this.#now());
  }

  #remember(heard: string | undefined, said: string | undefined): void {
    if (heard === undefined || said === undefined) return;
    this.#past = [...this.#past.slice(-1), { heard, said }];
  }

  #opener(languages: Languages): Opener {
    const model = this.#settings.models[0];
    if (model === undefined) throw new Error('live.models is empty');
    const instruction = instructionFor(languages, this.#past);
    const config = liveConfig(instruction, this.#settings.voice);
    return {
      key: JSON.stringify([model, instruction]),
      open: (signal) => this.#open(model, config, signal),
    };
  }

  async #open(model: string, config: LiveConnectConfig, signal: AbortSignal): Promise<Connection> {
    this.#watcher?.({ is: 'connecting' });
    try {
      const connection = await Connection.open(
        await this.#service(),
        model,
        config,
        this.#settings,
        signal,
        this.#now,
      );
      this.#tell({ is: 'ready' });
      return connection;
    } catch (error) {
      if (error instanceof Fault) this.#tell({ is: 'unreachable', fault: error });
      else if (this.#told !== undefined) this.#watcher?.(this.#told); // given up by us: it is as it was
      throw error;
    }
  }

  #tell(availability: Availability): void {
    this.#told = availability;
    this.#watcher?.(availability);
  }

  /** A session ended under us. That is news when another one would end the same way: quota, key, model. */
  #ended(fault: Fault): void {
    if (fault.entry.retry !== 'at once') this.#tell({ is: 'unreachable', fault });
  }
}

/** The session's set-up. The button is the turn boundary: the service's own voice detection is off. */
function liveConfig(instruction: string, voice: string | undefined): LiveConnectConfig {
  const transcription: AudioTranscriptionConfig = {};
  return {
    responseModalities: [Modality.AUDIO],
    systemInstruction: instruction,
    inputAudioTranscription: transcription,
    outputAudioTranscription: transcription,
    realtimeInputConfig: { automaticActivityDetection: { disabled: true } },
    ...(voice === undefined
      ? {}
      : { speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: voice } } } }),
  };
}
