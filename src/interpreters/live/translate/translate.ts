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

  /** Host and guest alternate, and a guest speaks first: the spare is for the likelier direction. */
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
      // Silence counts as received: whether the service bills it is not known, so it is taken to be billed.
      answer: (context) => new StreamAnswer(target, context),
      release: (connection) => connection.close(),
    };
  }
}

function planInto(target: string): SessionPlan {
  return { key: target, config: translationSetUp(target), past: [] };
}

/** The code of the listener's language; undefined when the speaker is unknown, or the service can't translate. */
function targetOf(languages: Languages): string | undefined {
  if (languages.speaker === undefined) return undefined;
  const language = listenersLanguage(languages, undefined);
  return language === undefined ? undefined : targetCode(language);
}

/**
 * The session's set-up. There is no voice to choose, and nothing to set about turns: the model has none, and what
 * manual activity does to it is not known, so the service's detection stays as it is, which audioStreamEnd needs.
 * No silence is sent after the utterance: two clients of the service that translate whole recordings get their last
 * words by audioStreamEnd alone (@ai-sdk/google 4.0.121 is one), its output continues anyway, and what is sent is
 * billed. The gate's hangover is in the utterance.
 */
export function translationSetUp(target: string): LiveConnectConfig {
  return {
    responseModalities: [Modality.AUDIO],
    translationConfig: { targetLanguageCode: target, echoTargetLanguage: false },
    inputAudioTranscription: {},
    outputAudioTranscription: {},
  };
}
