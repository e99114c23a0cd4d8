import { type LiveConnectConfig, Modality } from '@google/genai';
import type { Abilities } from '../../../kiosk/engines.ts';
import { type Languages, listenersLanguage, type Side } from '../../../kiosk/languages.ts';
import type { Catalogue } from '../../gemini/catalogue.ts';
import type { CurrentService } from '../../gemini/client.ts';
import type { World } from '../../gemini/world.ts';
import { LiveEngine, type LiveSettings, type LiveTurn } from '../engine.ts';
import type { AnswerParts } from '../session/pending-answer.ts';
import type { SessionPlan } from '../session/spare.ts';
import { StreamAnswer } from './stream-answer.ts';
import { TRANSLATED_LANGUAGES, targetCode } from './target.ts';

export type TranslateSettings = LiveSettings;

/**
 * The `translate` engine: Live Translate, which translates what it hears into one target language while it listens,
 * with the speaker's own voice. It serves only where the direction is known beforehand, and takes no instruction.
 * One connection a turn: each direction has its own target, and no earlier sound is billed again.
 */
export class Translate extends LiveEngine<AnswerParts> {
  readonly abilities: Abilities = { languages: TRANSLATED_LANGUAGES, needsSpeaker: true, online: true };
  #lastSpeaker: Side | undefined;

  /** See LiveEngine. */
  constructor(service: CurrentService, settings: TranslateSettings, world: World, catalogue?: Catalogue) {
    super('translate', 'translate.models', service, settings, world, catalogue);
  }

  /** The spare is for the likelier direction: a guest speaks first, and then both alternate. */
  protected planFor(languages: Languages): SessionPlan | undefined {
    const speaker = languages.speaker ?? (this.#lastSpeaker === 'guest' ? 'host' : 'guest');
    const target = targetOf({ ...languages, speaker });
    return target === undefined ? undefined : planInto(target);
  }

  protected forgetConversation(): void {
    this.#lastSpeaker = undefined;
  }

  protected begin(languages: Languages): LiveTurn<AnswerParts> {
    const target = targetOf(languages);
    if (target === undefined) throw new Error(`no target language known for ${JSON.stringify(languages)}`);
    this.#lastSpeaker = languages.speaker;
    return {
      plan: () => planInto(target),
      // Silence counts as received, since the service may bill it.
      answer: (context) => new StreamAnswer(target, context),
      release: (connection) => connection.close(),
    };
  }
}

function planInto(target: string): SessionPlan {
  return { key: target, config: translationSetUp(target), past: [] };
}

/** The code of the listener's language; undefined when the speaker is unknown, or the service can't translate into it. */
function targetOf(languages: Languages): string | undefined {
  if (languages.speaker === undefined) return undefined;
  const language = listenersLanguage(languages, undefined);
  return language === undefined ? undefined : targetCode(language);
}

/**
 * The session's set-up. The model has neither a choice of voices nor turns. The service's voice detection stays on, as
 * audioStreamEnd requires; the effect of manual activity on this model is unknown. No silence is sent after the utterance,
 * since it would be billed: audioStreamEnd alone brings the last words (as in @ai-sdk/google 4.0.121).
 */
export function translationSetUp(target: string): LiveConnectConfig {
  return {
    responseModalities: [Modality.AUDIO],
    translationConfig: { targetLanguageCode: target, echoTargetLanguage: false },
    inputAudioTranscription: {},
    outputAudioTranscription: {},
  };
}
