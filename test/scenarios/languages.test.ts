import { describe, expect, it } from 'vitest';
import { flashes, type Look, SLOW } from '../../src/kiosk/shown/looks.ts';
import type { TurnStep } from '../../src/standin/faults/script.ts';
import { type Counter, tap } from '../rig/counter.ts';
import {
  heardBeginning,
  heardCue,
  heardPrompt,
  heardWhole,
  lightShows,
  statusOf,
  TRANSLATION,
  turnWith,
  UTTERANCE,
} from './scenario.ts';
import { scenarios } from './scenarios.ts';
import {
  asked,
  FRENCH,
  GERMAN,
  HOST,
  IN_ENGLISH,
  ITALIAN,
  keepsStill,
  SOON,
  SPANISH,
  speaks,
  words,
} from './speakers.ts';

/** Who speaks what: people of several languages at one desk, and nobody touches a setting. */

const open = scenarios();

const LANGUAGE_LEDS = { 'language-es': 24, 'language-fr': 25, 'language-it': 26 };

/** A desk with lights for Spanish, French and Italian, whose guests are taken for Portuguese until they are heard. */
async function opened(config = '', more: Parameters<typeof open>[0] = {}): Promise<Counter> {
  const counter = await open({
    config: `[languages]\nguest = "pt"\n${config}`,
    leds: LANGUAGE_LEDS,
    standin: SOON,
    ...more,
  });
  await counter.ready();
  return counter;
}

/** Until of the lights of languages this one is lit and no other. */
async function showsOnly({ desk }: Counter, shown: string | undefined): Promise<void> {
  for (const led of Object.keys(LANGUAGE_LEDS)) await desk.untilLed(led, led === `language-${shown}`);
}

/** Somebody chooses the guest's language by command. */
async function choose({ control }: Counter, language: string): Promise<void> {
  const { code } = await control('PUT', '/language', JSON.stringify({ language }));
  expect(code).toBe(200);
}

const TWO_BUTTONS = {
  desk: { buttons: { host: 6, guest: 13 } },
  buttons: '"talk-host" = 6\n"talk-guest" = 13\n',
};

const spanish = words('Desde las siete hasta las diez.', 'es');
const french = words('De sept heures à dix heures.', 'fr');
const italian = words('Dalle sette alle dieci.', 'it');
const portuguese = words('Das sete às dez horas.', 'pt');

describe('guests of several languages, at one button', () => {
  it('are each translated at once, and answered in the language that they were heard to speak', async () => {
    const counter = await opened();
    const first = await speaks(counter, SPANISH, IN_ENGLISH);
    expect(first.turn).toMatchObject({ outcome: 'translated', from: 'es', to: 'en', attempts: 1 });
    expect(first.instruction).toContain('If you hear Portuguese or any other language, say it in English.');
    await showsOnly(counter, 'es');
    const reply = await speaks(counter, HOST, spanish);
    expect(reply.turn).toMatchObject({ outcome: 'translated', from: 'en', to: 'es', attempts: 1 });
    expect(reply.instruction).toContain('If you hear English, say it in Spanish.');

    let held = 'Spanish';
    for (const [guest, language, inGuests] of [
      [FRENCH, 'French', french],
      [ITALIAN, 'Italian', italian],
    ] as const) {
      const code = inGuests.languageCode;
      const once = await speaks(counter, guest, IN_ENGLISH);
      expect(once.turn).toMatchObject({ outcome: 'translated', from: code, to: 'en', attempts: 1 });
      expect(once.instruction).toContain(`If you hear ${held} or any other language, say it in English.`);
      await speaks(counter, guest, IN_ENGLISH);
      await showsOnly(counter, code);
      const { turn, instruction } = await speaks(counter, HOST, inGuests);
      expect(turn).toMatchObject({ outcome: 'translated', from: 'en', to: code, attempts: 1 });
      expect(instruction).toContain(`If you hear English, say it in ${language}.`);
      held = language;
    }
  }, 90_000);

  it('keep their language in spite of stray words, and of one utterance in another one, but not of two', async () => {
    const counter = await opened();
    await speaks(counter, SPANISH, IN_ENGLISH);
    for (const [stray, translated] of [
      ['Merci', 'Thank you'],
      ['Oui', 'Yes'],
    ] as const) {
      const { turn } = await speaks(counter, words(stray, 'fr'), words(translated, 'en'));
      expect(turn).toMatchObject({ outcome: 'translated', from: 'fr', to: 'en' });
    }
    await speaks(counter, FRENCH, IN_ENGLISH);
    const reply = await speaks(counter, HOST, spanish);
    expect(reply.turn).toMatchObject({ from: 'en', to: 'es', attempts: 1 });
    expect(reply.instruction).toContain('If you hear English, say it in Spanish.');
    await showsOnly(counter, 'es');
    // The host's words between them do not part the two.
    await speaks(counter, FRENCH, IN_ENGLISH);
    await showsOnly(counter, 'fr');
    const { instruction } = await speaks(counter, HOST, french);
    expect(instruction).toContain('If you hear English, say it in French.');
  }, 90_000);

  it('are shown by all language lights, blinking slowly, where theirs has none', async () => {
    const counter = await opened();
    const { turn } = await speaks(counter, GERMAN, IN_ENGLISH);
    expect(turn).toMatchObject({ outcome: 'translated', from: 'de', to: 'en' });
    for (const led of Object.keys(LANGUAGE_LEDS))
      expect(await lightShows(counter, led, counter.desk.now())).toEqual<Look>(SLOW);
    await speaks(counter, ITALIAN, IN_ENGLISH);
    await speaks(counter, ITALIAN, IN_ENGLISH);
    await showsOnly(counter, 'it');
    expect(await keepsStill(counter, 'language-it')).toBe(true);
  }, 60_000);

  it('are spoken to in the configured language until they have been heard', async () => {
    const counter = await opened();
    const { turn, instruction } = await speaks(counter, HOST, portuguese);
    expect(turn).toMatchObject({ outcome: 'translated', from: 'en', to: 'pt', attempts: 1 });
    expect(instruction).toContain('If you hear English, say it in Portuguese.');
    await showsOnly(counter, undefined);
    await speaks(counter, FRENCH, IN_ENGLISH);
    await showsOnly(counter, 'fr');
    expect((await speaks(counter, HOST, french)).turn).toMatchObject({ to: 'fr' });
  }, 60_000);

  it('are told by their words where the service does not name their language', async () => {
    const counter = await opened();
    const guest = await speaks(counter, words(SPANISH.text), words(IN_ENGLISH.text));
    expect(guest.turn).toMatchObject({ outcome: 'translated', from: 'es', to: 'en', attempts: 1 });
    await showsOnly(counter, 'es');
    const { turn, instruction } = await speaks(counter, words(HOST.text), words(spanish.text));
    expect(turn).toMatchObject({ outcome: 'translated', from: 'en', to: 'es', attempts: 1 });
    expect(instruction).toContain('If you hear English, say it in Spanish.');
    await showsOnly(counter, 'es');
  }, 60_000);
});

describe('an answer in the wrong language', () => {
  /** Untranslated, as its transcription tells when most of the sound has come. */
  const untranslated: readonly TurnStep[] = [
    { answer: { heard: SPANISH, said: SPANISH, pcm24k: TRANSLATION } },
    { omit: ['outputTranscription'] },
    {
      at: { chunks: 40 },
      do: 'send',
      message: { serverContent: { outputTranscription: { text: SPANISH.text, languageCode: 'es' } } },
    },
  ];
  const right: TurnStep = { answer: { heard: SPANISH, said: IN_ENGLISH, pcm24k: TRANSLATION } };
  /** What is heard of the wrong answer is heard as it comes. */
  const asSpoken = { timing: { answerMs: 700, pace: 1.5 } };

  it('ends, and is asked for again with its direction: a cue tells so, and the right one is heard whole', async () => {
    const counter = await opened('', { standin: asSpoken });
    counter.standin.script.nextTurn(...untranslated);
    counter.standin.script.nextTurn(right);
    const { turn, releasedMs } = await turnWith(counter, 'idle', () => {});
    expect(turn).toMatchObject({ outcome: 'translated', from: 'es', to: 'en', attempts: 2 });
    const startMs = await heardWhole(counter, releasedMs);
    expect(heardBeginning(counter, releasedMs, startMs)).toBe(true);
    expect(heardCue(counter, 'again', releasedMs, startMs)).toBe(true);
    const [first, second] = asked(counter);
    expect(first).toContain('If you hear Portuguese or any other language, say it in English.');
    expect(second).toContain('The speaker speaks Spanish. Say it in English.');
  }, 60_000);

  it('twice fails the turn: the lights and a prompt tell so, the log names D79', async () => {
    const counter = await opened('[kiosk]\noutcome_shown_ms = 20000\n', { standin: asSpoken });
    counter.standin.script.everyTurn(...untranslated);
    const troubled = counter.desk.nextLed(({ name, lit }) => name === 'trouble' && lit, 20_000);
    const again = counter.log(({ msg }) => msg === 'the turn is tried again', 20_000);
    const { turn, releasedMs } = await turnWith(counter, 'idle', () => {});
    expect(turn).toMatchObject({ outcome: 'failed', fault: 'answer-wrong-language', attempts: 2 });
    expect(await again).toMatchObject({
      fault: 'answer-wrong-language',
      id: 'D79',
      detail: 'in es, not in en',
    });
    await troubled;
    expect(await lightShows(counter, 'talk', counter.desk.now())).toEqual<Look>(flashes(3));
    expect(await heardPrompt(counter, 'speak again', releasedMs)).toBe(true);
  }, 60_000);
});

describe('with a button for each side', () => {
  it('the button tells who speaks, even if the service takes it for another language', async () => {
    const counter = await opened('', TWO_BUTTONS);
    await speaks(counter, SPANISH, IN_ENGLISH, 'guest');
    await showsOnly(counter, 'es');
    const guest = await speaks(counter, words('Hotel, taxi, internet', 'en'), IN_ENGLISH, 'guest');
    expect(guest.turn).toMatchObject({ outcome: 'translated', from: 'en', to: 'en', attempts: 1 });
    for (let i = 0; i < 2; i++) {
      const host = await speaks(counter, words('Hotel, taxi, internet', 'fr'), spanish, 'host');
      expect(host.turn).toMatchObject({ outcome: 'translated', to: 'es', attempts: 1 });
    }
    await showsOnly(counter, 'es');
  }, 60_000);

  it('a wrong answer to somebody who was taken for the other side is asked for in the right direction', async () => {
    const counter = await opened('', TWO_BUTTONS);
    await speaks(counter, SPANISH, IN_ENGLISH, 'guest');
    const heard = words(HOST.text, 'es');
    counter.standin.script.nextTurn({ answer: { heard, said: HOST, pcm24k: TRANSLATION } });
    const { turn, instruction } = await speaks(counter, heard, spanish, 'host');
    expect(turn).toMatchObject({ outcome: 'translated', to: 'es', attempts: 2 });
    expect(instruction).toContain('Whatever language you hear, say it in Spanish.');
  }, 60_000);

  it("another of the host's languages is the host's, and guests are then translated into it", async () => {
    const counter = await open({
      config: '[languages]\nhost = ["en", "fr"]\n',
      leds: LANGUAGE_LEDS,
      standin: SOON,
    });
    await counter.ready();
    const host = await speaks(counter, FRENCH, spanish);
    expect(host.turn).toMatchObject({ outcome: 'translated', from: 'fr', to: 'es', attempts: 1 });
    expect(host.instruction).toContain('If you hear English or French, say it in Spanish.');
    await showsOnly(counter, undefined);
    const guest = await speaks(counter, SPANISH, french);
    expect(guest.turn).toMatchObject({ outcome: 'translated', from: 'es', to: 'fr', attempts: 1 });
    expect(guest.instruction).toContain('If you hear Spanish or any other language, say it in French.');
    await showsOnly(counter, 'es');
  }, 60_000);
});

describe('a language that somebody chose', () => {
  const notUnderstood = words('I did not understand.', 'en');

  it('with the button is kept whatever is heard; behind the last choice it is left to what is heard', async () => {
    const counter = await opened('guests = ["fr", "it"]\n', {
      desk: { buttons: { talk: 17, language: 6 } },
      buttons: 'talk = 17\nlanguage = 6\n',
    });
    await tap(counter.desk, 'language');
    await showsOnly(counter, 'fr');
    for (let i = 0; i < 2; i++) {
      const { turn, instruction } = await speaks(counter, SPANISH, notUnderstood);
      expect(turn).toMatchObject({ outcome: 'not understood', from: 'es' });
      expect(instruction).toContain('If you hear French, say it in English.');
    }
    await showsOnly(counter, 'fr');
    const { turn, instruction } = await speaks(counter, HOST, french);
    expect(turn).toMatchObject({ outcome: 'translated', to: 'fr', attempts: 1 });
    expect(instruction).toContain('If you hear English, say it in French.');
    const pressedMs = await tap(counter.desk, 'language');
    await showsOnly(counter, 'it');
    await counter.desk.passes(pressedMs + 500); // people can't press again at once
    await tap(counter.desk, 'language');
    await showsOnly(counter, undefined);
    await speaks(counter, SPANISH, IN_ENGLISH);
    await showsOnly(counter, 'es');
  }, 60_000);

  it('by command is kept whatever is heard, until the guest has left', async () => {
    const counter = await opened('[kiosk]\nguest_idle_s = 5\n');
    await choose(counter, 'fr');
    await showsOnly(counter, 'fr');
    for (let i = 0; i < 2; i++) await speaks(counter, GERMAN, notUnderstood);
    await showsOnly(counter, 'fr');
    expect((await speaks(counter, HOST, french)).instruction).toContain('say it in French.');
    await showsOnly(counter, undefined);
    expect((await statusOf(counter)).languages.guest).toEqual({ code: 'pt', by: 'default' });
    const { turn, instruction } = await speaks(counter, HOST, portuguese);
    expect(turn).toMatchObject({ outcome: 'translated', to: 'pt', attempts: 1 });
    expect(instruction).toContain('If you hear English, say it in Portuguese.');
    expect(instruction).not.toContain('French');
  }, 60_000);

  it('by command is left to what is heard again by another', async () => {
    const counter = await opened();
    await choose(counter, 'fr');
    await showsOnly(counter, 'fr');
    await choose(counter, 'auto');
    await showsOnly(counter, undefined);
    await speaks(counter, ITALIAN, IN_ENGLISH);
    await showsOnly(counter, 'it');
  }, 60_000);
});

describe('the lights of the two sides', () => {
  const SIDES = { host: 20, guest: 21 };

  /** What the light of a side did from a moment on. */
  const changes = ({ desk }: Counter, side: string, sinceMs: number) =>
    desk.ledChanges().filter(({ name, atMs }) => name === side && atMs > sinceMs);

  it('are steady for who may speak, then for who is heard, and blink slowly for who is spoken to', async () => {
    const counter = await open({ leds: SIDES });
    await counter.ready();
    const { desk, standin } = counter;
    const who: readonly [string, string, TurnStep][] = [
      ['guest', 'host', { answer: { heard: SPANISH, said: IN_ENGLISH, pcm24k: TRANSLATION } }],
      ['host', 'guest', { answer: { heard: HOST, said: spanish, pcm24k: TRANSLATION } }],
    ];
    for (const [speaker, listener, step] of who) {
      standin.script.nextTurn(step);
      const { turn, releasedMs } = await turnWith(counter, 'listening', async () => {
        await desk.untilLed(speaker, true);
        await desk.untilLed(listener, true);
      });
      expect(turn).toMatchObject({ outcome: 'translated' });
      await desk.untilLed(listener, false);
      const [heard, on, off] = changes(counter, listener, releasedMs);
      expect([heard?.lit, on?.lit, off?.lit]).toEqual([false, true, false]);
      expect((off?.atMs ?? 0) - (on?.atMs ?? 0)).toBeGreaterThan(600);
      // Dark from the release until it is known who spoke.
      expect(changes(counter, speaker, releasedMs).map(({ lit }) => lit)).toEqual([false, true, false]);
    }
  }, 60_000);

  it('are steady for the side whose button is pressed, before anything is heard', async () => {
    const counter = await opened('', { ...TWO_BUTTONS, leds: { ...LANGUAGE_LEDS, host: 20, guest: 21 } });
    const { standin, say, turnEnds } = counter;
    standin.script.nextTurn({
      answer: { heard: words('Hotel', 'es'), said: portuguese, pcm24k: TRANSLATION },
    });
    const pressedMs = counter.desk.now();
    const releasedMs = await say(UTTERANCE, 'host');
    expect(await turnEnds()).toMatchObject({ outcome: 'translated', to: 'pt' });
    expect(changes(counter, 'host', pressedMs).map(({ lit }) => lit)).toEqual([true, false]);
    const [first] = changes(counter, 'guest', pressedMs);
    expect(first?.lit).toBe(true);
    expect(first?.atMs).toBeGreaterThan(releasedMs);
  }, 60_000);
});
