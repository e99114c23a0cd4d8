import { describe, expect, it } from 'vitest';
import { serviceRig } from '../../../test/rig/engines.ts';
import {
  isTurnComplete,
  type RawClient,
  type Reachable,
  rawClient,
  readyClient,
  say,
} from '../../../test/rig/standin.ts';
import { every, sleep } from '../../base/time.ts';
import type { ServerMessage } from '../protocol/messages.ts';

const MINUTE = 60_000;
const COMPRESSED = { contextWindowCompression: { slidingWindow: {} } };
const isGoAway = (message: ServerMessage) => message.goAway !== undefined;

const rig = serviceRig();

/** A closing handshake takes a round trip. */
const CLOSING_MS = 10;

/** Sends something now and then: a silent connection would not live long. */
async function talkingClient(standin: Reachable, setup: object = {}): Promise<RawClient> {
  const client = await readyClient(standin, setup);
  const stop = every(rig.clock, MINUTE, () => say(client, 0.1));
  void client.closed.then(stop);
  return client;
}

describe('the life of a connection', () => {
  it('is 150 s from the last message of the client, without a goAway', async () => {
    const client = await readyClient(rig.standin);
    await sleep(rig.clock, 100_000);
    say(client, 0.1);
    const saidMs = rig.clock.now();
    expect(await client.closed).toEqual({ code: 1008, reason: 'The operation was aborted.' });
    expect(Math.abs(rig.clock.now() - saidMs - 150_000)).toBeLessThanOrEqual(2 * CLOSING_MS);
    expect(client.messages.some(isGoAway)).toBe(false);
  });

  it('gets a goAway at 9:00, with 50 s left, and ends 50.4 s later with 1008', async () => {
    const client = await talkingClient(rig.standin);
    const readyMs = rig.clock.now();
    expect((await client.until(isGoAway)).goAway).toEqual({ timeLeft: '50s' });
    expect(rig.clock.now() - readyMs).toBe(9 * MINUTE);
    expect(await client.closed).toEqual({ code: 1008, reason: 'The operation was aborted.' });
    expect(rig.clock.now() - readyMs).toBe(9 * MINUTE + 50_400 + CLOSING_MS);
  });

  it('is 58 minutes on 3.8 with compression, without a goAway, and ends with 1011', async () => {
    const client = await talkingClient(rig.standin, COMPRESSED);
    const readyMs = rig.clock.now();
    expect(await client.closed).toEqual({
      code: 1011,
      reason: 'Deadline expired before operation could complete.',
    });
    expect(rig.clock.now() - readyMs).toBe(58 * MINUTE + CLOSING_MS);
    expect(client.messages.some(isGoAway)).toBe(false);
  });

  it('is ten minutes on the translate model although it compresses', async () => {
    const model = 'models/gemini-3.5-live-translate-preview';
    const client = await talkingClient(rig.standin, { model, ...COMPRESSED });
    expect((await client.closed).code).toBe(1008);
    expect(rig.clock.now()).toBeLessThan(10 * MINUTE);
  });

  it('may be set, and may end with the other code', async () => {
    const limits = { goAwayMs: 5000, closedAfterMs: 10, timeLeft: '7s', closeCode: 1011 } as const;
    const other = await rig.another('other.test', { limits });
    const client = await readyClient(other);
    expect((await client.until(isGoAway)).goAway).toEqual({ timeLeft: '7s' });
    expect((await client.closed).code).toBe(1011);
  });
});

describe('resumption', () => {
  const asks = { sessionResumption: {} };
  const handleOf = (message: ServerMessage) => message.sessionResumptionUpdate?.newHandle;
  const isHandle = (message: ServerMessage) => handleOf(message) !== undefined;

  it('is announced only when the setup asks for it', async () => {
    const client = await readyClient(rig.standin);
    await sleep(rig.clock, MINUTE);
    expect(client.messages.some((message) => message.sessionResumptionUpdate !== undefined)).toBe(false);
  });

  it('restores the context, and is not possible while an answer is given', async () => {
    const first = await readyClient(rig.standin, asks);
    await first.until(isHandle);
    say(first, 2);
    await rig.standin.next('heard');
    const isUpdate = (message: ServerMessage) => message.sessionResumptionUpdate !== undefined;
    expect((await first.until(isUpdate)).sessionResumptionUpdate).toEqual({});
    await first.until(isTurnComplete);
    const handle = handleOf(await first.until(isHandle)) ?? '';
    first.ws.close();
    await rig.standin.next('closed');

    const second = await readyClient(rig.standin, { sessionResumption: { handle } });
    say(second, 1);
    await rig.standin.next('heard');
    const { usageMetadata } = await second.until(isTurnComplete);
    expect(usageMetadata?.promptTokenCount).toBe(50 + 15 + 25);
    expect(second.messages[0]?.setupComplete?.sessionId).toBe(first.messages[0]?.setupComplete?.sessionId);
  });

  it('with an older handle loses what came after it', async () => {
    const first = await readyClient(rig.standin, asks);
    const handle = handleOf(await first.until(isHandle)) ?? '';
    say(first, 2);
    await rig.standin.next('heard');
    await first.until(isTurnComplete);
    first.ws.close();
    await rig.standin.next('closed');
    const second = await readyClient(rig.standin, { sessionResumption: { handle } });
    say(second, 1);
    await rig.standin.next('heard');
    expect((await second.until(isTurnComplete)).usageMetadata?.promptTokenCount).toBe(25);
  });

  it.each([
    ['an unknown handle', async () => 'nobody'],
    [
      'a handle that was used',
      async () => {
        const handle = await leftHandle();
        const client = await readyClient(rig.standin, { sessionResumption: { handle } });
        client.ws.close();
        await rig.standin.next('closed');
        return handle;
      },
    ],
    [
      'a handle of more than two hours ago',
      async () => {
        const handle = await leftHandle();
        await sleep(rig.clock, 2 * 60 * MINUTE + 1);
        return handle;
      },
    ],
  ])('refuses %s with 1007', async (_, handle) => {
    const client = await rawClient(rig.standin);
    client.send({
      setup: { model: 'models/gemini-3.8-live', sessionResumption: { handle: await handle() } },
    });
    expect((await client.closed).code).toBe(1007);
  });

  it('refuses with 1011 while the earlier socket is open', async () => {
    const first = await readyClient(rig.standin, asks);
    const handle = handleOf(await first.until(isHandle));
    const second = await rawClient(rig.standin);
    second.send({ setup: { model: 'models/gemini-3.8-live', sessionResumption: { handle } } });
    expect((await second.closed).code).toBe(1011);
    first.ws.close();
    await rig.standin.next('closed');
    await rig.standin.next('closed');
    await readyClient(rig.standin, { sessionResumption: { handle } });
  });

  it('does not make a session older than 15 minutes without compression', async () => {
    const first = await talkingClient(rig.standin, asks);
    const handle = handleOf(await first.until(isHandle)) ?? '';
    const bornMs = rig.standin.connections[0]?.openedAtMs ?? Number.NaN;
    await sleep(rig.clock, 8 * MINUTE);
    first.ws.close();
    await rig.standin.next('closed');
    const second = await talkingClient(rig.standin, { sessionResumption: { handle } });
    expect((await second.closed).code).toBe(1008);
    expect(rig.clock.now() - bornMs).toBeGreaterThanOrEqual(15 * MINUTE);
    expect(rig.clock.now() - bornMs).toBeLessThan(15 * MINUTE + 1000);
  });

  async function leftHandle(): Promise<string> {
    const client = await readyClient(rig.standin, asks);
    const handle = handleOf(await client.until(isHandle)) ?? '';
    client.ws.close();
    await rig.standin.next('closed');
    return handle;
  }
});
