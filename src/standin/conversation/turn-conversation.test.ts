import { describe, expect, it } from 'vitest';
import { serviceRig } from '../../../test/rig/engines.ts';
import {
  isAudio,
  isTurnComplete,
  kinds,
  MANUAL,
  type RawClient,
  readyClient,
  type ScriptedAnswerer,
  say,
  scriptedAnswerer,
  silence,
  tone,
} from '../../../test/rig/standin.ts';
import { nearSilent, noAudio, rejected } from '../faults/faults.ts';
import { IN_RATE, OUT_RATE } from '../protocol/sound.ts';

const BOTH = { inputAudioTranscription: {}, outputAudioTranscription: {} };

let answerer: ScriptedAnswerer;
const rig = serviceRig(() => {
  answerer = scriptedAnswerer();
  return { answerer };
});

const samplesOf = (data: string) => Buffer.from(data, 'base64').length / 2;

describe('a turn with manual activity', () => {
  it('is heard whole and answered in the promised order', async () => {
    const client = await readyClient(rig.standin, BOTH);
    say(client, 1.5);
    await client.until(isTurnComplete);
    expect(kinds(client.messages)).toEqual([
      'setupComplete',
      'inputTranscription',
      'modelTurn+outputTranscription',
      'modelTurn',
      'modelTurn+outputTranscription',
      'modelTurn',
      'generationComplete',
      'interactionStatus+turnComplete',
    ]);
    expect(answerer.asked).toEqual([1.5]);
    const parts = client.messages.flatMap((message) => message.serverContent?.modelTurn?.parts ?? []);
    expect(new Set(parts.map((part) => part.inlineData?.mimeType))).toEqual(
      new Set(['audio/pcm;rate=24000']),
    );
    const sent = parts.reduce((sum, part) => sum + samplesOf(part.inlineData?.data ?? ''), 0);
    expect(sent).toBe(0.6 * OUT_RATE);
    const said = client.messages
      .map((message) => message.serverContent?.outputTranscription?.text ?? '')
      .join('');
    expect(said).toBe('Where is the bathroom, please?');
  });

  it('gives texts with their language: of the output unasked, of the input when asked for', async () => {
    const client = await readyClient(rig.standin);
    say(client);
    await client.until(isTurnComplete);
    expect(kinds(client.messages)).toEqual([
      'setupComplete',
      'modelTurn+outputTranscription',
      'modelTurn',
      'modelTurn+outputTranscription',
      'modelTurn',
      'generationComplete',
      'interactionStatus+turnComplete',
    ]);
    const other = await readyClient(rig.standin, BOTH);
    say(other);
    const heard = await other.until((message) => message.serverContent?.inputTranscription !== undefined);
    expect(heard.serverContent?.inputTranscription).toEqual({
      text: '¿Dónde está el baño?',
      languageCode: 'es',
    });
  });

  it('takes other rates when the type names them, and JSON in binary frames', async () => {
    const client = await readyClient(rig.standin);
    client.send(Buffer.from(JSON.stringify({ realtime_input: { activity_start: {} } })));
    client.audio(tone(1, 48_000), 'audio/pcm;rate=48000');
    client.send({ realtimeInput: { activityEnd: {} } });
    await client.until(isTurnComplete);
    expect(answerer.asked).toEqual([1]);
  });

  it('ends an utterance without sound with turnComplete alone', async () => {
    const client = await readyClient(rig.standin);
    client.send({ realtimeInput: { activityStart: {} } });
    client.send({ realtimeInput: { activityEnd: {} } });
    await client.until(isTurnComplete);
    expect(client.messages.some(isAudio)).toBe(false);
    expect(answerer.asked).toEqual([]);
  });

  it.each([
    ['sound before the activity', (client: RawClient) => client.audio(tone(0.1, IN_RATE))],
    [
      'sound after it',
      (client: RawClient) => {
        say(client, 0.5);
        client.audio(tone(0.1, IN_RATE));
      },
    ],
    [
      'text in it',
      (client: RawClient) => {
        client.send({ realtimeInput: { activityStart: {} } });
        client.send({ realtimeInput: { text: 'hola' } });
      },
    ],
  ])('ends the session over %s', async (_, send) => {
    const client = await readyClient(rig.standin);
    send(client);
    expect(await client.closed).toEqual({ code: 1007, reason: 'Precondition check failed.' });
  });
});

describe('an interruption', () => {
  it('ends the answer with interrupted, then turnComplete, without generationComplete', async () => {
    rig.standin.script.nextTurn({ answer: { pcm24k: tone(20, OUT_RATE) } });
    const client = await readyClient(rig.standin, BOTH);
    say(client);
    await client.until(isAudio);
    client.send({ realtimeInput: { activityStart: {} } });
    await client.until(isTurnComplete);
    const order = kinds(client.messages);
    expect(order.slice(-2)).toEqual(['interrupted', 'interactionStatus+turnComplete']);
    expect(order).not.toContain('generationComplete');
    expect(rig.standin.connections[0]?.turns[0]?.outcome).toBe('interrupted');
    client.audio(tone(0.5, IN_RATE));
    client.send({ realtimeInput: { activityEnd: {} } });
    await client.until(isTurnComplete);
    expect(rig.standin.connections[0]?.turns[1]?.outcome).toBe('complete');
  });

  it('does not happen under NO_INTERRUPTION: the next answer waits', async () => {
    const client = await readyClient(rig.standin, {
      realtimeInputConfig: { ...MANUAL, activityHandling: 'NO_INTERRUPTION' },
    });
    say(client);
    say(client);
    await client.until(isTurnComplete);
    await client.until(isTurnComplete);
    const order = kinds(client.messages);
    expect(order.filter((kind) => kind === 'generationComplete')).toHaveLength(2);
    expect(order).not.toContain('interrupted');
  });
});

describe('automatic activity', () => {
  const automatic = (more: object = {}) => ({ realtimeInputConfig: { automaticActivityDetection: more } });

  it('finds the utterance in the stream and answers after silenceDurationMs of silence', async () => {
    const client = await readyClient(rig.standin, {
      ...automatic({ silenceDurationMs: 400, prefixPaddingMs: 40 }),
    });
    client.audio(silence(1));
    client.audio(tone(1, IN_RATE));
    client.audio(silence(0.38));
    client.audio(tone(0.5, IN_RATE));
    client.audio(silence(0.5));
    await client.until(isTurnComplete);
    expect(rig.standin.connections[0]?.turns).toHaveLength(1);
    // 300 ms before the start, 1.88 s of speech with its pause, the 400 ms that ended it
    expect(answerer.asked[0]).toBeCloseTo(2.58, 1);
  });

  it('does not end the utterance at audioStreamEnd', async () => {
    const client = await readyClient(rig.standin, automatic());
    client.audio(tone(1, IN_RATE));
    client.send({ realtimeInput: { audioStreamEnd: true } });
    client.audio(tone(1, IN_RATE));
    client.audio(silence(1));
    await client.until(isTurnComplete);
    expect(rig.standin.connections[0]?.turns).toHaveLength(1);
    expect(answerer.asked[0]).toBeGreaterThan(2);
  });

  it('speech interrupts the answer', async () => {
    rig.standin.script.nextTurn({ answer: { pcm24k: tone(20, OUT_RATE) } });
    const client = await readyClient(rig.standin, automatic());
    client.audio(tone(1, IN_RATE));
    client.audio(silence(1.1));
    await client.until(isAudio);
    client.audio(tone(1, IN_RATE));
    await client.until((message) => message.serverContent?.interrupted === true);
    await client.until(isTurnComplete);
  });
});

describe('typed text', () => {
  const user = (text: string) => ({ role: 'user', parts: [{ text }] });

  it('is answered when the turn is complete', async () => {
    const client = await readyClient(rig.standin, BOTH);
    client.send({ clientContent: { turns: [user('Guten'), user('Tag')] } });
    client.send({ clientContent: { turns: [user('¿Dónde está el baño?')], turnComplete: true } });
    await client.until(isTurnComplete);
    expect(answerer.asked).toEqual(['¿Dónde está el baño?']);
  });

  it('may be preceded by history that was announced, which is counted', async () => {
    const client = await readyClient(rig.standin, { historyConfig: { initialHistoryInClientContent: true } });
    client.send({
      clientContent: {
        turns: [user('x'.repeat(400)), { role: 'model', parts: [{ text: 'y' }] }],
        turnComplete: true,
      },
    });
    client.send({ realtimeInput: { text: 'Hello' } });
    const done = await client.until(isTurnComplete);
    expect(answerer.asked).toEqual(['Hello']);
    expect(done.usageMetadata?.promptTokenCount).toBe(100 + 1 + 2);
  });
});

describe('usage', () => {
  it('counts the whole context again in every turn', async () => {
    const client = await readyClient(rig.standin, {
      systemInstruction: { parts: [{ text: 'i'.repeat(400) }] },
    });
    say(client, 2);
    const first = await client.until(isTurnComplete);
    expect(first.usageMetadata).toEqual({
      promptTokenCount: 100 + 50,
      responseTokenCount: 15,
      totalTokenCount: 165,
      promptTokensDetails: [
        { modality: 'TEXT', tokenCount: 100 },
        { modality: 'AUDIO', tokenCount: 50 },
      ],
      responseTokensDetails: [{ modality: 'AUDIO', tokenCount: 15 }],
    });
    say(client, 1);
    const second = await client.until(isTurnComplete);
    expect(second.usageMetadata?.promptTokenCount).toBe(100 + 50 + 15 + 25);
  });

  it('is capped by compression, which drops the oldest turns and keeps the instruction', async () => {
    const client = await readyClient(rig.standin, {
      systemInstruction: { parts: [{ text: 'i'.repeat(40) }] },
      contextWindowCompression: { triggerTokens: '100', slidingWindow: { targetTokens: 60 } },
    });
    const prompts: (number | undefined)[] = [];
    for (let turn = 0; turn < 4; turn++) {
      say(client, 1);
      prompts.push((await client.until(isTurnComplete)).usageMetadata?.promptTokenCount);
    }
    // 40 tokens a turn; before the fourth the context has 130 > 100, and falls to 50 <= 60
    expect(prompts).toEqual([35, 75, 115, 75]);
  });
});

describe('changed answers', () => {
  it('may have no sound, a reason, or sound with nothing in it', async () => {
    rig.standin.script.nextTurn(noAudio).nextTurn(rejected).nextTurn(nearSilent(0.5));
    const client = await readyClient(rig.standin);
    say(client);
    await client.until(isTurnComplete);
    expect(client.messages.some(isAudio)).toBe(false);
    say(client);
    expect((await client.until(isTurnComplete)).serverContent?.turnCompleteReason).toBe('RESPONSE_REJECTED');
    say(client);
    await client.until(isTurnComplete);
    const parts = client.messages.flatMap((message) => message.serverContent?.modelTurn?.parts ?? []);
    const loudest = parts.map(({ inlineData }) => {
      const bytes = Buffer.from(inlineData?.data ?? '', 'base64');
      return Math.max(
        ...Array.from({ length: bytes.length / 2 }, (_, i) => Math.abs(bytes.readInt16LE(i * 2))),
      );
    });
    expect(Math.max(...loudest)).toBe(3);
  });

  it('may come out of order', async () => {
    rig.standin.script
      .nextTurn({ order: 'input transcription after the turn' })
      .nextTurn({ order: 'output transcription after the turn' })
      .nextTurn({ order: 'turnComplete before the last sound' });
    const client = await readyClient(rig.standin, BOTH);
    say(client);
    await client.until((message) => message.serverContent?.inputTranscription !== undefined);
    expect(kinds(client.messages).slice(-2)).toEqual([
      'interactionStatus+turnComplete',
      'inputTranscription',
    ]);
    say(client);
    await client.until(isTurnComplete);
    await client.until((message) => message.serverContent?.outputTranscription !== undefined);
    expect(kinds(client.messages).slice(-2)).toEqual([
      'interactionStatus+turnComplete',
      'outputTranscription',
    ]);
    say(client);
    await client.until(isTurnComplete);
    await client.until(isAudio);
    await client.until((message) => message.serverContent?.generationComplete === true);
  });
});
