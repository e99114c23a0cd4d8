import { describe, expect, it } from 'vitest';
import { engineRig } from '../../../test/rig/engines.ts';
import { CASCADE, DIALOGUE, never, serviceAt, TRANSLATE } from '../../../test/rig/live.ts';
import { tone } from '../../../test/rig/standin.ts';
import { KeyPlaces, type KeyUse } from '../../interpreters/gemini/key-places.ts';
import { worldOf } from '../../interpreters/gemini/world.ts';
import { answersHistory } from '../../standin/faults/faults.ts';
import { encodeSound, IN_RATE, OUT_RATE } from '../../standin/protocol/sound.ts';
import type { Standin } from '../../standin/server/server.ts';
import type { AssumptionId, Finding } from './assumptions.ts';
import { BURST_TURNS, PACED_TURNS, type ProbeSettings, probe } from './probe.ts';

const rig = engineRig();

const SOUND = tone(1, IN_RATE);

async function probed(
  change: Partial<ProbeSettings> = {},
  standin: Pick<Standin, 'url'> = rig.standin,
): Promise<readonly Finding[]> {
  const service = await serviceAt(standin.url)();
  const inUrlOnly = new Set<KeyUse>();
  const keyPlaces = new KeyPlaces((use) => inUrlOnly.add(use));
  const world = worldOf(rig.clock, rig.network, undefined, keyPlaces);
  const { findings } = await probe(
    {
      access: { service, limits: DIALOGUE, world },
      dialogue: DIALOGUE,
      translate: TRANSLATE,
      cascade: CASCADE,
      // The scripted answerer hears Spanish and says English.
      languages: { host: 'es', guest: 'en' },
      sound: SOUND,
      text: 'What time is breakfast served?',
      patient: false,
      inUrlOnly,
      ...change,
    },
    () => {},
    never,
  );
  return findings;
}

const failing = (findings: readonly Finding[]) =>
  findings.filter(({ verdict }) => verdict === 'fails').map(({ assumption }) => assumption);

const sound = (mimeType: string) => ({
  serverContent: {
    modelTurn: { parts: [{ inlineData: { mimeType, data: encodeSound(tone(0.6, OUT_RATE)) } }] },
  },
});

/** Steps for the turn after so many good ones. */
const behind = (turns: number, standin: Standin, ...steps: Parameters<Standin['script']['nextTurn']>) => {
  for (let i = 0; i < turns; i += 1) standin.script.nextTurn();
  standin.script.nextTurn(...steps);
};

describe('the probe', () => {
  it('finds that every assumption holds of a service as it was measured', async () => {
    const findings = await probed({ patient: true });
    expect(failing(findings)).toEqual([]);
    expect(findings.filter(({ verdict }) => verdict === 'unknown')).toEqual([]);
  });

  it('measures the time to the first sound, as the median of five turns', async () => {
    for (const ms of [1100, 2000, 1300, 0, 1700])
      rig.standin.script.nextTurn({ at: 'activityEnd', do: 'delay', ms });
    const finding = (await probed()).find(({ assumption }) => assumption === 'answers-after-end');
    expect(finding?.observed).toMatch(
      /^5 of 5 answered; first sound after 1\.3\d s \(median\), 2\.0\d s at most$/,
    );
  });

  const falsified: readonly [AssumptionId, string, (standin: Standin) => void, RegExp][] = [
    [
      'set-up-in-time',
      'the set-up takes 3 s',
      ({ script }) => void script.everyConnection({ at: 'setup', do: 'delay', ms: 3000 }),
      /live\.setup_timeout_ms = 7000/,
    ],
    [
      'silent-while-held',
      'it answers into the pause',
      ({ script }) =>
        void script.everyTurn({ at: 'firstAudio', do: 'send', message: sound('audio/pcm;rate=24000') }),
      /cascade/,
    ],
    [
      'answers-after-end',
      'it never answers',
      ({ script }) => void script.everyTurn({ at: 'answer', do: 'hang' }),
      /cascade/,
    ],
    [
      'answers-after-end',
      'its answers take 8 s',
      ({ script }) => void script.everyTurn({ at: 'activityEnd', do: 'delay', ms: 8000 }),
      /live\.answer_timeout_ms = 1[78]000/,
    ],
    [
      'faster-than-spoken',
      'it ends the session over sound that comes at once',
      (standin) =>
        behind(PACED_TURNS, standin, { at: 'activityEnd', do: 'close', code: 1007, reason: 'too fast' }),
      /nothing to set/,
    ],
    [
      'words-of-both',
      'it sends no words of the utterance',
      ({ script }) => void script.everyTurn({ omit: ['inputTranscription'] }),
      /nothing to set/,
    ],
    [
      'listeners-language',
      'it repeats what it heard',
      ({ script }) =>
        void script.everyTurn({
          answer: { said: { text: '¿Dónde está el baño, por favor?', languageCode: 'es' } },
        }),
      /live\.models/,
    ],
    [
      'sound-format',
      'its sound has 16 kHz',
      ({ script }) =>
        void script.everyTurn(
          { omit: ['audio'] },
          { at: 'answer', do: 'send', message: sound('audio/pcm;rate=16000') },
        ),
      /report/,
    ],
    [
      'end-markers',
      'it sends no generationComplete',
      ({ script }) => void script.everyTurn({ omit: ['generationComplete'] }),
      /report/,
    ],
    [
      'usage',
      'it does not report what was used',
      ({ script }) => void script.everyTurn({ omit: ['usageMetadata'] }),
      /dragoman costs/,
    ],
    [
      'second-turn',
      'the second turn of a session hangs',
      (standin) => behind(PACED_TURNS + BURST_TURNS + 1, standin, { at: 'answer', do: 'hang' }),
      /live\.turns_per_connection/,
    ],
    [
      'history',
      'it answers earlier turns',
      ({ script }) => void script.everyConnection(...answersHistory),
      /nothing to set/,
    ],
    [
      'hearing',
      'the answer is no JSON',
      ({ script }) => void script.everyRequest('hear', { text: 'Certainly! Here is the translation.' }),
      /cascade\.hearing_models/,
    ],
    [
      'speech',
      'the voice is not known',
      ({ script }) => void script.everyRequest('speak', { at: 'request', do: 'refuse', status: 400 }),
      /cascade\.speech_models/,
    ],
    [
      'translate-end',
      'Live Translate ends its turns',
      ({ script }) =>
        void script.everyTurn({
          at: { chunks: 2 },
          do: 'send',
          message: { serverContent: { turnComplete: true } },
        }),
      /nothing to set/,
    ],
  ];

  it.each(falsified)('reports %s where %s, with what to do', async (assumption, _, falsify, advice) => {
    falsify(rig.standin);
    const findings = await probed();
    expect(failing(findings)).toContain(assumption);
    const finding = findings.find((one) => one.assumption === assumption);
    expect(finding?.advice).toMatch(advice);
  });

  it('reports a key that is taken in the URL only', async () => {
    const old = await rig.another('old.test', { keyIn: 'query' });
    const findings = await probed({}, old);
    expect(failing(findings)).toEqual(['key-in-header']);
    expect(findings[1]?.observed).toBe('taken in the URL only, for requests, sessions');
  });

  it('reports models that are not offered, and which are', async () => {
    rig.standin.script.offer('gemini-3.8-live', 'gemini-3.5-flash-lite', 'gemini-3.5-live-translate-preview');
    const findings = await probed();
    expect(failing(findings)).toEqual(['models']);
    expect(findings[0]).toMatchObject({
      observed: 'gemini-3.8-flash-lite-tts is not offered for generateContent',
      advice: 'cascade.speech_models: choose among gemini-3.5-flash-lite',
    });
  });

  it('reports a service that ends a silent session too soon, when it is asked to wait', async () => {
    const hasty = await rig.another('hasty.test', { limits: { silentMs: 60_000 } });
    const findings = await probed({ patient: true }, hasty);
    expect(failing(findings)).toEqual(['silent-session']);
    expect(findings.at(-1)).toMatchObject({
      observed: expect.stringMatching(/^ended after 60\.0\d s \(.*1008/),
      advice: 'live.spare_idle_s = 50',
    });
  });
});
