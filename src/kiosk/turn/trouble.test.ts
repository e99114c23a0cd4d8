import { describe, expect, it } from 'vitest';
import { kiosk, pressed, released } from '../../../test/rig/story.ts';
import type { Effect } from '../events.ts';
import { lights } from '../shown/lights.ts';

describe('a turn that meets trouble', () => {
  const unreachable = {
    event: 'service',
    engine: 'dialogue',
    service: { is: 'unreachable', fault: 'network-unreachable' },
  } as const;
  const languages = ['en', 'es'];
  const prompts = (effects: readonly Effect[]) =>
    effects.flatMap((effect) => (effect.effect === 'prompt' ? [effect.prompt] : []));

  it('is listened to without a network, and who spoke is told at once that it takes a moment', () => {
    const desk = kiosk();
    desk.does(unreachable);
    desk.does(pressed);
    expect(desk.talk()).toBe('on');
    expect(lights(desk.state, []).trouble.look).toBe('fast blink');
    expect(desk.does(released)).toContainEqual({ effect: 'prompt', prompt: 'one moment', languages });
  });

  it('is not given a vain hope when its fault does not pass in seconds', () => {
    const desk = kiosk();
    desk.does({ event: 'service', engine: 'dialogue', service: { is: 'unreachable', fault: 'quota' } });
    desk.does(pressed);
    expect(prompts(desk.does(released))).toEqual([]);
    expect(prompts(desk.does({ event: 'turn failed', turn: 1, fault: 'quota' }))).toEqual(['not available']);
  });

  it('is delivered when the network is back in time', () => {
    const desk = kiosk();
    desk.does(unreachable);
    desk.does(pressed);
    desk.does(released);
    desk.at(desk.state.nowMs + 14_000, { event: 'playing', turn: 1 });
    expect(desk.talk()).toBe('slow blink');
    desk.does({ event: 'answered', turn: 1, outcome: 'translated', spoken: true });
    desk.does({ event: 'drained', turn: 1 });
    expect(desk.reports()).toMatchObject([{ outcome: 'translated' }]);
  });

  it('fails visibly and in words when it is not, with what kept it', () => {
    const desk = kiosk();
    desk.does(pressed);
    desk.does(released);
    desk.does({ event: 'turn delayed', turn: 1, fault: 'connect-timeout' });
    for (const ms of [2000, 13_000]) desk.at(desk.state.nowMs + ms, { event: 'tick' });
    expect(desk.reports()).toMatchObject([{ outcome: 'failed', fault: 'connect-timeout' }]);
    expect(prompts(desk.effects)).toEqual(['one moment', 'not available']);
  });

  it('that the service never answers fails although nobody tells of any fault', () => {
    const desk = kiosk();
    desk.does(pressed);
    desk.does(released);
    desk.at(desk.state.nowMs + 15_000, { event: 'tick' });
    expect(desk.reports()).toMatchObject([{ outcome: 'failed', fault: 'no-answer' }]);
    expect(prompts(desk.effects)).toEqual(['speak again']);
  });

  it('in the middle of its translation begins again: silence, a cue, and the whole of it', () => {
    const desk = kiosk();
    desk.does(pressed);
    desk.does(released);
    desk.does({ event: 'playing', turn: 1 });
    expect(desk.does({ event: 'turn delayed', turn: 1, fault: 'connection-lost' })).toEqual([
      { effect: 'silence' },
      { effect: 'cue', cue: 'again' },
    ]);
    expect(desk.talk()).toBe('fast blink');
    expect(lights(desk.state, []).trouble.look).toBe('fast blink');
    desk.does({ event: 'playing', turn: 1 });
    expect(lights(desk.state, []).trouble.look).toBe('off');
  });

  it('in the middle of a translation of what was said too long ago is not begun again', () => {
    const desk = kiosk();
    desk.does(pressed);
    desk.does(released);
    desk.does({ event: 'playing', turn: 1 });
    desk.at(desk.state.nowMs + 16_000, { event: 'turn delayed', turn: 1, fault: 'connection-lost' });
    expect(desk.reports()).toMatchObject([{ outcome: 'failed', fault: 'connection-lost' }]);
  });

  it('that is tried again at once is not told of, unless it takes longer than people wait', () => {
    const desk = kiosk();
    desk.does(pressed);
    desk.does(released);
    expect(desk.does({ event: 'turn delayed', turn: 1, fault: 'connection-lost' })).toEqual([]);
    expect(desk.at(desk.state.nowMs + 2000, { event: 'tick' })).toEqual([
      { effect: 'prompt', prompt: 'one moment', languages },
    ]);
  });

  it('speaks to the guest who stands there in the language that was heard', () => {
    const desk = kiosk();
    desk.does(pressed);
    desk.does(released);
    desk.does({ event: 'heard', turn: 1, language: 'fr', clear: true });
    desk.does({ event: 'turn failed', turn: 1, fault: 'quota' });
    expect(desk.effects).toContainEqual({
      effect: 'prompt',
      prompt: 'not available',
      languages: ['en', 'fr'],
    });
  });
});
