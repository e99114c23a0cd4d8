import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { serviceRig } from '../../../test/rig/engines.ts';
import {
  isAudio,
  isTurnComplete,
  rawClient,
  readyClient,
  say,
  scriptedAnswerer,
  socketTo,
  tone,
} from '../../../test/rig/standin.ts';
import { sleep } from '../../base/time.ts';
import type { ServerMessage } from '../protocol/messages.ts';
import { IN_RATE } from '../protocol/sound.ts';
import * as faults from './faults.ts';

const rig = serviceRig();

const SETUP = { setup: { model: 'models/gemini-3.8-live' } };

describe('before the handshake', () => {
  it('refuses with an HTTP status', async () => {
    rig.standin.script.nextConnection(faults.upgradeRefused(503));
    await expect(rawClient(rig.standin)).rejects.toThrow('Unexpected server response: 503');
    expect(await rig.standin.next('refused')).toMatchObject({ status: 503 });
    await readyClient(rig.standin); // the next one is served
  });

  it('never answers', async () => {
    rig.standin.script.nextConnection(faults.upgradeNeverAnswered);
    const ws = socketTo(rig.standin);
    ws.on('error', () => {});
    expect(await rig.standin.next('refused')).toMatchObject({ status: 0 });
    expect(ws.readyState).toBe(WebSocket.CONNECTING);
    ws.terminate();
  });

  it('resets', async () => {
    rig.standin.script.nextConnection(faults.resetOn('upgrade'));
    await expect(rawClient(rig.standin)).rejects.toThrow('ECONNRESET');
  });

  it('delays', async () => {
    rig.standin.script.nextConnection({ at: 'upgrade', do: 'delay', ms: 1000 });
    await readyClient(rig.standin);
    // Name, TCP, upgrade and set-up take a round trip each.
    expect(rig.clock.now()).toBe(1040);
  });
});

describe('before setupComplete', () => {
  it.each(['open', 'setup'] as const)('closes on %s with code and reason', async (at) => {
    rig.standin.script.nextConnection({ at, do: 'close', code: 1008, reason: 'no' });
    const client = await rawClient(rig.standin);
    client.send(SETUP);
    expect(await client.closed).toEqual({ code: 1008, reason: 'no' });
    expect(client.messages).toEqual([]);
  });

  it.each(['open', 'setup'] as const)('resets on %s', async (at) => {
    rig.standin.script.nextConnection(faults.resetOn(at));
    const client = await rawClient(rig.standin);
    client.send(SETUP);
    expect((await client.closed).code).toBe(1006);
  });

  it('never completes', async () => {
    rig.standin.script.nextConnection(faults.setupNeverCompleted);
    const client = await rawClient(rig.standin);
    client.send(SETUP);
    await rig.standin.next('setup');
    const pong = new Promise((resolve) => client.ws.once('pong', resolve));
    client.ws.ping();
    await pong; // alive, and silent
    expect(client.messages).toEqual([]);
  });

  it.each([
    ['bad JSON', faults.badJsonOn('setup'), '{"setupComplete":'],
    ['rubbish', faults.rubbishOn('setup'), Buffer.from([0xff, 0x00, 0xfe, 0x80]).toString()],
  ])('sends %s', async (_, step, text) => {
    rig.standin.script.nextConnection(step);
    const ws = socketTo(rig.standin);
    const first = new Promise((resolve) => ws.once('message', (data) => resolve(String(data))));
    ws.once('open', () => ws.send(JSON.stringify(SETUP)));
    expect(await first).toBe(text);
    ws.terminate();
  });
});

describe('on an open connection', () => {
  it('pings may be answered late', async () => {
    const late = await rig.another('late.test', { timing: { pongMs: 8000 } });
    const client = await readyClient(late);
    const pong = new Promise<number>((resolve) => client.ws.once('pong', () => resolve(rig.clock.now())));
    const pingedMs = rig.clock.now();
    client.ws.ping();
    say(client);
    await client.until(isTurnComplete); // it came after the ping
    expect(await pong).toBe(pingedMs + 8010);
  });

  it('the quota is exceeded, in 123 bytes', async () => {
    rig.standin.script.nextConnection(...faults.quotaExceeded);
    const client = await readyClient(rig.standin);
    const { code, reason } = await client.closed;
    expect(code).toBe(1011);
    expect(reason).toMatch(/^You exceeded your current quota, please check your plan and billing details\./);
    expect(Buffer.byteLength(reason)).toBe(123);
  });

  it('goAway comes at once', async () => {
    rig.standin.script.nextConnection(faults.goAwayAtOnce('10s'));
    const client = await readyClient(rig.standin);
    const message = await client.until(({ goAway }) => goAway !== undefined);
    expect(message.goAway).toEqual({ timeLeft: '10s' });
  });

  it('the test acts at any time', async () => {
    const client = await readyClient(rig.standin);
    await rig.standin.act({ do: 'send', message: { serverContent: { interrupted: true } } });
    await client.until((message) => message.serverContent?.interrupted === true);
    await rig.standin.act([{ do: 'delay', ms: 100 }, { do: 'reset' }], rig.standin.connections[0]);
    expect((await client.closed).code).toBe(1006);
    expect((await rig.standin.next('closed')).connection.closed).toEqual({
      code: 1006,
      reason: '',
      by: 'standin',
    });
  });

  it('a test may close a connection that hangs', async () => {
    rig.standin.script.nextConnection({ at: 'ready', do: 'hang' });
    const client = await readyClient(rig.standin);
    await rig.standin.next('ready');
    expect(await rig.standin.act({ do: 'goAway', timeLeft: '1s' })).toBe(false);
    await rig.standin.act({ do: 'close', code: 1011, reason: 'late' });
    expect((await client.closed).reason).toBe('late');
    expect(client.messages.some(({ goAway }) => goAway !== undefined)).toBe(false);
  });

  it('stops reading: the client has to keep what it sends', async () => {
    rig.standin.script.nextConnection({ at: 'ready', do: 'stopReading' });
    const client = await readyClient(rig.standin);
    await rig.standin.next('ready');
    client.send({ realtimeInput: { activityStart: {} } });
    const sound = tone(10, IN_RATE);
    while (client.ws.bufferedAmount < 5_000_000) client.audio(sound);
    const { bufferedAmount } = client.ws;
    await sleep(rig.clock, 60_000);
    expect(client.ws.bufferedAmount).toBeGreaterThan(bufferedAmount - 1_000_000);
    expect(rig.standin.connections[0]?.turns[0]?.audioSeconds ?? 0).toBeLessThan(60);
    client.ws.terminate();
  });
});

describe('in a turn', () => {
  const moments = [
    'activityStart',
    'firstAudio',
    'activityEnd',
    'answer',
    { chunks: 3 },
    'generationComplete',
    'turnComplete',
  ] as const;

  it.each(moments)('resets at %o', async (at) => {
    rig.standin.script.nextTurn(faults.resetIn(at));
    const client = await readyClient(rig.standin);
    say(client);
    expect((await client.closed).code).toBe(1006);
    expect(client.messages.some(isTurnComplete)).toBe(false);
    await rig.standin.next('closed');
    expect(rig.standin.connections[0]?.turns[0]?.outcome).toBe('broken off');
  });

  it.each(moments)('closes at %o', async (at) => {
    rig.standin.script.nextTurn(faults.closedIn(at, 1011, 'Internal error encountered.'));
    const client = await readyClient(rig.standin);
    say(client);
    expect(await client.closed).toEqual({ code: 1011, reason: 'Internal error encountered.' });
  });

  it('gives exactly as many chunks as the script says', async () => {
    rig.standin.script.nextTurn(faults.closedIn({ chunks: 4 }, 1011, ''));
    const client = await readyClient(rig.standin);
    say(client);
    await client.closed;
    expect(client.messages.filter(isAudio)).toHaveLength(4);
  });

  it('stalls after the transcript', async () => {
    rig.standin.script.nextTurn(faults.stalledAfterTranscript);
    const client = await readyClient(rig.standin, { inputAudioTranscription: {} });
    say(client);
    await client.until((message) => message.serverContent?.inputTranscription !== undefined);
    const pong = new Promise((resolve) => client.ws.once('pong', resolve));
    client.ws.ping();
    await pong;
    expect(client.messages.some(isAudio)).toBe(false);
    expect(client.ws.readyState).toBe(WebSocket.OPEN);
  });

  it('interrupts itself for no reason, then falls silent', async () => {
    rig.standin.script.nextTurn(...faults.phantomInterruption(2));
    const client = await readyClient(rig.standin);
    say(client);
    await client.until((message) => message.serverContent?.interrupted === true);
    expect(client.messages.filter(isAudio)).toHaveLength(2);
  });

  it("sends an earlier turn's end at the start of the next", async () => {
    rig.standin.script.nextTurn().nextTurn(...faults.lateEndOfAnEarlierTurn);
    const client = await readyClient(rig.standin);
    say(client);
    await client.until(isTurnComplete);
    client.send({ realtimeInput: { activityStart: {} } });
    const late: ServerMessage = await client.until(isTurnComplete);
    expect(late).toEqual({ serverContent: { turnComplete: true } });
    client.audio(tone(1, IN_RATE));
    client.send({ realtimeInput: { activityEnd: {} } });
    await client.until(isTurnComplete);
  });

  it('applies to every turn if set so, and to none after clear', async () => {
    rig.standin.script.everyTurn(faults.noAudio);
    const client = await readyClient(rig.standin);
    for (const _ of [1, 2]) {
      say(client);
      await client.until(isTurnComplete);
    }
    expect(client.messages.some(isAudio)).toBe(false);
    rig.standin.script.clear();
    say(client);
    await client.until(isTurnComplete);
    expect(client.messages.some(isAudio)).toBe(true);
  });
});

describe('the answerer', () => {
  it('that fails is a failing service', async () => {
    const answerer = {
      ...scriptedAnswerer(),
      answerSpeech: () => Promise.reject(new Error('lost its voice')),
    };
    const other = await rig.another('mute.test', { answerer });
    const client = await readyClient(other);
    say(client);
    expect(await client.closed).toEqual({ code: 1011, reason: 'Internal error encountered.' });
    expect((await other.next('trouble')).message).toContain('lost its voice');
  });
});

describe('the record', () => {
  it('lists the messages, without a line for every chunk', async () => {
    const client = await readyClient(rig.standin);
    client.send({ realtimeInput: { activityStart: {} } });
    for (let i = 0; i < 20; i++) client.audio(tone(0.1, IN_RATE));
    client.send({ realtimeInput: { activityEnd: {} } });
    const { connection, turn } = await rig.standin.next('turnComplete');
    expect(connection.messages.map(({ type, count }) => `${type} ${count}`)).toEqual([
      'setup 1',
      'realtimeInput.activityStart 1',
      'realtimeInput.audio 20',
      'realtimeInput.activityEnd 1',
    ]);
    expect(turn).toMatchObject({ number: 1, audioMessages: 20, outcome: 'complete', saidSeconds: 0.6 });
    expect(turn.audioSeconds).toBeCloseTo(2, 5);
    client.ws.close(1000, 'bye');
    expect((await rig.standin.next('closed')).connection.closed).toEqual({
      code: 1000,
      reason: 'bye',
      by: 'client',
    });
  });

  it('stops although a client is connected and another is connecting', async () => {
    const { network } = rig;
    await readyClient(rig.standin);
    const half = rig.standin.dial();
    half.on('error', () => {});
    await new Promise((resolve) => half.once('connect', resolve));
    await rig.standin.stop();
    await rig.until(() => network.connections === 0);
  });
});
