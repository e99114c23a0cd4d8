import { describe, expect, it } from 'vitest';
import type { DialogueSettings } from '../../src/interpreters/live/dialogue/dialogue.ts';
import type { Languages } from '../../src/kiosk/languages.ts';
import type { TurnStep } from '../../src/standin/faults/script.ts';
import { engineRig } from '../rig/engines.ts';
import { failsWith, gathering, LANGUAGES, never, spokenTurn } from '../rig/live.ts';

/** Answers in the wrong language, from the stand-in through the real SDK. The guest has spoken Spanish. */

const rig = engineRig();

async function interpreted(languages: Languages = LANGUAGES, settings: Partial<DialogueSettings> = {}) {
  const turn = spokenTurn(1);
  const sink = gathering();
  const wrongSamples: number[] = [];
  const listening = {
    ...sink,
    restarted: (fault: Parameters<typeof sink.restarted>[0]) => {
      wrongSamples.push(sink.samples.length);
      sink.restarted(fault);
    },
  };
  const result = await rig.dialogue(settings).interpret(turn, languages, listening, never);
  return { result, attempts: turn.meter.attempts, restarts: sink.restarts, wrongSamples, sink };
}

const said = (text: string, languageCode?: string): TurnStep => ({
  answer: { said: { text, ...(languageCode === undefined ? {} : { languageCode }) } },
});
const instructions = () =>
  rig.standin.connections.filter(({ turns }) => turns.length > 0).map(({ setup }) => JSON.stringify(setup));

const UNTRANSLATED = '¿Dónde está el cuarto de baño, por favor?';
const FRENCH = "Pouvez-vous m'indiquer où se trouvent les toilettes ?";

describe('an answer in the wrong language', () => {
  it.each([
    ['untranslated, as its code tells', said('¿Y de él?', 'es')],
    ['untranslated, as its text tells', said(UNTRANSLATED)],
    ['in a third language, as its code tells', said('Et de lui ?', 'fr-FR')],
    ['in a third language, as its text tells', said(FRENCH)],
  ])('(%s) is void, and asked for once more with its direction', async (_, step) => {
    rig.standin.script.nextTurn(step);
    const { result, attempts, restarts, sink } = await interpreted();
    expect(result.said).toEqual({ text: 'Where is the bathroom, please?', language: 'en' });
    expect(attempts).toBe(2);
    expect(restarts).toEqual(['answer-wrong-language']);
    expect(sink.samples.length / 24_000).toBeCloseTo(0.6);
    const [first, second] = instructions();
    expect(first).toContain('If you hear Spanish, say it in English.');
    expect(second).toContain('The speaker speaks Spanish. Say it in English.');
  });

  it('is left as soon as its code comes', async () => {
    rig.standin.script.nextTurn(said(UNTRANSLATED, 'es'));
    const { wrongSamples } = await interpreted();
    expect(wrongSamples).toHaveLength(1);
    expect(wrongSamples[0]).toBeLessThan(0.6 * 24_000);
  });

  it('twice fails the turn', async () => {
    rig.standin.script.everyTurn(said(UNTRANSLATED));
    const { fault } = await failsWith('answer-wrong-language', rig.dialogue(), ['Dónde', 'baño']);
    expect(fault.detail).toBe('in es, not in en');
    expect(instructions()).toHaveLength(2);
  });

  it('is found out by an input transcription that comes after it', async () => {
    const late = {
      serverContent: { inputTranscription: { text: '¿Dónde está el baño?', languageCode: 'es' } },
    };
    rig.standin.script.nextTurn(
      said(UNTRANSLATED, 'es'),
      { omit: ['inputTranscription'] },
      { at: 'generationComplete', do: 'send', message: late },
    );
    expect((await interpreted()).restarts).toEqual(['answer-wrong-language']);
  });

  it('leaves no session open that knows one direction only', async () => {
    rig.standin.script.nextTurn(said(UNTRANSLATED, 'es'));
    const engine = rig.dialogue({ turnsPerConnection: 5 });
    for (let i = 0; i < 2; i++) await engine.interpret(spokenTurn(0.3), LANGUAGES, gathering(), never);
    expect(instructions()).toHaveLength(3);
    expect(instructions()[2]).toContain('If you hear Spanish, say it in English.');
  });

  it('is one in the language of the speaker, where two buttons show that, whatever was heard', async () => {
    const unheard: TurnStep = { omit: ['inputTranscription'] };
    rig.standin.script.nextTurn(unheard, said(UNTRANSLATED));
    rig.standin.script.nextTurn(unheard);
    const { restarts } = await interpreted({ ...LANGUAGES, speaker: 'guest' });
    expect(restarts).toEqual(['answer-wrong-language']);
    const [first, second] = instructions();
    expect(first).toContain('If you hear Spanish, say it in English.');
    expect(second).toContain('The speaker speaks Spanish. Say it in English.');
  });
});

describe('an answer is never in the wrong language', () => {
  it.each<[string, TurnStep[]]>([
    ['that is short and has no code', [said('Hola')]],
    ['that says in the language of the speaker that it was not understood', [said('No he entendido.', 'es')]],
    ['that says so in the language of the listener', [said('I did not understand.', 'en')]],
    ['to a speaker of whom nothing was heard', [said(UNTRANSLATED, 'es'), { omit: ['inputTranscription'] }]],
    [
      'to a speaker who was heard too late',
      [said(UNTRANSLATED, 'es'), { order: 'input transcription after the turn' }],
    ],
    ['whose words contradict its code', [said('Where is the bathroom of this hotel, please?', 'de')]],
    ['without a transcription', [{ omit: ['outputTranscription'] }]],
  ])('%s', async (_, steps) => {
    rig.standin.script.nextTurn(...steps);
    const { attempts, restarts } = await interpreted();
    expect(restarts).toEqual([]);
    expect(attempts).toBe(1);
  });
});

describe('a transcription without a code', () => {
  it('has the language of its text, where that is certain', async () => {
    rig.standin.script.nextTurn({ answer: { heard: { text: '¿Me puede llamar un taxi, por favor?' } } });
    rig.standin.script.nextTurn({ answer: { heard: { text: 'Hola' } } });
    expect((await interpreted()).result.heard?.language).toBe('es');
    expect((await interpreted()).result.heard?.language).toBeUndefined();
  });

  it('may be of any guest, where any may come', async () => {
    const heard = { text: 'Könnten Sie mir bitte ein Taxi zum Bahnhof rufen?', languageCode: 'und' };
    rig.standin.script.everyTurn({ answer: { heard } });
    expect((await interpreted()).result.heard?.language).toBeUndefined();
    const { result } = await interpreted({ ...LANGUAGES, anyGuest: true });
    expect(result.heard?.language).toBe('de');
  });
});

it('the terms of the house are in the instruction', async () => {
  await interpreted(LANGUAGES, { glossary: [{ term: 'Seeblick', meaning: 'a room' }] });
  expect(instructions()[0]).toContain('Seeblick');
});
