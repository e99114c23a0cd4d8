import { describe, expect, it } from 'vitest';
import { serviceRig } from '../../../test/rig/engines.ts';
import {
  isAudio,
  type RawClient,
  readyClient,
  type ScriptedAnswerer,
  scriptedAnswerer,
  silence,
  tone,
} from '../../../test/rig/standin.ts';
import type { ServerMessage } from '../protocol/messages.ts';
import { IN_RATE, OUT_RATE } from '../protocol/sound.ts';

let answerer: ScriptedAnswerer;
const rig = serviceRig(() => {
  answerer = scriptedAnswerer();
  return { answerer };
});

const translator = (setup: object = {}): Promise<RawClient> =>
  readyClient(rig.standin, {
    model: 'models/gemini-3.5-live-translate-preview',
    inputAudioTranscription: {},
    outputAudioTranscription: {},
    ...setup,
  });

const pcmOf = (message: ServerMessage) =>
  Buffer.from(message.serverContent?.modelTurn?.parts[0]?.inlineData?.data ?? '', 'base64');
const isLoud = (message: ServerMessage) => isAudio(message) && pcmOf(message).some((byte) => byte !== 0);
const isSilent = (message: ServerMessage) => isAudio(message) && !isLoud(message);
const ofTurns = ['turnComplete', 'generationComplete', 'interrupted'];

describe('the translate model', () => {
  it('answers with silence, speech in its place, and silence again, and never ends a turn', async () => {
    const client = await translator();
    client.audio(silence(0.5));
    await client.until(isSilent);
    client.audio(tone(1, IN_RATE));
    client.audio(silence(1.2));
    await client.until(isLoud);
    await client.until(isSilent);
    await client.until(isSilent);
    expect(new Set(client.messages.filter(isAudio).map((message) => pcmOf(message).length))).toEqual(
      new Set([(OUT_RATE / 4) * 2]),
    );
    expect(client.messages.some((m) => ofTurns.some((name) => name in (m.serverContent ?? {})))).toBe(false);
    const texts = client.messages.map((message) => message.serverContent);
    expect(texts.map((text) => text?.outputTranscription?.text ?? '').join('')).toBe(
      'Where is the bathroom, please?',
    );
    expect(texts.find((text) => text?.outputTranscription)?.outputTranscription?.languageCode).toBe('en');
  });

  it('hears silence where no sound comes', async () => {
    const client = await translator();
    client.audio(tone(1, IN_RATE));
    await client.until(isLoud);
    expect(answerer.asked).toHaveLength(1);
  });

  it('accepts activity signals, without effect', async () => {
    const client = await translator({
      realtimeInputConfig: { automaticActivityDetection: { disabled: true } },
    });
    client.send({ realtimeInput: { activityStart: {} } });
    client.audio(tone(1, IN_RATE));
    client.send({ realtimeInput: { activityEnd: {} } });
    await client.until(isLoud);
  });

  it('is silent when the target language is spoken, or echoes it when asked', async () => {
    const target = (echoTargetLanguage: boolean) =>
      translator({
        generationConfig: { translationConfig: { targetLanguageCode: 'es-ES', echoTargetLanguage } },
      });
    const quiet = await target(false);
    quiet.audio(tone(1, IN_RATE));
    await rig.standin.next('said');
    await quiet.until(isSilent);
    expect(quiet.messages.some(isLoud)).toBe(false);
    const echoing = await target(true);
    echoing.audio(tone(1, IN_RATE));
    await rig.standin.next('said');
    const texts = echoing.messages.map((message) => message.serverContent?.outputTranscription?.text ?? '');
    expect(texts.join('')).toBe('¿Dónde está el baño?');
  });

  it('bills in increments', async () => {
    const client = await translator();
    client.audio(tone(2, IN_RATE));
    const isBill = (message: ServerMessage) => message.usageMetadata !== undefined;
    const bill = (await client.until(isBill)).usageMetadata;
    expect(bill).toMatchObject({ promptTokenCount: 50, responseTokenCount: 25 });
    expect((await client.until(isBill)).usageMetadata?.promptTokenCount).toBe(0);
  });

  it('follows the script', async () => {
    rig.standin.script.nextTurn({
      at: { chunks: 2 },
      do: 'close',
      code: 1011,
      reason: 'Internal error encountered.',
    });
    const client = await translator();
    client.audio(tone(1, IN_RATE));
    expect((await rig.standin.next('firstAudio')).turn.number).toBe(1);
    expect((await client.closed).code).toBe(1011);
    expect(client.messages.filter(isLoud)).toHaveLength(2);
  });
});
