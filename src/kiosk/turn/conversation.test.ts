import { describe, expect, it } from 'vitest';
import { PHRASEBOOK, SETTINGS, TRANSLATE } from '../../../test/rig/kiosk-settings.ts';
import { atDesk, type Desk, kiosk, pressed, released } from '../../../test/rig/story.ts';
import type { Effect } from '../events.ts';

const names = (effects: readonly Effect[]) => atDesk(effects).map(({ effect }) => effect);

function opened(settings = {}) {
  const desk = kiosk({ talkMode: 'open', ...settings });
  desk.does(pressed);
  desk.does(released);
  return desk;
}

function says(desk: Desk, turn: number) {
  desk.does({ event: 'speech started', turn });
  desk.does({ event: 'utterance ended', turn });
}

function hears(desk: Desk, turn: number) {
  desk.does({ event: 'playing', turn });
  desk.does({ event: 'answered', turn, outcome: 'translated', spoken: true });
  desk.does({ event: 'drained', turn });
}

const isOpen = (desk: Desk) => desk.state.conversation !== undefined;
const opens = (desk: Desk) =>
  desk.effects.flatMap((effect) => (effect.effect === 'conversation' ? [effect.open] : []));

describe('a hands-free conversation', () => {
  it('opens at a press; each utterance is a turn, and after each the desk listens for the next', () => {
    const desk = opened();
    expect(opens(desk)).toEqual([true]);
    for (const turn of [1, 2, 3]) {
      expect(desk.talk()).toBe('on');
      says(desk, turn);
      expect(desk.talk()).toBe('fast blink');
      hears(desk, turn);
    }
    expect(desk.reports().map(({ outcome }) => outcome)).toEqual(Array(3).fill('translated'));
    expect(desk.begun().map(({ continues }) => continues)).toEqual([false, true, true, true]);
    expect(opens(desk)).toEqual([true]);
  });

  it('takes who pressed for who speaks first, and leaves it to the ear from then on', () => {
    const desk = kiosk({ talkMode: 'open' });
    desk.does({ event: 'talk pressed', button: 'talk-guest' });
    says(desk, 1);
    hears(desk, 1);
    expect(desk.begun().map(({ languages }) => languages.speaker)).toEqual(['guest', undefined]);
  });

  it('continues when somebody was not understood, and when nothing was said', () => {
    const desk = opened();
    says(desk, 1);
    desk.does({ event: 'answered', turn: 1, outcome: 'not understood', spoken: false });
    says(desk, 2);
    desk.does({ event: 'answered', turn: 2, outcome: 'nothing said', spoken: false });
    expect(desk.talk()).toBe('on');
    expect(desk.state.turns).toBe(3);
  });

  it('goes on after a fault when people were asked to speak again', () => {
    const desk = opened();
    says(desk, 1);
    desk.does({ event: 'turn failed', turn: 1, fault: 'no-answer' });
    expect(desk.prompts()).toEqual(['speak again']);
    expect(isOpen(desk)).toBe(true);
    expect(desk.talk()).toBe('on');
  });
});

it('takes what was chosen while nobody spoke: the next sentence goes there', () => {
  const desk = opened();
  expect(desk.does({ event: 'language chosen', language: 'fr' })).toMatchObject([
    { effect: 'move turn', turn: 1, engine: 'dialogue', languages: { guest: 'fr' } },
  ]);
  desk.does({ event: 'speech started', turn: 1 });
  expect(desk.does({ event: 'language chosen', language: 'de' })).toEqual([]);
});

it('listens to nobody any more when the last turn has spent the money', () => {
  const desk = opened();
  says(desk, 1);
  hears(desk, 1);
  expect(desk.talk()).toBe('on');
  desk.does({ event: 'money', money: { is: 'spent' } });
  expect(isOpen(desk)).toBe(false);
  expect(desk.reports().at(-1)).toMatchObject({ turn: 2, outcome: 'failed', fault: 'budget-spent' });
});

it('ends in time although a television talks, which nobody understands, and the guest is forgotten', () => {
  const desk = opened();
  desk.does({ event: 'language chosen', language: 'fr' });
  for (let turn = 1; isOpen(desk) && turn < 100; turn++) {
    says(desk, turn);
    desk.does({ event: 'answered', turn, outcome: 'not understood', spoken: false });
    desk.waits(2000);
  }
  expect(isOpen(desk)).toBe(false);
  desk.waits(SETTINGS.guestIdleMs);
  expect(desk.state.speakers.guest).toBeUndefined();
});

it('does not talk into what people go on to say while they wait: the lights tell that work is going on', () => {
  const desk = opened();
  says(desk, 1);
  desk.waits(SETTINGS.reassureAfterMs);
  expect(desk.cues()).toEqual([]);
  expect(desk.talk()).toBe('fast blink');
});

describe('a hands-free conversation is over', () => {
  it('by a press while nobody speaks: nothing was said', () => {
    const desk = opened();
    expect(names(desk.does(pressed))).toEqual(['conversation', 'drop turn', 'silence', 'report turn']);
    expect(desk.reports()).toMatchObject([{ outcome: 'cancelled' }]);
    expect(desk.talk()).toBe('off');
  });

  it('by a press in mid-sentence, and what was said is still translated', () => {
    const desk = opened();
    desk.does({ event: 'speech started', turn: 1 });
    expect(names(desk.does(pressed))).toEqual(['conversation', 'end utterance']);
    hears(desk, 1);
    expect(desk.reports()).toMatchObject([{ outcome: 'translated' }]);
    expect(desk.state.turns).toBe(1);
  });

  it('by a press while a translation is awaited, which still comes', () => {
    const desk = opened();
    says(desk, 1);
    expect(names(desk.does(pressed))).toEqual(['conversation']);
    hears(desk, 1);
    expect(desk.reports()).toMatchObject([{ outcome: 'translated' }]);
    expect(desk.talk()).toBe('off');
  });

  it('by a press while a translation plays, which ends at once', () => {
    const desk = opened();
    says(desk, 1);
    desk.does({ event: 'playing', turn: 1 });
    expect(names(desk.does(pressed))).toEqual(['conversation', 'drop turn', 'silence', 'report turn']);
    expect(desk.talk()).toBe('off');
  });

  it('when nobody has spoken for long enough, with a cue', () => {
    const desk = opened();
    says(desk, 1);
    hears(desk, 1);
    expect(isOpen(desk)).toBe(true);
    desk.waits(SETTINGS.silenceMs - 1);
    expect(isOpen(desk)).toBe(true);
    expect(names(desk.waits(1))).toEqual([
      'conversation',
      'drop turn',
      'cue',
      'report turn',
      'forget answer',
    ]);
    expect(desk.cues()).toEqual(['ended']);
    expect(desk.reports().at(-1)).toMatchObject({ outcome: 'nothing said' });
  });

  it('in time although the gate takes the noise of the room for somebody now and then', () => {
    const desk = opened();
    const from = desk.state.nowMs;
    for (let turn = 1; isOpen(desk) && turn < 20; turn++) {
      desk.waits(5000);
      if (!isOpen(desk)) break;
      says(desk, turn);
      desk.does({ event: 'answered', turn, outcome: 'nothing said', spoken: false });
    }
    expect(isOpen(desk)).toBe(false);
    expect(desk.state.nowMs - from).toBeLessThanOrEqual(SETTINGS.silenceMs + 5000);
  });

  it('behind what turns out to have been nothing, when that took the rest of the time', () => {
    const desk = opened({ silenceMs: 3000 });
    says(desk, 1);
    desk.at(10_000, { event: 'answered', turn: 1, outcome: 'nothing said', spoken: false });
    expect(isOpen(desk)).toBe(false);
    expect(desk.cues().at(-1)).toBe('ended');
    expect(desk.state.turns).toBe(1);
  });

  it.each(['quota', 'network-unreachable', 'internal'] as const)(
    'by the fault %s, which the next utterance would meet as well',
    (fault) => {
      const desk = opened();
      says(desk, 1);
      desk.does({ event: 'turn failed', turn: 1, fault });
      expect(isOpen(desk)).toBe(false);
      expect(desk.state.turns).toBe(1);
    },
  );

  it('when its turn fails before anybody has spoken: nobody is asked again for what nobody said', () => {
    const desk = opened();
    desk.does({ event: 'turn failed', turn: 1, fault: 'connection-lost' });
    expect(isOpen(desk)).toBe(false);
    expect(desk.state.turns).toBe(1);
  });

  it.each([3000, 0])('when the next utterance could not be served, told once (shown for %i ms)', (shown) => {
    const engines = [TRANSLATE];
    const desk = kiosk({
      talkMode: 'open',
      outcomeShownMs: shown,
      route: { ...SETTINGS.route, engines },
    });
    desk.does({ event: 'talk pressed', button: 'talk-host' });
    says(desk, 1);
    hears(desk, 1);
    expect(desk.reports().map(({ outcome, fault }) => fault ?? outcome)).toEqual(['translated', 'no-engine']);
    desk.waits(60_000);
    expect(isOpen(desk)).toBe(false);
    expect(desk.state.turns).toBe(2);
    expect(desk.prompts()).toEqual(['not available']);
  });

  it('before it has begun where nobody can be heard', () => {
    const desk = kiosk({ talkMode: 'open' });
    desk.does({ event: 'device', device: 'microphone', is: 'microphone-missing' });
    desk.does(pressed);
    desk.waits(60_000);
    expect(isOpen(desk)).toBe(false);
    expect(desk.reports()).toMatchObject([{ outcome: 'failed', fault: 'microphone-missing' }]);
  });

  it('when the microphone is switched off, without a word of trouble', () => {
    for (const listening of [true, false]) {
      const desk = opened();
      if (!listening) says(desk, 1);
      desk.does({ event: 'muted', on: true });
      if (!listening) hears(desk, 1);
      expect(isOpen(desk)).toBe(false);
      expect(desk.cues()).toEqual([]);
      expect(desk.reports()).toMatchObject([{ outcome: listening ? 'cancelled' : 'translated' }]);
    }
  });

  it('when buttons and lights are gone: nobody could see that somebody listens, nor end it', () => {
    const desk = opened();
    desk.does({ event: 'device', device: 'panel', is: 'panel-missing' });
    expect(isOpen(desk)).toBe(false);
    expect(desk.state.turns).toBe(1);
  });

  it('when the money is spent', () => {
    const desk = opened();
    says(desk, 1);
    desk.does({ event: 'money', money: { is: 'spent' } });
    hears(desk, 1);
    expect(desk.reports().map(({ outcome, fault }) => fault ?? outcome)).toEqual([
      'translated',
      'budget-spent',
    ]);
    expect(isOpen(desk)).toBe(false);
  });

  it('at the guest boundary, and nothing of it is left', () => {
    const desk = opened({ guestIdleMs: 10_000 });
    says(desk, 1);
    desk.does({ event: 'heard', turn: 1, language: 'fr', clear: true });
    hears(desk, 1);
    const effects = names(desk.waits(10_000));
    expect(effects).toEqual(['conversation', 'drop turn', 'cue', 'report turn', 'forget guest']);
    expect(desk.state.speakers.guest).toBeUndefined();
  });

  it('when the kiosk stops', () => {
    const desk = opened();
    says(desk, 1);
    desk.does({ event: 'playing', turn: 1 });
    expect(names(desk.does({ event: 'stop' }))).toEqual([
      'drop turn',
      'silence',
      'report turn',
      'conversation',
    ]);
  });
});

describe('a question in a conversation', () => {
  it('is answered by a press, which does not end it', () => {
    const desk = opened({ route: { ...SETTINGS.route, engines: [PHRASEBOOK] } });
    says(desk, 1);
    desk.does({ event: 'asked', turn: 1 });
    expect(desk.does(pressed)).toContainEqual({ effect: 'answer question', turn: 1, agreed: true });
    hears(desk, 1);
    expect(isOpen(desk)).toBe(true);
    expect(desk.talk()).toBe('on');
  });
});
