import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  isTurnComplete,
  type RawClient,
  rawClient,
  readyClient,
  say,
  scriptedAnswerer,
} from '../../test/rig/standin.ts';
import { VirtualClock } from '../../test/rig/virtual/clock.ts';
import type { ServerMessage } from './protocol/messages.ts';
import { type Standin, startStandin } from './server.ts';

const MINUTE = 60_000;
const COMPRESSED = { contextWindowCompression: { slidingWindow: {} } };
const isGoAway = (message: ServerMessage) => message.goAway !== undefined;

let clock: VirtualClock;
let standin: Standin;
beforeEach(async () => {
  clock = new VirtualClock();
  standin = await startStandin({ answerer: scriptedAnswerer(), clock });
});
afterEach(() => standin.stop());

describe('the life of a connection', () => {
  it('is told at 9:00 that 50 s are left, and ends 50.4 s later with 1008', async () => {
    const client = await readyClient(standin);
    clock.advance(9 * MINUTE - 1);
    await answersPing(client);
    expect(client.messages.some(isGoAway)).toBe(false);
    clock.advance(1);
    expect((await client.until(isGoAway)).goAway).toEqual({ timeLeft: '50s' });
    clock.advance(50_399);
    await answersPing(client);
    clock.advance(1);
    expect(await client.closed).toEqual({ code: 1008, reason: 'The operation was aborted.' });
  });

  it('is 58 minutes on 3.8 with compression, without a goAway, and ends with 1011', async () => {
    const client = await readyClient(standin, { model: 'models/gemini-3.8-live', ...COMPRESSED });
    clock.advance(58 * MINUTE - 1);
    await answersPing(client);
    expect(client.messages.some(isGoAway)).toBe(false);
    clock.advance(1);
    expect(await client.closed).toEqual({
      code: 1011,
      reason: 'Deadline expired before operation could complete.',
    });
  });

  it('is ten minutes on 3.1 although it compresses', async () => {
    const client = await readyClient(standin, COMPRESSED);
    clock.advance(10 * MINUTE);
    expect((await client.closed).code).toBe(1008);
  });

  it('may be set, and may end with the other code', async () => {
    const limits = { goAwayMs: 5000, closedAfterMs: 10, timeLeft: '7s', closeCode: 1011 } as const;
    const other = await startStandin({ answerer: scriptedAnswerer(), clockSpeed: 10, limits });
    const client = await readyClient(other);
    expect((await client.until(isGoAway)).goAway).toEqual({ timeLeft: '7s' });
    expect((await client.closed).code).toBe(1011);
    await other.stop();
  });

  it('passes fast on a fast clock', async () => {
    const fast = await startStandin({ answerer: scriptedAnswerer(), clockSpeed: 6000 });
    const client = await readyClient(fast);
    await client.until(isGoAway);
    expect((await client.closed).code).toBe(1008);
    await fast.stop();
  });
});

describe('resumption', () => {
  const asks = { sessionResumption: {} };
  const handleOf = (message: ServerMessage) => message.sessionResumptionUpdate?.newHandle;
  const isHandle = (message: ServerMessage) => handleOf(message) !== undefined;

  it('is spoken of only when asked for', async () => {
    const client = await readyClient(standin);
    await answersPing(client);
    expect(client.messages.some((message) => message.sessionResumptionUpdate !== undefined)).toBe(false);
  });

  it('restores the context, and is not possible while an answer is given', async () => {
    const first = await readyClient(standin, asks);
    await first.until(isHandle);
    say(first, 2);
    await standin.next('heard');
    const isUpdate = (message: ServerMessage) => message.sessionResumptionUpdate !== undefined;
    expect((await first.until(isUpdate)).sessionResumptionUpdate).toEqual({});
    await finished(first);
    const handle = handleOf(await first.until(isHandle)) ?? '';
    first.ws.close();
    await standin.next('closed');

    const second = await readyClient(standin, { sessionResumption: { handle } });
    say(second, 1);
    await standin.next('heard');
    const { usageMetadata } = await finished(second);
    expect(usageMetadata?.promptTokenCount).toBe(50 + 15 + 25);
    expect(second.messages[0]?.setupComplete?.sessionId).toBe(first.messages[0]?.setupComplete?.sessionId);
  });

  it('with an older handle loses what came after it', async () => {
    const first = await readyClient(standin, asks);
    const handle = handleOf(await first.until(isHandle)) ?? '';
    say(first, 2);
    await standin.next('heard');
    await finished(first);
    first.ws.close();
    await standin.next('closed');
    const second = await readyClient(standin, { sessionResumption: { handle } });
    say(second, 1);
    await standin.next('heard');
    expect((await finished(second)).usageMetadata?.promptTokenCount).toBe(25);
  });

  it.each([
    ['an unknown handle', async () => 'nobody'],
    [
      'a handle that was used',
      async () => {
        const handle = await leftHandle();
        const client = await readyClient(standin, { sessionResumption: { handle } });
        client.ws.close();
        await standin.next('closed');
        return handle;
      },
    ],
    [
      'a handle of more than two hours ago',
      async () => {
        const handle = await leftHandle();
        clock.advance(2 * 60 * MINUTE + 1);
        return handle;
      },
    ],
  ])('refuses %s with 1007', async (_, handle) => {
    const client = await rawClient(standin);
    client.send({
      setup: { model: 'models/gemini-3.8-live', sessionResumption: { handle: await handle() } },
    });
    expect((await client.closed).code).toBe(1007);
  });

  it('refuses with 1011 while the earlier socket is open', async () => {
    const first = await readyClient(standin, asks);
    const handle = handleOf(await first.until(isHandle));
    const second = await rawClient(standin);
    second.send({ setup: { model: 'models/gemini-3.8-live', sessionResumption: { handle } } });
    expect((await second.closed).code).toBe(1011);
    first.ws.close();
    await standin.next('closed');
    await standin.next('closed');
    await readyClient(standin, { sessionResumption: { handle } });
  });

  it('does not make a session older than 15 minutes without compression', async () => {
    const first = await readyClient(standin, asks);
    const handle = handleOf(await first.until(isHandle)) ?? '';
    clock.advance(8 * MINUTE);
    first.ws.close();
    await standin.next('closed');
    const second = await readyClient(standin, { sessionResumption: { handle } });
    clock.advance(7 * MINUTE - 1);
    await answersPing(second);
    clock.advance(1);
    expect((await second.closed).code).toBe(1008);
  });

  async function leftHandle(): Promise<string> {
    const client = await readyClient(standin, asks);
    const handle = handleOf(await client.until(isHandle)) ?? '';
    client.ws.close();
    await standin.next('closed');
    return handle;
  }
});

/** Lets the clock go on until the turn is over. */
async function finished(client: RawClient): Promise<ServerMessage> {
  let done: ServerMessage | undefined;
  const complete = client.until(isTurnComplete).then((message) => {
    done = message;
    return message;
  });
  while (done === undefined) {
    clock.advance(20);
    await new Promise(setImmediate);
  }
  return complete;
}

/** Once the answer is there, everything sent before it has come as well. */
async function answersPing(client: RawClient): Promise<void> {
  const pong = new Promise((resolve) => client.ws.once('pong', resolve));
  client.ws.ping();
  await pong;
}
