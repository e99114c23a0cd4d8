import type { Content, LiveConnectConfig } from '@google/genai';
import { CAPTURE_RATE_HZ, framesOf } from '../../audio/pcm/frame.ts';
import type { CascadeSettings } from '../../interpreters/cascade/cascade.ts';
import { hear } from '../../interpreters/cascade/hearing.ts';
import { hearingInstruction } from '../../interpreters/cascade/instruction.ts';
import { Access as ServiceAccess } from '../../interpreters/gemini/access.ts';
import { listModels, type Method } from '../../interpreters/gemini/catalogue.ts';
import type { KeyUse } from '../../interpreters/gemini/key-places.ts';
import { Models, usedOf } from '../../interpreters/gemini/models.ts';
import { instructionFor } from '../../interpreters/gemini/prompt/instruction.ts';
import { mindingPast } from '../../interpreters/gemini/prompt/past.ts';
import { wrongLanguage } from '../../interpreters/gemini/prompt/wrong-language.ts';
import type { Handle } from '../../interpreters/gemini/requests/request.ts';
import { Requests } from '../../interpreters/gemini/requests/requests.ts';
import { speak } from '../../interpreters/gemini/requests/speaking.ts';
import { TRANSLATION_RATE_HZ } from '../../interpreters/interpreter.ts';
import { languageHeard } from '../../interpreters/language/language-of.ts';
import { type DialogueSettings, dialogueSetUp } from '../../interpreters/live/dialogue/dialogue.ts';
import { Connection } from '../../interpreters/live/session/connection.ts';
import type { PastGiven } from '../../interpreters/live/session/history.ts';
import { targetCode } from '../../interpreters/live/translate/target.ts';
import { type TranslateSettings, translationSetUp } from '../../interpreters/live/translate/translate.ts';
import { Fault } from '../../kiosk/faults.ts';
import { knownLanguage, type Languages } from '../../kiosk/languages.ts';
import { type ModelUsed, Turn } from '../../turn/turn.ts';
import type { Finding } from './assumptions.ts';
import * as judge from './judge.ts';
import { type Access, type Manner, untilEnded, utter } from './sessions.ts';
import { factsOf, type TurnFacts } from './trace.ts';

export interface ProbeSettings {
  readonly access: Access;
  readonly dialogue: DialogueSettings;
  readonly translate: TranslateSettings;
  readonly cascade: CascadeSettings;
  /** The host's language and the guest's: the host speaks. */
  readonly languages: Languages;
  /** What is said, mono at CAPTURE_RATE_HZ. */
  readonly sound: Int16Array;
  /** What the cascade is given to speak, in the guest's language. */
  readonly text: string;
  /** Also waits until the service ends a silent session. */
  readonly patient: boolean;
  /** The uses for which the service has taken the key in the URL only. */
  readonly inUrlOnly: ReadonlySet<KeyUse>;
}

/** Turns of each kind. Five, so that one that is late by chance does not move the median. */
export const PACED_TURNS = 5;
export const BURST_TURNS = 3;
/** Silence after the utterance, with the button still held, in seconds. */
export const HELD_SECONDS = 1.2;
/** How long Live Translate is listened to, in milliseconds: it must be seen not to end. */
export const TRANSLATE_MS = 8000;
/** How long a silent session is watched, in milliseconds. */
export const PATIENCE_MS = 200_000;

/** Invented earlier turns, for a session that is given some. */
const EARLIER: readonly Content[] = [
  { role: 'user', parts: [{ text: 'Is there a lift?' }] },
  { role: 'model', parts: [{ text: '¿Hay ascensor?' }] },
];

/** The probe waits this many times longer than the device, to measure answers that are too late. */
const PATIENT_FACTOR = 2;

/**
 * Checks what Dragoman assumes about the service, with sessions and requests as the device makes them.
 * @param progress called with what is being done
 * @returns the findings in the order of the checks, and what was used
 * @throws Fault when the service cannot be reached or refuses the key; the signal's reason when that is aborted
 */
export async function probe(
  settings: ProbeSettings,
  progress: (line: string) => void,
  signal: AbortSignal,
): Promise<{ readonly findings: readonly Finding[]; readonly uses: readonly ModelUsed[] }> {
  const { dialogue, translate, cascade } = settings;
  progress('the models');
  const offered = await listModels(settings.access.service, settings.access.world, signal);
  const serves = (method: Method) => (model: string) => offered.offers(model, method);
  const live = serves('bidiGenerateContent');
  const run = new Run(settings, progress, signal);
  const findings = [
    judge.models(
      [
        { setting: 'live.models', models: dialogue.models, method: 'bidiGenerateContent' },
        { setting: 'cascade.hearing_models', models: cascade.hearingModels, method: 'generateContent' },
        { setting: 'cascade.speech_models', models: cascade.speechModels, method: 'generateContent' },
      ],
      offered,
    ),
    ...(await run.dialogue(dialogue.models.find(live))),
    ...(await run.cascade(serves('generateContent'))),
    await run.translate(translate.models.find(live)),
    ...(settings.patient ? [await run.silence(dialogue.models.find(live))] : []),
  ];
  // Last, when the key has been used for everything.
  return { findings: findings.toSpliced(1, 0, judge.key(settings.inUrlOnly)), uses: run.uses };
}

class Run {
  readonly uses: ModelUsed[] = [];
  readonly #settings: ProbeSettings;
  readonly #progress: (line: string) => void;
  readonly #signal: AbortSignal;
  readonly #setUpsMs: number[] = [];

  constructor(settings: ProbeSettings, progress: (line: string) => void, signal: AbortSignal) {
    this.#settings = settings;
    this.#progress = progress;
    this.#signal = signal;
  }

  get #clock() {
    return this.#settings.access.world.clock;
  }

  /** @param model undefined when none is offered */
  async dialogue(model: string | undefined): Promise<Finding[]> {
    const { dialogue, languages, access } = this.#settings;
    let paced: readonly Counted[] = [];
    let bursts: readonly Counted[] = [];
    let second: Counted | undefined;
    let informed: Counted | undefined;
    let refused: string | undefined;
    if (model !== undefined) {
      const repeated = async (how: string, times: number, manner: SpokenManner) => {
        const turns: Counted[] = [];
        for (let i = 1; i <= times; i += 1) {
          this.#progress(`a turn of ${model}, ${how} (${i} of ${times})`);
          turns.push(...(await this.#session(model, [manner])));
        }
        return turns;
      };
      paced = await repeated('held', PACED_TURNS, { paced: true, heldSeconds: HELD_SECONDS });
      bursts = await repeated('sent at once', BURST_TURNS, { paced: false, heldSeconds: 0 });
      this.#progress(`two turns of ${model} in one session`);
      const turn = { paced: true, heldSeconds: 0 };
      [, second] = await this.#session(model, [turn, turn]);
      this.#progress(`a turn of ${model} that knows of an earlier one`);
      const refusal = (why: string) => {
        refused ??= why;
      };
      [informed] = await this.#session(model, [turn], { turns: EARLIER, refused: refusal, doubted: refusal });
    }
    const pacedFacts = paced.map(({ facts }) => facts);
    const burstFacts = bursts.map(({ facts }) => facts);
    const turns = [...pacedFacts, ...burstFacts];
    const said = turns.filter((turn) => turn.said.text !== '');
    const wrong = said.filter(({ heard, said }) => {
      const language = languageHeard(heard.text, knownLanguage(heard.languageCodes[0]), languages);
      const words = heard.text === '' ? undefined : { text: heard.text, language };
      return wrongLanguage(languages, words, { text: said.text, language: undefined }, true) !== undefined;
    });
    const one = seconds(this.#settings.sound);
    const answer = second === undefined ? 0 : (turns[0]?.soundSeconds ?? 0);
    return [
      judge.setUp(this.#setUpsMs, access.limits.setupTimeoutMs),
      judge.held(pacedFacts),
      judge.answers(pacedFacts, dialogue.answerTimeoutMs),
      judge.bursts(pacedFacts, burstFacts),
      judge.words(turns),
      judge.language(wrong.length, said.length),
      judge.sound(turns),
      judge.ends(turns),
      judge.usage(
        paced
          .filter(({ facts }) => facts.firstSoundMs !== undefined)
          .map(({ own, facts }) => ({ own, reported: soundOf(facts) })),
      ),
      judge.secondTurn(
        second?.facts,
        { both: TOKENS_A_SECOND * (2 * one + answer), second: TOKENS_A_SECOND * one },
        dialogue.turnsPerConnection,
      ),
      judge.history(informed?.facts, refused),
    ];
  }

  /** @param serves whether a model is offered for requests */
  async cascade(serves: (model: string) => boolean): Promise<Finding[]> {
    const { access, cascade, languages, sound, text } = this.#settings;
    const requests = new Requests(new ServiceAccess(async () => access.service, [], access.world), {
      connectTimeoutMs: cascade.connectTimeoutMs,
      describeTimeoutMs: cascade.hearingTimeoutMs,
    });
    const turn = new Turn();
    turn.append(framesOf(sound, 0));
    turn.close();
    const prompt = { instruction: hearingInstruction(languages, cascade.glossary), past: [] };
    const hearing = await this.#requests(
      requests,
      cascade.hearingModels.filter(serves),
      async (handle, model, use) => {
        const { hearingTimeoutMs } = cascade;
        handle.watch(
          hearingTimeoutMs,
          () => new Fault('no-answer', `no answer within ${hearingTimeoutMs} ms`),
        );
        use.sentSeconds += turn.seconds;
        const { heard, said } = await hear(handle, model, prompt, turn, languages, use);
        return `${heard === undefined ? 'no words heard' : 'heard'}, ${said === undefined ? 'not understood' : 'translated'}`;
      },
    );
    const speech = await this.#requests(
      requests,
      cascade.speechModels.filter(serves),
      async (handle, model, use) => {
        await speak(handle, model, text, false, cascade, use, (samples) => {
          use.receivedSeconds += samples.length / TRANSLATION_RATE_HZ;
        });
        return `${use.receivedSeconds.toFixed(1)} s of speech`;
      },
    );
    requests.renew();
    return [
      judge.requests('hearing', 'cascade.hearing_models', hearing),
      judge.requests('speech', 'cascade.speech_models', speech),
    ];
  }

  async translate(model: string | undefined): Promise<Finding> {
    const target = targetCode(this.#settings.languages.guest);
    if (model === undefined || target === undefined) return judge.translateEnd(undefined, 0);
    this.#progress(`${model}, for ${TRANSLATE_MS / 1000} s`);
    const manner = { paced: true, heldSeconds: 0, answerMs: TRANSLATE_MS, toTheEnd: true };
    const found = await this.#inSession(model, translationSetUp(target), async (connection) => {
      const trace = await utter(connection, this.#settings.sound, manner, this.#clock, this.#signal);
      const facts = factsOf(trace);
      this.uses.push(usedBy('translate', model, trace.sentSeconds, facts, 0));
      return facts;
    });
    return judge.translateEnd(found instanceof Fault ? failed(found) : found, TRANSLATE_MS);
  }

  async silence(model: string | undefined): Promise<Finding> {
    const assumption = 'silent-session';
    if (model === undefined) return { assumption, verdict: 'unknown', observed: 'no model is offered' };
    this.#progress(`a session on which nothing is sent, for ${PATIENCE_MS / 1000} s at most`);
    const found = await this.#inSession(model, this.#setUp(), (connection) =>
      untilEnded(connection, PATIENCE_MS, this.#clock, this.#signal),
    );
    if (found instanceof Fault)
      return { assumption, verdict: 'unknown', observed: `${found.code}: ${found.detail}` };
    return judge.silentSession(found.livedMs, PATIENCE_MS, found.said);
  }

  /** Turns of one session, up to the first without an answer. A session that can't be opened counts as one lost turn. */
  async #session(model: string, manners: readonly SpokenManner[], past?: PastGiven): Promise<Counted[]> {
    const { dialogue, sound } = this.#settings;
    const turns: Counted[] = [];
    const speak = async (connection: Connection) => {
      let earlier = 0;
      for (const manner of manners) {
        const answerMs = PATIENT_FACTOR * dialogue.answerTimeoutMs;
        const trace = await utter(connection, sound, { ...manner, answerMs }, this.#clock, this.#signal);
        const facts = factsOf(trace);
        this.uses.push(usedBy('dialogue', model, trace.sentSeconds, facts, connection.promptTokens, earlier));
        const own = { in: TOKENS_A_SECOND * trace.sentSeconds, out: TOKENS_A_SECOND * facts.soundSeconds };
        turns.push({ facts, own });
        earlier += trace.sentSeconds + facts.soundSeconds;
        if (facts.firstSoundMs === undefined) return;
      }
    };
    const found = await this.#inSession(model, this.#setUp(past?.turns), speak, past);
    if (found instanceof Fault) turns.push({ facts: failed(found), own: { in: 0, out: 0 } });
    return turns;
  }

  /** @returns the findings of a separate session, or why there was none @throws the signal's reason */
  async #inSession<T>(
    model: string,
    setUp: LiveConnectConfig,
    find: (connection: Connection) => Promise<T>,
    past?: PastGiven,
  ): Promise<T | Fault> {
    try {
      const { service, limits, world } = this.#settings.access;
      const startMs = this.#clock.now();
      const connection = await Connection.open(service, model, setUp, limits, this.#signal, world, past);
      this.#setUpsMs.push(this.#clock.now() - startMs);
      return await find(connection).finally(() => connection.close());
    } catch (error) {
      if (error instanceof Fault) return error;
      throw error;
    }
  }

  async #requests(
    requests: Requests,
    models: readonly string[],
    make: (handle: Handle, model: string, use: ModelUsed) => Promise<string>,
  ): Promise<judge.RequestFacts[]> {
    const all: judge.RequestFacts[] = [];
    for (const model of models) {
      this.#progress(`a request to ${model}`);
      const use = usedOf('cascade', model, 0);
      const startMs = this.#clock.now();
      const only = new Models([model], { engine: 'cascade', setting: 'cascade', method: 'generateContent' });
      const asked = requests.make(only, { connected: () => {}, sent: () => {} }, this.#signal, (handle) =>
        make(handle, model, use),
      );
      const outcome = await asked.then(
        (seen) => ({ seen, fault: undefined }),
        (error: unknown) => {
          if (!(error instanceof Fault)) throw error;
          return { seen: undefined, fault: error };
        },
      );
      this.uses.push(use);
      all.push({ model, ms: this.#clock.now() - startMs, ...outcome });
    }
    return all;
  }

  #setUp(past: readonly Content[] = []) {
    const { languages, dialogue } = this.#settings;
    const instruction = mindingPast(instructionFor(languages, dialogue.glossary), past);
    return dialogueSetUp(instruction, dialogue.voice, []);
  }
}

/** Sound that goes in and out is billed by the second, in tokens: https://ai.google.dev/gemini-api/docs/live-api/capabilities */
const TOKENS_A_SECOND = 25;

type SpokenManner = Pick<Manner, 'paced' | 'heldSeconds'>;

interface Counted {
  readonly facts: TurnFacts;
  /** Tokens of sound, by our count. */
  readonly own: { readonly in: number; readonly out: number };
}

const seconds = (sound: Int16Array) => sound.length / CAPTURE_RATE_HZ;

const soundOf = ({ usage }: TurnFacts) =>
  usage === undefined ? undefined : { in: usage.audioIn, out: usage.audioOut };

function usedBy(
  engine: 'dialogue' | 'translate',
  model: string,
  sentSeconds: number,
  { soundSeconds, usage }: TurnFacts,
  textInTokens: number,
  earlierSeconds = 0,
): ModelUsed {
  return {
    engine,
    model,
    sentSeconds,
    receivedSeconds: soundSeconds,
    earlierSeconds,
    textInTokens,
    reported: usage,
  };
}

/** A turn whose session could not be opened. */
function failed(fault: Fault): TurnFacts {
  return factsOf({ sentSeconds: 0, endedMs: 0, messages: [], lost: fault });
}
