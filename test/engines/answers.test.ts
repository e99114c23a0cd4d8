import { describe, expect, it } from 'vitest';
import type { DialogueSettings } from '../../src/interpreters/live/dialogue/dialogue.ts';
import type { Languages } from '../../src/kiosk/languages.ts';
import {
  heardAs,
  nearSilent,
  neverEnded,
  noSpeech,
  requestRefused,
  saidAgain,
  textInPlaceOfSound,
  wordsWithoutSound,
} from '../../src/standin/faults/faults.ts';
import type { TurnStep } from '../../src/standin/faults/script.ts';
import { OUT_RATE, type SoundForm } from '../../src/standin/protocol/sound.ts';
import { Turn } from '../../src/turn/turn.ts';
import { engineRig } from '../rig/engines.ts';
import { failsWith, gathering, LANGUAGES, never, SAID, spokenTurn } from '../rig/live.ts';
import { silence, tone } from '../rig/standin.ts';
import { GUEST_SPEAKS } from '../rig/translate.ts';

/** Answers of unusual forms, from the stand-in through the real SDK: what becomes of each. The guest speaks Spanish. */

const rig = engineRig();

/** The desk with one button, where any guest may come. */
const DESK: Languages = { ...LANGUAGES, anyGuest: true };

interface Asked {
  readonly languages?: Languages;
  readonly settings?: Partial<DialogueSettings>;
}

async function interpreted(steps: readonly TurnStep[], { languages = LANGUAGES, settings = {} }: Asked = {}) {
  rig.standin.script.nextTurn(...steps);
  const turn = spokenTurn(1);
  const sink = gathering(rig.clock);
  const result = await rig.dialogue(settings).interpret(turn, languages, sink, never);
  return { result, sink, turn, seconds: sink.samples.length / OUT_RATE };
}

const spokenInPlace = () => rig.standin.requests.map(({ text }) => text);

const sessions = () => rig.standin.connections.filter(({ turns }) => turns.length > 0);

/** The instructions of the sessions in which something was said. */
const instructions = () => sessions().map(({ setup }) => JSON.stringify(setup));

/** Of a tone: half of its zero crossings in a second. */
function hertz(samples: readonly number[]): number {
  const crossings = samples.filter((sample, i) => i > 0 && sample < 0 !== (samples[i - 1] ?? 0) < 0).length;
  return (crossings / 2 / samples.length) * OUT_RATE;
}

const loudest = (samples: readonly number[]) => Math.max(...samples.map(Math.abs));

const FORMS: [string, SoundForm][] = [
  ['messages that end within a sample', { odd: true }],
  ['no rate in the type', { mimeType: 'audio/pcm' }],
  ['a type in capitals', { mimeType: 'Audio/PCM; Rate="24000"' }],
  ['L16', { mimeType: 'audio/L16;codec=pcm;rate=24000' }],
  ['48 kHz', { mimeType: 'audio/pcm;rate=48000', rateHz: 48_000, odd: true }],
  ['16 kHz', { mimeType: 'audio/pcm;rate=16000', rateHz: 16_000 }],
  ['a WAV file', { mimeType: 'audio/wav', file: true, odd: true }],
  ['a WAV file of 44.1 kHz', { mimeType: 'audio/wav', file: true, rateHz: 44_100 }],
];

describe('the sound of an answer', () => {
  it.each(FORMS)('with %s is heard as it was meant', async (_, sound) => {
    const { seconds, sink, turn } = await interpreted([{ sound }]);
    expect(seconds).toBeCloseTo(0.6, 1);
    expect(hertz(sink.samples)).toBeCloseTo(440, -1);
    expect(loudest(sink.samples)).toBeLessThan(8200);
    expect(turn.meter.attempts).toBe(1);
  });

  it.each(['audio/mpeg', 'audio/pcm;rate=7'])(
    'that is %s is no noise: it is asked for again',
    async (mimeType) => {
      const { sink, turn } = await interpreted([{ sound: { mimeType } }]);
      expect(sink.restarts).toEqual(['service-garbled']);
      expect(turn.meter.attempts).toBe(2);
      expect(hertz(sink.samples)).toBeCloseTo(440, -1);
    },
  );

  it('has no noise in it from an image beside it', async () => {
    const data = Buffer.from(tone(0.5, OUT_RATE).buffer).toString('base64');
    const parts = [{ inlineData: { mimeType: 'image/png', data } }];
    const { seconds } = await interpreted([
      { at: { chunks: 3 }, do: 'send', message: { serverContent: { modelTurn: { parts } } } },
    ]);
    expect(seconds).toBeCloseTo(0.6);
  });

  it.each(FORMS.slice(0, 4))(
    'of the cascade with %s is heard as it was meant',
    async (_, { mimeType, odd }) => {
      const form = odd ? ({ form: 'odd chunks' } as const) : {};
      rig.standin.script.nextRequest('speak', { ...form, ...(mimeType === undefined ? {} : { mimeType }) });
      const sink = gathering();
      await rig.cascade().interpret(spokenTurn(1), LANGUAGES, sink, never);
      expect(sink.samples.length / OUT_RATE).toBeCloseTo(2, 1);
      expect(hertz(sink.samples)).toBeCloseTo(440, -1);
    },
  );
});

describe('an answer in words alone', () => {
  it.each<[string, readonly TurnStep[]]>([
    ['text in place of sound', textInPlaceOfSound(SAID)],
    ['the transcription of sound that did not come', [wordsWithoutSound]],
  ])('(%s) is spoken, and the utterance is not sent again', async (_, steps) => {
    const { result, sink, turn, seconds } = await interpreted(steps);
    expect(result).toMatchObject({ outcome: 'translated', said: { text: SAID, language: 'en' } });
    expect(seconds).toBeCloseTo(2);
    expect(sink.restarts).toEqual([]);
    expect(turn.meter.attempts).toBe(1);
    expect(spokenInPlace()).toEqual([SAID]);
    await turn.counted;
    expect(turn.meter.uses).toMatchObject([
      { engine: 'dialogue', receivedSeconds: 0, reported: { audioIn: 25, audioOut: 0 } },
      { engine: 'dialogue', model: 'gemini-3.8-flash-lite-tts', sentSeconds: 0, reported: { audioOut: 50 } },
    ]);
    expect(turn.meter.uses[1]?.receivedSeconds).toBeCloseTo(2);
    expect(turn.marks.answered).toBeGreaterThan(turn.marks.firstAudio ?? Number.POSITIVE_INFINITY);
  });

  it('that no event ends is spoken when sound does not come in time', async () => {
    const { turn, seconds } = await interpreted([wordsWithoutSound, neverEnded]);
    expect(seconds).toBeCloseTo(2);
    expect(turn.meter.attempts).toBe(1);
  });

  it('and near silence is spoken in its place', async () => {
    const { sink, turn, seconds } = await interpreted([nearSilent(1)]);
    expect(sink.restarts).toEqual(['silent-answer']);
    expect(turn.meter.attempts).toBe(1);
    expect(seconds).toBeCloseTo(2);
  });

  it('of Live Translate is spoken, too', async () => {
    rig.standin.script.nextTurn({ omit: ['audio'] });
    const turn = spokenTurn(1);
    const sink = gathering();
    const { outcome } = await rig.translate().interpret(turn, GUEST_SPEAKS, sink, never);
    expect(outcome).toBe('translated');
    expect(sink.samples.length / OUT_RATE).toBeCloseTo(2);
    expect(turn.meter.attempts).toBe(1);
  });

  it.each<[string, readonly TurnStep[]]>([
    ['a thought', textInPlaceOfSound(SAID, true)],
    ['talk about the task', textInPlaceOfSound('**Translating** The user asks for the bathroom.')],
    ['not translated', textInPlaceOfSound('¿Dónde está el cuarto de baño, por favor?')],
    ['in a third language', textInPlaceOfSound("Pouvez-vous m'indiquer où se trouvent les toilettes ?")],
  ])('that is %s is not spoken: it is asked for again', async (_, steps) => {
    const { sink, turn } = await interpreted(steps);
    expect(spokenInPlace()).toEqual([]);
    expect(sink.restarts).toEqual(['silent-answer']);
    expect(turn.meter.attempts).toBe(2);
  });

  it('is asked for again where nothing is configured to speak it, or where that fails', async () => {
    expect(
      (await interpreted([wordsWithoutSound], { settings: { speech: undefined } })).turn.meter.attempts,
    ).toBe(2);
    rig.standin.script.everyRequest('speak', requestRefused(429));
    const { turn, sink } = await interpreted([wordsWithoutSound]);
    expect(turn.meter.attempts).toBe(2);
    expect(sink.restarts).toEqual(['silent-answer']);
  });
});

describe('speech that comes without sound', () => {
  it.each([
    ['204', '204.'],
    ['Yes.', 'Yes'],
    ['Really?', 'Really?'],
  ])('(%s) is asked for once more in another form: %s', async (text, otherwise) => {
    rig.standin.script.nextRequest('hear', { answer: { said: { text } } });
    rig.standin.script.nextRequest('speak', noSpeech);
    const sink = gathering();
    await rig.cascade().interpret(spokenTurn(1), LANGUAGES, sink, never);
    expect(rig.standin.requests.filter(({ kind }) => kind === 'speak').map((one) => one.text)).toEqual([
      text,
      otherwise,
    ]);
    expect(sink.restarts).toEqual(['silent-answer']);
  });
});

/** An answer whose end is heard: 1.2 s and a little silence, 33 chunks. */
const DYING = Int16Array.from([...tone(1.2, OUT_RATE), ...silence(0.12, OUT_RATE)]);
const CHUNKS = 33;
const dying: TurnStep = { answer: { pcm24k: DYING } };
/** The voice that says it again says it another way. */
const again = (afterMs: number) => saidAgain(CHUNKS, afterMs, SAID, tone(1.1, OUT_RATE, 500));

describe('a whole sentence', () => {
  it.each<[string, readonly TurnStep[]]>([
    ['after 1.5 s', again(1500)],
    ['after 3 s', again(3000)],
    ['after 1.5 s and 1.5 s', [...again(1500), ...again(1500)]],
  ])('that the service says again %s is heard once, and billed once', async (_, repeats) => {
    const { result, sink, turn, seconds } = await interpreted([dying, ...repeats]);
    expect(result.said?.text).toBe(SAID);
    expect(seconds).toBeCloseTo(1.32);
    expect(hertz(sink.samples.slice(0, OUT_RATE))).toBeCloseTo(440, -1);
    expect(sink.restarts).toEqual([]);
    expect(turn.meter.attempts).toBe(1);
  });

  it.each<[string, TurnStep]>([
    ['no event ends', neverEnded],
    ['nothing follows', { at: { chunks: CHUNKS }, do: 'hang' }],
    ['is followed by the end of the connection', { at: { chunks: CHUNKS }, do: 'reset' }],
  ])('that %s is an answer, and its end comes soon', async (_, step) => {
    const { result, sink, turn } = await interpreted([dying, step]);
    expect(result.outcome).toBe('translated');
    expect(sink.restarts).toEqual([]);
    expect(turn.meter.attempts).toBe(1);
    expect((turn.marks.answered ?? 0) - (turn.marks.firstAudio ?? 0)).toBeLessThan(4000);
  });

  it('that continues does not leave its session to the next turn', async () => {
    rig.standin.script.nextTurn(dying, ...again(3000));
    const engine = rig.dialogue({ turnsPerConnection: 10 });
    for (let i = 0; i < 2; i++) await engine.interpret(spokenTurn(1), LANGUAGES, gathering(), never);
    expect(instructions()).toHaveLength(2);
  });

  it('that is not whole, and stalls, is broken off', async () => {
    const said = { text: 'Where is the bathroom, and the breakfast' };
    rig.standin.script.everyTurn({ answer: { said, pcm24k: DYING } }, neverEnded);
    const { fault } = await failsWith('answer-broken-off', rig.dialogue());
    expect(fault.detail).toContain('no sound followed');
  });

  it('whose sound is cut off in mid-word, though its words have all come, is broken off', async () => {
    rig.standin.script.everyTurn({ answer: { pcm24k: tone(1.4, OUT_RATE) } }, neverEnded);
    await failsWith('answer-broken-off', rig.dialogue());
  });

  it('that is only the first of what was heard, and stalls, is broken off', async () => {
    const heard = { text: '¿Dónde está el baño? Y además quisiera saber a qué hora se sirve el desayuno.' };
    const said = { text: 'Where is it?' };
    rig.standin.script.everyTurn({ answer: { heard, said, pcm24k: DYING } }, neverEnded);
    await failsWith('answer-broken-off', rig.dialogue());
  });
});

const HINDI = 'क्या आप मुझे कमरे की चाबी दे सकते हैं कृपया';
const IN_SPANISH: TurnStep = { answer: { said: { text: 'Su habitación está lista, aquí tiene la llave.' } } };
const IN_ENGLISH: TurnStep = { answer: { said: { text: 'Could you please give me the key to my room?' } } };

describe('a transcription in a language that nobody spoke', () => {
  it.each([
    ['Hindi', HINDI],
    ['English in Devanagari', 'योर रूम इज़ रेडी हियर इज़ द की'],
    ['Arabic', 'غرفتك جاهزة وهذا هو المفتاح من فضلك'],
    ['Japanese', 'お部屋の準備ができました、こちらが鍵です'],
    ['Portuguese', 'O seu quarto está pronto e aqui tem a chave, obrigado.'],
  ])('(%s) does not make a right answer to the host wrong', async (_, text) => {
    const { result, sink, turn } = await interpreted([heardAs(text), IN_SPANISH], { languages: DESK });
    expect(result).toMatchObject({
      outcome: 'translated',
      heard: { language: 'en' },
      said: { language: 'es' },
    });
    expect(sink.restarts).toEqual([]);
    expect(turn.meter.attempts).toBe(1);
  });

  it('(English) does not make a right answer to a guest wrong', async () => {
    const text = 'I would like to have my room key, if that is possible';
    const { result, sink } = await interpreted([heardAs(text), IN_ENGLISH], { languages: DESK });
    expect(result).toMatchObject({ outcome: 'translated', said: { language: 'en' } });
    expect(result.heard?.language).toBeUndefined();
    expect(sink.restarts).toEqual([]);
  });

  it('in the very words of the answer is asked for again, in both directions; then it stands', async () => {
    const text = 'Could you please give me the key to my room';
    rig.standin.script.nextTurn(heardAs(text), IN_ENGLISH);
    const { result, sink } = await interpreted([heardAs(text), IN_ENGLISH], { languages: DESK });
    expect(result.outcome).toBe('translated');
    expect(result.heard?.language).toBeUndefined();
    expect(sink.restarts).toEqual(['answer-wrong-language']);
    const [, second] = instructions();
    expect(second).toContain('If you hear Spanish or any other language, say it in English.');
    expect(second).toContain('Never say it in the language in which you hear it.');
  });

  it('is not passed to the next session', async () => {
    const engine = rig.dialogue();
    rig.standin.script.nextTurn(heardAs(HINDI), IN_SPANISH);
    for (let i = 0; i < 2; i++) await engine.interpret(spokenTurn(1), DESK, gathering(), never);
    expect(sessions()[1]?.history).toBeUndefined();
  });

  it('is that of a guest when the answer agrees', async () => {
    const { result, sink } = await interpreted([heardAs(HINDI), IN_ENGLISH], { languages: DESK });
    expect(result.heard?.language).toBe('hi');
    expect(sink.restarts).toEqual([]);
  });

  it('proves nothing when nothing was understood', async () => {
    const step: TurnStep = { answer: { said: { text: "Sorry, I didn't understand." } } };
    const { result } = await interpreted([heardAs('ご視聴ありがとうございました'), step], {
      languages: DESK,
    });
    expect(result.outcome).toBe('not understood');
    expect(result.heard?.language).toBeUndefined();
  });

  it.each<[string, Languages]>([
    ['two buttons tell who speaks', { ...DESK, speaker: 'host' }],
    ['somebody chose the guest’s language', LANGUAGES],
  ])('changes nothing where %s', async (_, languages) => {
    const { sink } = await interpreted([heardAs(HINDI), IN_SPANISH], { languages });
    expect(sink.restarts).toEqual([]);
  });
});

describe('"I did not understand"', () => {
  it.each([
    ['es', '<ctrl46>I did not understand.'],
    ['zh', '我 沒有 聽懂。'],
    ['he', '\u200fלא הבנתי.'],
    ['es', 'No he entendido, disculpe.'],
  ])(
    'to a guest who speaks %s is no translation, and not passed to the next session: %s',
    async (guest, text) => {
      const engine = rig.dialogue();
      const languages = { host: 'en', guest };
      rig.standin.script.nextTurn({ answer: { heard: { text: '<noise>' }, said: { text } } });
      const first = await engine.interpret(spokenTurn(1), languages, gathering(), never);
      expect(first.outcome).toBe('not understood');
      expect(first.heard).toBeUndefined();
      await engine.interpret(spokenTurn(1), languages, gathering(), never);
      expect(sessions()[1]?.history).toBeUndefined();
    },
  );

  it('is a translation where it is what was said', async () => {
    const { result } = await interpreted([
      {
        answer: {
          heard: { text: 'No he entendido.', languageCode: 'es' },
          said: { text: 'I did not understand.' },
        },
      },
    ]);
    expect(result.outcome).toBe('translated');
  });
});

it('tokens and half characters are not passed to the next session', async () => {
  const engine = rig.dialogue();
  const heard = { text: `<noise>Hola <ctrl46>${'नमस्ते '.repeat(30)}`, languageCode: 'es' };
  rig.standin.script.nextTurn({ answer: { heard } });
  await engine.interpret(spokenTurn(1), LANGUAGES, gathering(), never);
  await engine.interpret(spokenTurn(1), LANGUAGES, gathering(), never);
  const told = sessions()[1]?.history?.[0]?.parts?.[0]?.text;
  expect(told).toMatch(/^Hola (नमस्ते ?)+(न|नम|नमस्|नमस्ते)?…$/);
});

describe('a turn in which nothing was said', () => {
  it('sends nothing, not even its beginning', async () => {
    const turn = new Turn();
    turn.close();
    const result = await rig.dialogue().interpret(turn, LANGUAGES, gathering(), never);
    expect(result.outcome).toBe('nothing said');
    expect(turn.meter).toEqual({ sentSeconds: 0, receivedSeconds: 0, attempts: 0, sentWhole: 0, uses: [] });
    await rig.standin.next('ready');
    expect(rig.standin.connections.flatMap(({ messages }) => messages.map(({ type }) => type))).toEqual([
      'setup',
    ]);
  });
});
