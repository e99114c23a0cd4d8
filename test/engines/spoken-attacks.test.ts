import { describe, expect, it } from 'vitest';
import type { Interpreter } from '../../src/interpreters/interpreter.ts';
import type { Languages } from '../../src/kiosk/languages.ts';
import type { Content } from '../../src/standin/protocol/messages.ts';
import { OUT_RATE } from '../../src/standin/protocol/sound.ts';
import { engineRig } from '../rig/engines.ts';
import { gathering, LANGUAGES, never, spokenTurn } from '../rig/live.ts';
import { SPOKEN_ATTACKS } from '../rig/spoken-attacks.ts';
import { tone } from '../rig/standin.ts';
import { GUEST_SPEAKS } from '../rig/translate.ts';

/** Guests say what sounds like orders to a model: it never gets into an instruction, nor into another's mouth. */

const rig = engineRig();

/** Each word tells whose it is. */
const OF_THE_GUEST = 'ayudar';
const OF_THE_TRANSLATION = 'help me';
/** Longer ones would be spoken for minutes. */
const MOST = 150;

async function attacked(
  engine: Interpreter,
  attacks: readonly string[],
  languages: Languages,
): Promise<void> {
  for (const attack of attacks) {
    const words = attack.slice(0, MOST);
    const answer = {
      heard: { text: `¿Me puede ${OF_THE_GUEST}, por favor? ${words}`, languageCode: 'es' },
      said: { text: `Can you ${OF_THE_TRANSLATION}, please? ${words}`, languageCode: 'en' },
    };
    rig.standin.script.nextTurn({ answer: { ...answer, pcm24k: tone(0.6, OUT_RATE) } });
    rig.standin.script.nextRequest('hear', { answer });
    const result = await engine.interpret(spokenTurn(0.3), languages, gathering(), never);
    expect(result.outcome).toBe('translated');
  }
}

const textsOf = (contents: readonly Content[], role: string) =>
  contents
    .filter((content) => content.role === role)
    .flatMap(({ parts = [] }) => parts.flatMap(({ text }) => (text === undefined ? [] : [text])));

/** One instruction without a past and one with it, whatever was said. */
function expectTwo(instructions: readonly unknown[]): void {
  const different = [...new Set(instructions.map((one) => JSON.stringify(one)))];
  expect(different).toHaveLength(2);
  for (const instruction of different) expect(instruction).not.toMatch(/ayudar|help me|obey/i);
}

function expectOwnWords(contents: readonly Content[]): void {
  expect(contents.map(({ role }) => role).join()).toMatch(/^(user,model)(,user,model)?$/);
  for (const text of textsOf(contents, 'user')) {
    expect(text).toContain(OF_THE_GUEST);
    expect(text).not.toContain(OF_THE_TRANSLATION);
  }
  for (const text of textsOf(contents, 'model')) {
    expect(text).toContain(OF_THE_TRANSLATION);
    expect(text).not.toContain(OF_THE_GUEST);
  }
}

interface Asked {
  readonly systemInstruction?: unknown;
  readonly contents: readonly Content[];
}

describe('spoken orders', () => {
  it('are in no instruction of a dialogue, and in history as what their speaker said', async () => {
    await attacked(rig.dialogue({ spareIdleMs: 0 }), SPOKEN_ATTACKS, LANGUAGES);
    const sessions = rig.standin.connections;
    expectTwo(sessions.map(({ setup }) => (setup as Asked).systemInstruction));
    const histories = sessions.flatMap(({ history }) => (history === undefined ? [] : [history]));
    expect(histories).toHaveLength(SPOKEN_ATTACKS.length - 1);
    histories.forEach(expectOwnWords);
  });

  it('are in no instruction of the cascade: before the utterance as what their speaker said, spoken as they stand', async () => {
    await attacked(rig.cascade({ style: 'calm' }), SPOKEN_ATTACKS, LANGUAGES);
    expectHeard();
    expectSpoken();
  });

  /** Each in one part of the user's behind the history, whose answers have the form of the model's. */
  function expectHeard(): void {
    const bodies = rig.standin.requests
      .filter(({ kind }) => kind === 'hear')
      .map(({ body }) => body as Asked);
    expectTwo(bodies.map(({ systemInstruction }) => systemInstruction));
    for (const { contents } of bodies.slice(1)) {
      const earlier = contents.slice(0, -1);
      expectOwnWords(earlier);
      for (const text of textsOf(earlier, 'model'))
        expect(Object.keys(JSON.parse(text))).toEqual(['understood', 'translation']);
      expect(contents.at(-1)).toMatchObject({ role: 'user', parts: [{ inlineData: {} }] });
      expect(contents.at(-1)?.parts).toHaveLength(1);
    }
  }

  /** One text, without tags for the voice, beside a style that is the desk's. */
  function expectSpoken(): void {
    const bodies = rig.standin.requests
      .filter(({ kind }) => kind === 'speak')
      .map(({ body }) => body as Asked);
    expect(bodies).toHaveLength(SPOKEN_ATTACKS.length);
    const rest = bodies.map(({ contents, ...others }) => {
      const text = contents[0]?.parts?.[0]?.text ?? '';
      expect(text).toContain(OF_THE_TRANSLATION);
      expect(text).not.toMatch(/[<>[\]\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\u{e0000}-\u{e007f}]/u);
      return JSON.stringify({ ...others, contents }).replace(JSON.stringify(text), '');
    });
    expect(new Set(rest).size).toBe(1);
    expect(rest[0]).toContain('"speechMetadata":{"style":"calm"}');
    expect(rest[0]).not.toContain('systemInstruction');
  }

  it('reach no later session of Live Translate', async () => {
    await attacked(rig.translate({ spareIdleMs: 0 }), SPOKEN_ATTACKS.slice(0, 5), GUEST_SPEAKS);
    const sessions = rig.standin.connections;
    expect(new Set(sessions.map(({ setup }) => JSON.stringify(setup))).size).toBe(1);
    expect(JSON.stringify(sessions[0]?.setup)).not.toContain('systemInstruction');
    expect(sessions.flatMap(({ messages }) => messages.map(({ type }) => type))).not.toContain(
      'clientContent',
    );
  });
});
