import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { Dialogue } from '../../src/interpreters/live/dialogue/dialogue.ts';
import { Connection } from '../../src/interpreters/live/session/connection.ts';
import type { FaultCode } from '../../src/kiosk/faults.ts';
import {
  badJsonOn,
  closedBeforeSetupComplete,
  closedIn,
  nearSilent,
  noAudio,
  phantomInterruption,
  quotaExceeded,
  resetIn,
  resetOn,
  rubbishOn,
  setupNeverCompleted,
  stalledAfterTranscript,
  upgradeNeverAnswered,
  upgradeRefused,
} from '../../src/standin/faults/faults.ts';
import { OUT_RATE } from '../../src/standin/protocol/sound.ts';
import { engineRig } from '../rig/engines.ts';
import {
  DIALOGUE,
  failsWith as failsTurn,
  gathering,
  KEY,
  LANGUAGES,
  never,
  secondsOf,
  spokenTurn,
  comesThrough as turnComesThrough,
} from '../rig/live.ts';

/**
 * What @google/genai 3.1.0 does when things go wrong (docs/developers/sdk.md), and that none of it hangs, ends the
 * process or loses a turn. The unhandled rejections of the SDK would fail these tests: vitest reports them.
 */

const rig = engineRig();

/** Name, TCP and upgrade, each a round trip. */
const ROUND_TRIP_MS = 10;
const OPEN_MS = 3 * ROUND_TRIP_MS;

/** The turn comes through although a first try went wrong, and its whole utterance is sent again. */
async function comesThrough(engine: Dialogue = rig.dialogue()) {
  const through = await turnComesThrough(engine, LANGUAGES, rig.clock);
  expect(through.sink.samples.length / OUT_RATE).toBeCloseTo(0.6);
  const answering = rig.standin.connections.filter(({ turns }) => turns.length > 0).at(-1);
  expect(answering?.turns.at(-1)?.audioSeconds).toBeCloseTo(secondsOf(through.turn));
  return through;
}

/** The turn fails with this fault, and nothing about it tells the key. */
const failsWith = async (code: FaultCode, engine: Dialogue = rig.dialogue()) =>
  (await failsTurn(code, engine)).fault;

/** A service that completes the set-up and then reads all it gets, but never says a word, not even goodbye. */
function muteService(): { readonly url: string; readonly socket: Promise<Duplex> } {
  const { promise, resolve } = Promise.withResolvers<Duplex>();
  const server = createServer();
  server.on('upgrade', ({ headers }, socket: Duplex) => {
    const key = `${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    const accept = createHash('sha1').update(key).digest('base64');
    socket.on('error', () => {});
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    socket.once('data', () => {
      const message = Buffer.from('{"setupComplete":{}}');
      socket.write(Buffer.concat([Buffer.of(0x81, message.length), message]));
      socket.resume();
      resolve(socket);
    });
  });
  return { url: rig.serve('mute.test', server), socket: promise };
}

describe('opening a connection', () => {
  it('asks for what the model takes: sound, manual activity, transcriptions; and for nothing that the service keeps', async () => {
    await comesThrough();
    await comesThrough(rig.dialogue({ turnsPerConnection: 2 }));
    const [once, ongoing] = rig.standin.connections
      .filter(({ turns }) => turns.length > 0)
      .map(({ setup }) => setup);
    const setup = {
      model: 'models/gemini-3.8-live',
      generationConfig: { responseModalities: ['AUDIO'] },
      systemInstruction: expect.anything(),
      realtimeInputConfig: { automaticActivityDetection: { disabled: true } },
      inputAudioTranscription: {},
      outputAudioTranscription: {},
    };
    expect(once).toEqual(setup);
    expect(ongoing).toEqual({ ...setup, sessionResumption: {}, contextWindowCompression: expect.anything() });
  });

  it('names both languages to the service where they are known and that is wanted', async () => {
    const hinted = rig.dialogue({ languageHints: true });
    await hinted.interpret(spokenTurn(1), LANGUAGES, gathering(), never);
    await hinted.interpret(spokenTurn(1), { ...LANGUAGES, anyGuest: true }, gathering(), never);
    const hints = rig.standin.connections
      .filter(({ turns }) => turns.length > 0)
      .map(({ setup }) => (setup as { inputAudioTranscription?: unknown }).inputAudioTranscription);
    expect(hints).toEqual([{ languageCodes: ['en', 'es'] }, {}]);
  });

  it('to a port that refuses is a fault, at once', async () => {
    rig.network.refuse();
    const sink = gathering(rig.clock);
    const refused = rig.dialogue().interpret(spokenTurn(0.3), LANGUAGES, sink, never);
    await expect(refused).rejects.toMatchObject({ code: 'network-unreachable' });
    // Name and TCP, of the connection that is opened while people speak and of the turn's own.
    expect(sink.restartsMs[0]).toBe(2 * 2 * ROUND_TRIP_MS);
  });

  it('that is refused with HTTP 403 is a fault of its permission, with the status', async () => {
    rig.standin.script.everyConnection(upgradeRefused(403));
    expect((await failsWith('permission-denied')).detail).toContain('403');
  });

  it('to a captive portal that answers with a page is a fault, with the status', async () => {
    rig.standin.script.everyConnection({
      at: 'upgrade',
      do: 'refuse',
      status: 200,
      body: '<html>Welcome</html>',
    });
    expect((await failsWith('captive-portal')).detail).toContain('200');
  });

  it('that is closed before setupComplete is a fault with code and reason', async () => {
    rig.standin.script.everyConnection(
      closedBeforeSetupComplete(
        1008,
        'models/x is not found for API version v1beta, or is not supported for bidiGenerateContent.',
      ),
    );
    expect((await failsWith('model-gone')).detail).toMatch(/1008: models\/x is not found/);
  });

  it('that never completes its set-up is given up in time, and the turn comes through on a fresh one', async () => {
    rig.standin.script.nextConnection(setupNeverCompleted);
    const { turn } = await comesThrough();
    expect(turn.marks.connected).toBe(OPEN_MS + DIALOGUE.setupTimeoutMs + OPEN_MS + ROUND_TRIP_MS);
  });

  it('that never completes any set-up is a fault', async () => {
    rig.standin.script.everyConnection(setupNeverCompleted);
    await failsWith('setup-timeout');
  });

  it('whose upgrade is never answered is given up in time, and the turn comes through on a fresh one', async () => {
    rig.standin.script.nextConnection(upgradeNeverAnswered);
    const { turn } = await comesThrough();
    expect(turn.marks.connected).toBe(DIALOGUE.connectTimeoutMs + OPEN_MS + ROUND_TRIP_MS);
  });

  it('whose upgrade is never answered by anybody is a fault', async () => {
    rig.standin.script.everyConnection(upgradeNeverAnswered);
    await failsWith('connect-timeout');
  });

  it('can be aborted while it hangs', async () => {
    rig.standin.script.everyConnection(upgradeNeverAnswered);
    const abort = new AbortController();
    const turn = rig.dialogue().interpret(spokenTurn(1), LANGUAGES, gathering(), abort.signal);
    await rig.standin.next('refused');
    abort.abort(new Error('superseded'));
    const abortedMs = rig.clock.now();
    await expect(turn).rejects.toThrow('superseded');
    expect(rig.clock.now()).toBe(abortedMs);
  });

  it('takes a key with any characters and never shows it', async () => {
    rig.standin.script.everyConnection(
      closedBeforeSetupComplete(1008, `API key ${KEY} not valid. See ?key=${KEY}`),
    );
    await failsWith('key-refused');
  });
});

describe('a message that is not JSON', () => {
  it.each([
    ['before setupComplete', badJsonOn('setup')],
    ['after setupComplete', badJsonOn('ready')],
    ['in binary', rubbishOn('ready')],
  ])(
    '%s ends the connection, not the process, and the turn comes through on a fresh one',
    async (_, step) => {
      rig.standin.script.nextConnection(step, { at: step.at, do: 'hang' });
      await comesThrough();
    },
  );

  it('in the middle of an answer ends the connection, and the turn comes through on a fresh one', async () => {
    rig.standin.script.nextTurn({ at: { chunks: 2 }, do: 'sendText', text: '{"serverContent":' });
    const { turn, sink } = await comesThrough();
    expect(turn.meter.attempts).toBe(2);
    expect(sink.restarts).toHaveLength(1);
  });
});

it('more messages before setupComplete than anybody asked for are a fault of the service’s', async () => {
  const flood = Array.from(
    { length: 200 },
    () => ({ at: 'setup', do: 'sendText', text: '{"serverContent":{}}' }) as const,
  );
  rig.standin.script.everyConnection(...flood);
  await failsWith('service-garbled');
});

describe('a field that is null', () => {
  it.each(['goAway', 'sessionResumptionUpdate', 'serverContent', 'toolCall'])(
    '(%s) means nothing and does no harm',
    async (field) => {
      rig.standin.script.nextTurn({ at: 'answer', do: 'sendText', text: JSON.stringify({ [field]: null }) });
      expect((await comesThrough()).turn.meter.attempts).toBe(1);
    },
  );
});

describe('a handler that throws', () => {
  it('ends the turn with a fault, not the process', async () => {
    const sink = {
      ...gathering(),
      audio: () => {
        throw new Error('the loudspeaker has gone');
      },
    };
    const turn = rig.dialogue().interpret(spokenTurn(0.3), LANGUAGES, sink, never);
    await expect(turn).rejects.toMatchObject({
      code: 'service-garbled',
      detail: 'a message could not be handled (Error)',
    });
  });
});

describe('a connection that ends under a turn', () => {
  it.each([
    ['with 1011 while people speak', closedIn('firstAudio', 1011, 'Internal error encountered.')],
    ['with 1011 instead of an answer', closedIn('activityEnd', 1011, 'Internal error encountered.')],
    ['with 1011 in mid-answer', closedIn({ chunks: 3 }, 1011, 'Internal error encountered.')],
    ['with 1008 because its time was up', closedIn('activityEnd', 1008, '')],
    ['by a reset while people speak', resetIn('firstAudio')],
    ['by a reset instead of an answer', resetIn('activityEnd')],
    ['by a reset in mid-answer', resetIn({ chunks: 3 })],
  ])('%s loses nothing: the whole utterance is sent on a fresh one', async (_, step) => {
    rig.standin.script.nextTurn(step);
    const { turn } = await comesThrough();
    expect(turn.meter.attempts).toBe(2);
    // Sent twice, so billed twice: the meter says so.
    expect(turn.meter.sentSeconds).toBeGreaterThan(secondsOf(turn));
    expect(turn.meter.sentSeconds).toBeLessThan(2 * secondsOf(turn) + 0.001);
  });

  it('after a complete answer is no fault', async () => {
    rig.standin.script.nextTurn({ at: 'turnComplete', do: 'reset' });
    expect((await comesThrough()).turn.meter.attempts).toBe(1);
  });

  it('because the quota is used up is not tried again', async () => {
    rig.standin.script.everyConnection(...quotaExceeded);
    rig.standin.script.everyTurn({ at: 'answer', do: 'delay', ms: 5000 });
    await failsWith('quota');
    expect(rig.standin.connections.length).toBeLessThanOrEqual(2);
  });

  it('twice does not give the turn up: a bad moment of the network breaks more than one', async () => {
    rig.standin.script.nextTurn(resetIn('activityEnd'));
    rig.standin.script.nextTurn(resetIn('activityEnd'));
    expect((await comesThrough()).turn.meter.attempts).toBe(3);
  });

  it('again and again fails the turn visibly', async () => {
    rig.standin.script.everyTurn(resetIn('activityEnd'));
    await failsWith('connection-lost');
  });

  it('before the turn has it is replaced quietly: what is sent into a closed socket is not lost', async () => {
    rig.standin.script.nextConnection(resetOn('ready'));
    const { turn } = await comesThrough();
    expect(turn.meter.attempts).toBeLessThanOrEqual(2);
  });
});

describe('a peer that stops reading', () => {
  it('is noticed by what it leaves unsent, which the SDK hides', async () => {
    rig.standin.script.nextConnection({ at: 'ready', do: 'stopReading' });
    const connection = await Connection.open(
      { apiKey: KEY, apiVersion: 'v1beta', baseUrl: rig.standin.url },
      'gemini-3.8-live',
      {},
      DIALOGUE,
      never,
      rig.world,
    );
    rig.ended(() => connection.close());
    const second = new Int16Array(16_000);
    const flood = async () => {
      for (let i = 0; i < 4000; i++) {
        await connection.uplinkFree();
        connection.sendAudio(second);
      }
    };
    await expect(flood()).rejects.toMatchObject({ code: 'network-slow' });
    expect(connection.ready).toBe(false);
  });

  it('costs the turn no more than the time to notice: it comes through on a fresh connection', async () => {
    rig.standin.script.nextConnection({ at: 'ready', do: 'stopReading' });
    expect((await comesThrough()).turn.meter.attempts).toBe(2);
  });
});

describe('a connection that died without a word', () => {
  it('(half-open) is noticed by the answer that stays away', async () => {
    rig.standin.script.nextConnection({ at: 'ready', do: 'hang' });
    const { turn, sink } = await comesThrough();
    expect(turn.meter.attempts).toBe(2);
    expect(sink.restarts).toEqual(['no-answer']);
  });

  it('is closed at once, without the 30 s that the closing handshake waits', async () => {
    const { url, socket } = muteService();
    const engine = rig.dialogue({}, url);
    engine.prepare(LANGUAGES);
    const peer = await socket;
    const gone = new Promise<number>((resolve) => peer.once('close', () => resolve(rig.clock.now())));
    const stoppedMs = rig.clock.now();
    await engine.stop();
    expect((await gone) - stoppedMs).toBeLessThan(1000);
  });
});

describe('an answer that is none', () => {
  it.each([
    ['without sound', [noAudio]],
    ['of near silence', [nearSilent(1), { omit: ['outputTranscription'] } as const]],
    ['interrupted though nobody spoke', phantomInterruption(2)],
    ['that stops after its transcript', [stalledAfterTranscript]],
    ['that stops in the middle', [{ at: { chunks: 3 }, do: 'hang' } as const]],
  ])('(%s) is asked for once more on a fresh connection', async (_, steps) => {
    rig.standin.script.nextTurn(...steps);
    const { turn } = await comesThrough();
    expect(turn.meter.attempts).toBe(2);
  });

  it('(text that trickles on without sound) is broken off: only sound counts', async () => {
    const trickle = Array.from({ length: 40 }, () => [
      {
        at: { chunks: 1 },
        do: 'send',
        message: { serverContent: { outputTranscription: { text: '.' } } },
      } as const,
      { at: { chunks: 1 }, do: 'delay', ms: 3000 } as const,
    ]).flat();
    rig.standin.script.nextTurn(...trickle);
    expect((await comesThrough()).turn.meter.attempts).toBe(2);
  });

  it('twice fails the turn visibly', async () => {
    rig.standin.script.everyTurn(noAudio);
    await failsWith('silent-answer');
  });
});

describe('events of an earlier turn', () => {
  it('cannot reach a later one: each turn has a connection of its own', async () => {
    const engine = rig.dialogue();
    // The first turn's answer is broken off by its abort; the rest of it must go nowhere.
    const abort = new AbortController();
    const first = gathering();
    const aborted = engine.interpret(
      spokenTurn(1),
      LANGUAGES,
      { ...first, audio: () => abort.abort(new Error('superseded')) },
      abort.signal,
    );
    await expect(aborted).rejects.toThrow('superseded');
    const { sink } = await comesThrough(engine);
    expect(sink.samples.length / 24_000).toBeCloseTo(0.6);
    expect(
      new Set(
        rig.standin.connections.filter(({ turns }) => turns.length > 0).map(({ turns }) => turns.length),
      ),
    ).toEqual(new Set([1]));
  });
});
