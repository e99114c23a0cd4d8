import { type AudioTranscriptionConfig, type LiveConnectConfig, Modality } from '@google/genai';
import type { Abilities } from '../../../kiosk/engines.ts';
import type { Fault } from '../../../kiosk/faults.ts';
import { type Languages, languagesOf } from '../../../kiosk/languages.ts';
import type { GlossaryTerm } from '../../../turn/glossary.ts';
import type { Turn } from '../../../turn/turn.ts';
import type { Catalogue } from '../../gemini/catalogue.ts';
import { type CurrentService, speechIn } from '../../gemini/client.ts';
import { instructionFor } from '../../gemini/prompt/instruction.ts';
import { mindingPast, Past } from '../../gemini/prompt/past.ts';
import { type Direction, WrongLanguage } from '../../gemini/prompt/wrong-language.ts';
import type { World } from '../../gemini/world.ts';
import { LiveEngine, type LiveSettings, type LiveTurn } from '../engine.ts';
import type { Connection } from '../session/connection.ts';
import type { SessionPlan } from '../session/spare.ts';
import { Lingering, type TurnCount } from '../session/usage.ts';
import { DialogueAnswer, type DialogueParts } from './answer.ts';

export interface DialogueSettings extends LiveSettings {
  /** Terms of the house, for every session. See checkGlossary. */
  readonly glossary: readonly GlossaryTerm[];
  /** Tells the service the expected languages, if known: it has heard Spanish as Portuguese. */
  readonly languageHints: boolean;
  /** One of the service's prebuilt voices; undefined for the model's own choice. */
  readonly voice: string | undefined;
  /** How many turns of one guest a connection serves. With more than 1, sessions are resumed and compressed. */
  readonly turnsPerConnection: number;
  /** The session's context is compressed at this many tokens, if a connection serves more than one turn. */
  readonly compressAtTokens: number;
}

/** The direction that an earlier answer missed; 'untranslated' if it is not known. */
type Missed = Direction | 'untranslated';

/** How long to wait for the service's count after the answer would have been played, in milliseconds. */
const LATE_COUNT_MS = 3000;

/**
 * The `dialogue` engine: a general Live model, instructed to interpret both ways between two languages. Each turn has its
 * own connection, so that no earlier sound is billed again and no event of an earlier turn arrives; or, if configured,
 * several turns of a guest share a session.
 */
export class Dialogue extends LiveEngine<DialogueParts> {
  readonly abilities: Abilities = { languages: 'any', needsSpeaker: false, online: true };
  readonly #settings: DialogueSettings;
  readonly #lingering = new Lingering();
  readonly #past = new Past();

  /** See LiveEngine. */
  constructor(service: CurrentService, settings: DialogueSettings, world: World, catalogue?: Catalogue) {
    super('dialogue', 'live.models', service, settings, world, catalogue);
    this.#settings = settings;
  }

  protected forgetConversation(): void {
    this.#past.forget();
    this.#lingering.drop();
  }

  protected begin(languages: Languages, turn: Turn): LiveTurn<DialogueParts> {
    const { turnsPerConnection, compressAtTokens } = this.#settings;
    const { guest } = this.#past;
    let missed: Missed | undefined;
    return {
      compressAtTokens: turnsPerConnection > 1 ? compressAtTokens : undefined,
      plan: () => this.planFor(languages, missed),
      answer: (context) => new DialogueAnswer(languages, missed === 'untranslated', context),
      release: (connection, plan, parts, count) => {
        // A session with one direction serves no other turn, and none serves two guests.
        const serves = missed === undefined && guest === this.#past.guest;
        this.#release(turn, connection, serves ? plan : undefined, parts, count);
      },
      failed: (fault: Fault) => {
        if (fault instanceof WrongLanguage) missed = fault.direction ?? 'untranslated';
      },
      answered: ({ heard, trusted, said, outcome }) => {
        if (outcome === 'translated' && trusted) this.#past.remember(guest, heard?.text, said?.text);
      },
    };
  }

  /** @param plan of the turns that the connection may serve; undefined for none */
  #release(
    turn: Turn,
    connection: Connection,
    plan: SessionPlan | undefined,
    parts: DialogueParts | undefined,
    { over, giveUp }: TurnCount,
  ): void {
    // The rest of an answer that continues is not needed.
    if (parts === undefined || parts.continues) {
      connection.close();
      return;
    }
    connection.owesEnd = parts.owesEnd;
    const playedMs = (turn.marks.firstAudio ?? this.clock.now()) + parts.seconds * 1000;
    const giveUpMs = Math.max(0, playedMs - this.clock.now()) + LATE_COUNT_MS;
    void over.then(this.clock.after(giveUpMs, giveUp));
    if (plan !== undefined && connection.turns < this.#settings.turnsPerConnection)
      this.source.spare.keep(connection, plan);
    else this.#lingering.wait(connection, over);
  }

  protected planFor(languages: Languages, missed?: Missed): SessionPlan {
    const { speaker: _, ...either } = languages; // a spare serves both speakers
    const { glossary, languageHints, voice, turnsPerConnection, compressAtTokens } = this.#settings;
    const past = this.#past.conversation();
    const instruction = mindingPast(instructionFor(either, glossary, missed), past);
    // If a guest may speak any language, there is nothing to expect.
    const expected = languageHints && !either.anyGuest ? languagesOf(either) : [];
    const config = dialogueSetUp(instruction, voice, expected);
    if (turnsPerConnection <= 1) return { key: JSON.stringify([instruction, past]), config, past };
    return {
      // A session that continues remembers what was said; a fresh one gets it.
      key: JSON.stringify(missed === undefined ? either : [instruction, past]),
      config: {
        ...config,
        sessionResumption: {},
        contextWindowCompression: {
          triggerTokens: String(compressAtTokens),
          slidingWindow: { targetTokens: String(Math.round(compressAtTokens / 2)) },
        },
      },
      past,
    };
  }
}

/**
 * The session's set-up. The button marks the turns: the service's own voice detection is off.
 * @param expected languages of the utterance (BCP-47), if known
 */
export function dialogueSetUp(
  instruction: string,
  voice: string | undefined,
  expected: readonly string[],
): LiveConnectConfig {
  const transcription: AudioTranscriptionConfig = {};
  const hinted = expected.length === 0 ? transcription : { languageCodes: [...expected] };
  return {
    responseModalities: [Modality.AUDIO],
    systemInstruction: instruction,
    inputAudioTranscription: hinted,
    outputAudioTranscription: transcription,
    realtimeInputConfig: { automaticActivityDetection: { disabled: true } },
    ...speechIn(voice),
  };
}
