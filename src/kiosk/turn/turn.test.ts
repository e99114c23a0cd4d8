import { describe, expect, it } from 'vitest';
import { atDesk, kiosk, pressed, released } from '../../../test/rig/story.ts';
import { nextDeadlineMs } from '../deadlines.ts';
import { lights } from '../shown/lights.ts';
import { faultsOf } from '../state.ts';

describe('a turn', () => {
  it('is listened to, interpreted, spoken and over', () => {
    const desk = kiosk();
    desk.does(pressed);
    expect(desk.talk()).toBe('on');
    desk.does(released);
    expect(desk.talk()).toBe('fast blink');
    desk.does({ event: 'heard', turn: 1, language: 'es', clear: true });
    desk.does({ event: 'playing', turn: 1 });
    expect(desk.talk()).toBe('slow blink');
    desk.does({ event: 'answered', turn: 1, outcome: 'translated', spoken: true });
    expect(desk.reports()).toEqual([]);
    desk.does({ event: 'drained', turn: 1 });
    expect(desk.reports()).toEqual([
      { effect: 'report turn', turn: 1, outcome: 'translated', fault: undefined },
    ]);
    expect(desk.talk()).toBe('off');
    expect(desk.state.speakers.guest).toEqual({ code: 'es', by: 'detected' });
  });

  it('of a short answer is over when the loudspeaker was done before the service said so', () => {
    const desk = kiosk();
    desk.does(pressed);
    desk.does(released);
    desk.does({ event: 'playing', turn: 1 });
    desk.does({ event: 'drained', turn: 1 });
    desk.does({ event: 'answered', turn: 1, outcome: 'translated', spoken: true });
    expect(desk.reports()).toHaveLength(1);
  });

  it('in which nothing was said ends with a soft cue and one flash', () => {
    const desk = kiosk();
    desk.does(pressed);
    desk.does(released);
    desk.does({ event: 'answered', turn: 1, outcome: 'nothing said', spoken: true });
    expect(desk.effects).toContainEqual({ effect: 'cue', cue: 'nothing heard' });
    expect(lights(desk.state, []).talk).toEqual({ look: 'flashes', count: 1 });
  });

  it('that was too quiet to be heard ends with the request to speak again, and one flash', () => {
    const desk = kiosk();
    desk.does(pressed);
    desk.does(released);
    desk.does({ event: 'answered', turn: 1, outcome: 'too quiet', spoken: false });
    expect(desk.effects).toContainEqual(expect.objectContaining({ effect: 'prompt', prompt: 'speak again' }));
    expect(desk.reports()).toMatchObject([{ outcome: 'too quiet', fault: undefined }]);
    expect(lights(desk.state, []).talk).toEqual({ look: 'flashes', count: 1 });
  });

  it('pressed while another is awaited supersedes it, visibly', () => {
    const desk = kiosk();
    desk.does(pressed);
    desk.does(released);
    desk.does(pressed);
    expect(desk.reports()).toMatchObject([{ turn: 1, outcome: 'cancelled' }]);
    expect(desk.effects).toContainEqual({ effect: 'drop turn', turn: 1 });
    expect(desk.talk()).toBe('on');
  });

  it('pressed while a translation plays silences it and listens', () => {
    const desk = kiosk();
    desk.does(pressed);
    desk.does(released);
    desk.does({ event: 'playing', turn: 1 });
    const effects = desk.does(pressed);
    expect(atDesk(effects).map(({ effect }) => effect)).toEqual([
      'drop turn',
      'silence',
      'report turn',
      'begin turn',
    ]);
  });

  it('held beyond the limit ends by itself and the button is a fault until it is released', () => {
    const desk = kiosk();
    desk.does(pressed);
    const deadline = nextDeadlineMs(desk.state) as number;
    desk.at(deadline, { event: 'tick' });
    expect(desk.effects).toContainEqual(expect.objectContaining({ effect: 'end utterance', turn: 1 }));
    expect(faultsOf(desk.state)).toEqual(['button-stuck']);
    desk.does(released);
    expect(faultsOf(desk.state)).toEqual([]);
    expect(desk.effects.filter(({ effect }) => effect === 'end utterance')).toHaveLength(1);
  });

  it('that takes long is told of once', () => {
    const desk = kiosk();
    desk.does(pressed);
    desk.does(released);
    for (const ms of [1999, 1, 500, 5000]) desk.at(desk.state.nowMs + ms, { event: 'tick' });
    expect(desk.effects.filter((effect) => effect.effect === 'cue')).toEqual([
      { effect: 'cue', cue: 'working' },
    ]);
  });

  it.each([
    [
      'without a microphone',
      { event: 'device', device: 'microphone', is: 'microphone-missing' },
      'microphone-missing',
    ],
    [
      'without a loudspeaker',
      { event: 'device', device: 'loudspeaker', is: 'loudspeaker-missing' },
      'loudspeaker-missing',
    ],
    ['with the microphone muted', { event: 'muted', on: true }, 'muted'],
  ] as const)('%s fails at once, and says so', (_, trouble, fault) => {
    const desk = kiosk();
    desk.does(trouble);
    desk.does(pressed);
    expect(desk.reports()).toMatchObject([{ outcome: 'failed', fault }]);
    expect(desk.effects).toContainEqual({ effect: 'cue', cue: 'trouble' });
    expect(desk.effects.map(({ effect }) => effect)).not.toContain('begin turn');
  });

  it('fails when the microphone goes while people speak', () => {
    const desk = kiosk();
    desk.does(pressed);
    desk.does({ event: 'device', device: 'microphone', is: 'microphone-missing' });
    expect(desk.reports()).toMatchObject([{ outcome: 'failed', fault: 'microphone-missing' }]);
  });

  it('outlives a loudspeaker that dies and comes back, and fails when its sound was given up', () => {
    const desk = kiosk();
    desk.does(pressed);
    desk.does(released);
    desk.does({ event: 'playing', turn: 1 });
    desk.does({ event: 'device', device: 'loudspeaker', is: 'loudspeaker-failed' });
    expect(desk.reports()).toEqual([]);
    desk.does({ event: 'turn failed', turn: 1, fault: 'loudspeaker-failed' });
    expect(desk.reports()).toMatchObject([{ outcome: 'failed', fault: 'loudspeaker-failed' }]);
    desk.does(pressed);
    expect(desk.talk()).toBe('on');
  });

  it('knows who speaks where there are two talk buttons', () => {
    const desk = kiosk();
    desk.does({ event: 'talk pressed', button: 'talk-host' });
    expect(desk.effects).toContainEqual(
      expect.objectContaining({
        effect: 'begin turn',
        languages: { host: 'en', guest: 'es', anyGuest: true, speaker: 'host' },
      }),
    );
  });
});

describe('a loudspeaker', () => {
  it('that has done with a prompt has not done with the translation', () => {
    const desk = kiosk();
    desk.does(pressed);
    desk.does(released);
    desk.does({ event: 'playing', turn: 1 });
    desk.does({ event: 'drained', turn: undefined });
    desk.does({ event: 'answered', turn: 1, outcome: 'translated', spoken: true });
    expect(desk.reports()).toEqual([]);
    desk.does({ event: 'drained', turn: 1 });
    expect(desk.reports()).toMatchObject([{ outcome: 'translated' }]);
  });

  it('that never tells its end does not hold the desk for ever', () => {
    const desk = kiosk();
    desk.does(pressed);
    desk.does(released);
    desk.does({ event: 'playing', turn: 1 });
    for (let i = 0; i < 10 && desk.reports().length === 0; i++) {
      desk.at(nextDeadlineMs(desk.state) as number, { event: 'tick' });
    }
    expect(desk.reports()).toMatchObject([{ outcome: 'failed', fault: 'loudspeaker-failed' }]);
  });
});

describe('cues', () => {
  it('tell that the service is back, but not at night and not into a conversation', () => {
    const gone = {
      event: 'service',
      engine: 'dialogue',
      service: { is: 'unreachable', fault: 'quota' },
    } as const;
    const back = { event: 'service', engine: 'dialogue', service: { is: 'ready' } } as const;
    const desk = kiosk();
    desk.does(gone);
    expect(desk.does(back)).toEqual([{ effect: 'cue', cue: 'ready' }]);
    expect(desk.does(back)).toEqual([]);
    desk.does({ event: 'quiet', on: true });
    desk.does(gone);
    expect(desk.does(back)).toEqual([]);
    desk.does({ event: 'quiet', on: false });
    desk.does(gone);
    desk.does(pressed);
    expect(desk.does(back)).toEqual([]);
  });

  it('answer a press where that is wanted', () => {
    const desk = kiosk({ listenCue: true });
    expect(desk.does(pressed).at(-1)).toEqual({ effect: 'cue', cue: 'listen' });
  });
});

describe('what comes of a turn', () => {
  const awaited = () => {
    const desk = kiosk();
    desk.does(pressed);
    desk.does(released);
    return desk;
  };

  it('is told by a prompt when they were not understood and the answer has no sound', () => {
    const desk = awaited();
    desk.does({ event: 'answered', turn: 1, outcome: 'not understood', spoken: false });
    expect(desk.prompts()).toEqual(['speak again']);
    expect(desk.reports()).toMatchObject([{ outcome: 'not understood' }]);
    expect(desk.lights().talk).toEqual({ look: 'flashes', count: 2 });
  });

  it('is heard out when they were not understood and the answer says so', () => {
    const desk = awaited();
    desk.does({ event: 'playing', turn: 1 });
    desk.does({ event: 'answered', turn: 1, outcome: 'not understood', spoken: true });
    desk.does({ event: 'drained', turn: 1 });
    expect(desk.prompts()).toEqual([]);
    expect(desk.reports()).toMatchObject([{ outcome: 'not understood' }]);
  });

  it('is no translation when nobody could hear it', () => {
    const desk = awaited();
    desk.does({ event: 'answered', turn: 1, outcome: 'translated', spoken: false });
    expect(desk.reports()).toMatchObject([{ outcome: 'failed', fault: 'silent-answer' }]);
    expect(desk.prompts()).toEqual(['speak again']);
    expect(desk.state.repeatable).toBe(false);
  });

  it('is not told before people have been heard out', () => {
    const desk = kiosk();
    desk.does(pressed);
    desk.does({ event: 'answered', turn: 1, outcome: 'nothing said', spoken: false });
    expect(desk.reports()).toEqual([]);
  });
});

describe('tap', () => {
  const tap = () => kiosk({ talkMode: 'tap' });

  it('listens until the gate has found the end of the utterance, whatever the button does', () => {
    const desk = tap();
    desk.does(pressed);
    desk.does(released);
    expect(desk.talk()).toBe('on');
    expect(desk.begun()).toMatchObject([{ gated: true, continues: false }]);
    desk.does({ event: 'speech started', turn: 1 });
    desk.does({ event: 'utterance ended', turn: 1 });
    expect(desk.talk()).toBe('fast blink');
    // The sound's side knows already.
    expect(desk.effects.map(({ effect }) => effect)).not.toContain('end utterance');
  });

  it('ends the utterance by a second press', () => {
    const desk = tap();
    desk.does(pressed);
    desk.does(released);
    desk.does({ event: 'speech started', turn: 1 });
    expect(desk.does(pressed)).toMatchObject([{ effect: 'end utterance', turn: 1 }]);
    expect(desk.talk()).toBe('fast blink');
    expect(desk.begun()).toHaveLength(1);
  });

  it('listens no longer than the time of silence when nobody speaks', () => {
    const desk = tap();
    desk.does(pressed);
    desk.does(released);
    expect(desk.waits(29_000)).toEqual([]);
    expect(desk.waits(1000)).toMatchObject([{ effect: 'end utterance', turn: 1 }]);
  });

  it('listens no longer than a press may last when they do not end', () => {
    const desk = tap();
    desk.does(pressed);
    desk.does(released);
    desk.does({ event: 'speech started', turn: 1 });
    expect(desk.waits(59_000)).toEqual([]);
    expect(desk.waits(1000)).toMatchObject([{ effect: 'end utterance', turn: 1 }]);
  });

  it('does not listen across a guest boundary', () => {
    const desk = kiosk({ talkMode: 'tap', guestIdleMs: 5000 });
    desk.does({ event: 'language chosen', language: 'fr' });
    desk.does(pressed);
    const names = atDesk(desk.waits(6000)).map(({ effect }) => effect);
    expect(names).toEqual(['drop turn', 'cue', 'report turn', 'forget guest']);
    expect(desk.reports()).toMatchObject([{ outcome: 'nothing said' }]);
  });
});
