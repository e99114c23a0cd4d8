import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Garbled, Intake, MAX_MESSAGE_BYTES, readMessage } from './message.ts';

const readText = (json: string) => readMessage(Buffer.from(json));

const nested = (depth: number) => `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`;

describe('a message of the service', () => {
  it('is read as far as it is used; null, and what else it holds, is left out', () => {
    const message = {
      setupComplete: null,
      serverContent: {
        modelTurn: {
          parts: [{ inlineData: { data: 'AAAA', mimeType: 'audio/pcm' }, other: 1 }, { text: 'a' }],
        },
        inputTranscription: { text: 'Hola.', languageCode: 'es', finished: true },
        interrupted: null,
        turnComplete: true,
        turnCompleteReason: 'NEED_MORE_INPUT',
      },
      usageMetadata: { promptTokenCount: 7 },
      voiceActivity: {},
    };
    const read = readText(JSON.stringify(message));
    expect(JSON.parse(JSON.stringify(read))).toEqual({
      serverContent: {
        modelTurn: { parts: [{ inlineData: { data: 'AAAA', mimeType: 'audio/pcm' } }, { text: 'a' }] },
        inputTranscription: { text: 'Hola.', languageCode: 'es' },
        turnComplete: true,
      },
      usageMetadata: { promptTokenCount: 7 },
    });
  });

  it.each([
    ['no JSON', '{"serverContent":'],
    ['a list', '[]'],
    ['a number', '7'],
    ['of another form', '{"serverContent":{"modelTurn":{"parts":{}}}}'],
    ['nested too deeply', nested(40)],
    ['of too many values', `{"a":[${'0,'.repeat(20_000)}0]}`],
    [
      'of too long a text',
      JSON.stringify({ serverContent: { inputTranscription: { text: 'a'.repeat(20_000) } } }),
    ],
  ])('that is %s is refused', (_, json) => {
    expect(() => readText(json)).toThrow(Garbled);
  });

  it('is not refused for what only looks like structure', () => {
    const text = '\\"[[[{{{,,,'.repeat(200);
    const json = JSON.stringify({ serverContent: { inputTranscription: { text } }, other: '\\' });
    expect(readText(json).serverContent?.inputTranscription?.text).toBe(text);
  });

  it('cannot change what any object inherits', () => {
    const read = readText('{"serverContent":{"__proto__":{"turnComplete":true}},"__proto__":{"goAway":{}}}');
    expect(read.goAway).toBeUndefined();
    expect(read.serverContent?.turnComplete).toBeUndefined();
    expect(({} as { goAway?: unknown }).goAway).toBeUndefined();
  });

  it('is either read or refused, whatever comes; a refusal quotes nothing of it', () => {
    const secret = 'wq7x';
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (json) => {
        try {
          readText(json.replaceAll('a', secret));
        } catch (error) {
          expect(error).toBeInstanceOf(Garbled);
          expect((error as Error).message).not.toContain(secret);
        }
      }),
    );
  });
});

describe('what comes over a connection', () => {
  it('is too much beyond 4 MiB or 1,000 messages in a second', () => {
    const [some, many] = [new Intake(), new Intake()];
    expect(Array.from({ length: 5 }, (_, i) => some.exceeds(MAX_MESSAGE_BYTES, i))).toEqual([
      ...Array.from({ length: 4 }, () => false),
      true,
    ]);
    expect(some.exceeds(1, 1000)).toBe(false);
    for (let i = 0; i < 1000; i += 1) expect(many.exceeds(1, i / 10)).toBe(false);
    expect(many.exceeds(1, 100)).toBe(true);
  });
});
