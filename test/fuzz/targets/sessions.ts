import { ok } from 'node:assert/strict';
import fc from 'fast-check';
import { Cascade } from '../../../src/interpreters/cascade/cascade.ts';
import type { InterpretationSink, Interpreter } from '../../../src/interpreters/interpreter.ts';
import { Dialogue } from '../../../src/interpreters/live/dialogue/dialogue.ts';
import { Translate } from '../../../src/interpreters/live/translate/translate.ts';
import { Fault } from '../../../src/kiosk/faults.ts';
import type { RequestStep, TurnStep } from '../../../src/standin/faults/script.ts';
import { messageType } from '../../../src/standin/protocol/schema.ts';
import { CASCADE, DIALOGUE, LANGUAGES, serviceAt, spokenTurn, TRANSLATE } from '../../rig/live.ts';
import { placesOf } from '../../rig/secrets.ts';
import { scriptedAnswerer } from '../../rig/standin.ts';
import { virtualService } from '../../rig/virtual/service.ts';
import { nothingInherited } from '../invariants.ts';
import { damaged } from '../mutate.ts';
import { messageJson } from '../protocol.ts';
import { target } from '../target.ts';
import { serviceMessage, serviceText } from './messages.ts';

/** In every text of the service: it must not get into anything that is kept. */
const SECRET = 'X1234567';
const WORDS = /Where is the station\?|¿Dónde está\?|I did not understand\./g;
const telling = (text: string) => text.replaceAll(WORDS, (words) => `${words} ${SECRET}`);

const moment = fc.oneof(
  fc.constantFrom(
    'activityStart' as const,
    'firstAudio' as const,
    'activityEnd' as const,
    'answer' as const,
    'generationComplete' as const,
    'turnComplete' as const,
  ),
  fc.record({ chunks: fc.integer({ min: 1, max: 4 }) }),
);
const sent = fc
  .oneof(
    { weight: 3, arbitrary: serviceMessage.map((message) => JSON.stringify(message)) },
    { weight: 2, arbitrary: serviceText },
  )
  .map((text) => ({ do: 'sendText' as const, text: telling(text) }));
const action = fc.oneof(
  { weight: 8, arbitrary: sent },
  {
    weight: 1,
    arbitrary: fc.uint8Array({ maxLength: 50 }).map((bytes) => ({ do: 'sendBytes' as const, bytes })),
  },
  { weight: 1, arbitrary: fc.constantFrom(1, 300, 20_000).map((ms) => ({ do: 'delay' as const, ms })) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(1000, 1007, 1008, 1011, 1013)
      .map((code) => ({ do: 'close' as const, code, reason: `it said ${SECRET}` })),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      { do: 'reset' as const },
      { do: 'hang' as const },
      { do: 'stopReading' as const },
    ),
  },
);
const turnStep: fc.Arbitrary<TurnStep> = fc.tuple(moment, action).map(([at, what]) => ({ at, ...what }));

const response = messageJson(messageType('GenerateContentResponse')).map((message) =>
  telling(JSON.stringify(message)),
);
/** In the form of Google's refusals. */
const refusal = fc
  .tuple(
    fc.constantFrom('', 'You exceeded your current quota: '),
    fc.constantFrom('INTERNAL', 'UNAVAILABLE', SECRET),
  )
  .map(([before, status]) =>
    JSON.stringify({ error: { code: 500, message: `${before}it said ${SECRET}`, status } }),
  );
const requestMoment = fc.oneof(
  fc.constantFrom('request' as const, 'end' as const),
  fc.record({ chunks: fc.integer({ min: 1, max: 3 }) }),
);
const requestStep: fc.Arbitrary<RequestStep> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(
        fc.oneof(response, damaged(response), refusal, damaged(refusal)),
        fc.constantFrom(200, 200, 200, 400, 404, 429, 500),
      )
      .map(([body, status]) => ({
        at: 'request' as const,
        do: 'refuse' as const,
        status,
        body,
        type: 'application/json',
      })),
  },
  { weight: 2, arbitrary: damaged(response).map((text) => ({ text })) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(requestMoment, fc.constantFrom('reset' as const, 'cut' as const, 'hang' as const))
      .map(([at, what]) => ({ at, do: what })),
  },
);

const SPOKEN = { ...LANGUAGES, speaker: 'guest' as const };

/** The daemon's limit for a turn, in milliseconds. */
const PATIENCE_MS = 60_000;

/** A world with an engine and its service, for two turns, the second without a fault. */
async function twoTurns(
  make: (url: string, world: ReturnType<typeof virtualService>['world']) => Interpreter,
  script: (standin: Awaited<ReturnType<ReturnType<typeof virtualService>['standin']>>) => void,
): Promise<void> {
  const { clock, network, world, standin: opened } = virtualService();
  clock.runFreely();
  const standin = await opened({ answerer: scriptedAnswerer() });
  script(standin);
  const engine = make(standin.url, world);
  const kept: string[] = [];
  engine.watch({
    availability: (now) =>
      void kept.push(now.is === 'unreachable' ? `${now.fault.message} ${now.fault.detail}` : ''),
    condition: ({ message, detail }) => void kept.push(message, detail),
    notes: (notes) => void kept.push(...notes),
  });
  try {
    await interpreted(engine, clock, kept);
    standin.script.clear();
    await interpreted(engine, clock, kept);
  } finally {
    await engine.stop();
    await standin.stop();
    network.destroy();
    clock.stop();
  }
  nothingInherited();
  ok(placesOf(SECRET, { kept: kept.join('\n') }).length === 0, kept.join('\n'));
}

/** One turn: an outcome, a fault, or abandoned; nothing comes after its end. */
async function interpreted(
  engine: Interpreter,
  clock: ReturnType<typeof virtualService>['clock'],
  kept: string[],
): Promise<void> {
  const giveUp = new AbortController();
  const cancel = clock.after(PATIENCE_MS, () => giveUp.abort(new Fault('no-answer', 'given up')));
  let over = false;
  const during = () => ok(!over, 'something came after the end of its turn');
  const sink: InterpretationSink = {
    heard: during,
    said: during,
    audio: (samples) => {
      during();
      ok(samples.length > 0);
    },
    restarted: (fault) => {
      during();
      kept.push(fault.message, fault.detail);
    },
    confirm: async () => true,
  };
  const turn = spokenTurn(0.3);
  try {
    const { outcome } = await engine.interpret(turn, SPOKEN, sink, giveUp.signal);
    ok(['translated', 'nothing said', 'not understood'].includes(outcome), outcome);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    kept.push(error.message, error.detail);
  } finally {
    over = true;
    cancel();
  }
  const { receivedSeconds } = turn.meter;
  ok(Number.isFinite(receivedSeconds) && receivedSeconds >= 0);
}

/** Whatever a session sends, and when: one outcome for each turn, and no word of it is kept. */
export const sessions = target(
  'sessions',
  400,
  fc.tuple(fc.constantFrom('dialogue', 'translate'), fc.array(turnStep, { minLength: 1, maxLength: 6 })),
  ([engine, steps]) =>
    twoTurns(
      (url, world) =>
        engine === 'dialogue'
          ? new Dialogue(serviceAt(url), DIALOGUE, world)
          : new Translate(serviceAt(url), TRANSLATE, world),
      ({ script }) => void script.nextTurn(...steps),
    ),
);

/** The same for the cascade's two requests. */
export const cascade = target(
  'cascade',
  400,
  fc.tuple(
    fc.constantFrom('hear' as const, 'speak' as const),
    fc.array(requestStep, { minLength: 1, maxLength: 2 }),
  ),
  ([kind, steps]) =>
    twoTurns(
      (url, world) => new Cascade(serviceAt(url), CASCADE, world),
      ({ script }) => void script.everyRequest(kind, ...steps),
    ),
);
