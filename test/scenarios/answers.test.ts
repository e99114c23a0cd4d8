import { describe, expect, it } from 'vitest';
import {
  heardAs,
  neverEnded,
  saidAgain,
  textInPlaceOfSound,
  wordsWithoutSound,
} from '../../src/standin/faults/faults.ts';
import type { TurnStep } from '../../src/standin/faults/script.ts';
import { OUT_RATE, type SoundForm } from '../../src/standin/protocol/sound.ts';
import { seeded } from '../rig/random.ts';
import { allIsWell, heardWhole, statusOf, TRANSLATION, turnWith } from './scenario.ts';
import { scenarios } from './scenarios.ts';
import { asked, HOST, keepsStill, SOON, speaks, words } from './speakers.ts';

/** The service answers in forms that nobody expects: people hear their translation, once, and nothing else. */

const open = scenarios();

/** Chunks of 40 ms. */
const CHUNKS = Math.ceil(TRANSLATION.length / (0.04 * OUT_RATE));
const TEXT = 'Breakfast is served from seven to ten.';

const again = (afterMs: number) => saidAgain(CHUNKS, afterMs, TEXT, TRANSLATION);
/** With the noise of a room in it, which never ends: -51 dBFS. */
const random = seeded(1);
const NOISY = TRANSLATION.map((sample) => sample + Math.round(300 * (random() - 0.5)));
const sound = (form: SoundForm): TurnStep => ({ sound: form });

describe('a translation that comes', () => {
  it.each<[string, readonly TurnStep[]]>([
    ['in messages that end within a sample', [sound({ odd: true })]],
    ['at 48 kHz', [sound({ mimeType: 'audio/pcm;rate=48000', rateHz: 48_000 })]],
    ['in a WAV file of 16 kHz', [sound({ mimeType: 'audio/wav', file: true, rateHz: 16_000, odd: true })]],
    ['as text, without sound', textInPlaceOfSound(TEXT)],
    ['in words of a sound that stays away', [wordsWithoutSound]],
    ['again after 1.5 s', again(1500)],
    ['again after 3 s, three times', [...again(3000), ...again(3000), ...again(3000)]],
    ['without an end', [neverEnded]],
    ['without an end, over noise', [neverEnded, { answer: { pcm24k: NOISY } }]],
  ])(
    '%s is heard whole, once',
    async (_, steps) => {
      const counter = await open({ engines: ['dialogue', 'cascade'] });
      await counter.ready();
      counter.standin.script.nextTurn(...steps);
      const { turn, releasedMs } = await turnWith(counter, 'idle', () => {});
      expect(turn).toMatchObject({ outcome: 'translated', attempts: 1 });
      await counter.desk.passes(counter.desk.now() + 5000);
      await heardWhole(counter, releasedMs);
      await allIsWell(counter);
    },
    90_000,
  );
});

it('a translation in words alone is asked for again at a desk without the cascade', async () => {
  const counter = await open();
  await counter.ready();
  counter.standin.script.nextTurn(wordsWithoutSound);
  const { turn, releasedMs } = await turnWith(counter, 'idle', () => {});
  expect(turn).toMatchObject({ outcome: 'translated', attempts: 2 });
  await heardWhole(counter, releasedMs);
}, 60_000);

describe('a transcription in a language that nobody spoke', () => {
  const HINDI = 'क्या आप मुझे कमरे की चाबी दे सकते हैं कृपया';
  const LEDS = { host: 20, guest: 21, 'language-es': 24, 'language-fr': 25 };
  const spanish = words('Desde las siete hasta las diez de la mañana.', 'es');

  it('leaves the host the host, and the guest the guest’s language: all that is said goes on in the right one', async () => {
    const counter = await open({ leds: LEDS, standin: SOON });
    await counter.ready();
    const first = await speaks(counter, words(HINDI), spanish);
    expect(first.turn).toMatchObject({ outcome: 'translated', from: 'en', to: 'es', attempts: 1 });
    expect((await statusOf(counter)).languages.guest).toEqual({ code: 'es', by: 'default' });
    expect(await keepsStill(counter, 'language-es')).toBe(true);
    const second = await speaks(counter, HOST, spanish);
    expect(second.turn).toMatchObject({ outcome: 'translated', from: 'en', to: 'es', attempts: 1 });
    expect(second.instruction).toContain('If you hear English, say it in Spanish.');
    expect(asked(counter).join()).not.toContain('Hindi');
  }, 60_000);

  it('for a silence, of which nothing was understood, makes nobody speak it', async () => {
    const counter = await open({ standin: SOON });
    await counter.ready();
    const heard = words('ご視聴ありがとうございました', 'ja');
    const { turn } = await speaks(counter, heard, words('No he entendido, lo siento.', 'es'));
    expect(turn).toMatchObject({ outcome: 'not understood', attempts: 1 });
    expect((await statusOf(counter)).languages.guest).toEqual({ code: 'es', by: 'default' });
  }, 60_000);

  it('is that of a guest where the translation agrees', async () => {
    const counter = await open({ standin: SOON });
    await counter.ready();
    counter.standin.script.nextTurn(heardAs(HINDI));
    const { turn } = await turnWith(counter, 'idle', () => {});
    expect(turn).toMatchObject({ outcome: 'translated', from: 'hi', to: 'en', attempts: 1 });
    expect((await statusOf(counter)).languages.guest).toEqual({ code: 'hi', by: 'detected' });
  }, 60_000);
});
