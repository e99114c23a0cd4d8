import { describe, expect, it } from 'vitest';
import { SETTINGS } from '../../../test/rig/kiosk-settings.ts';
import { kiosk, pressed, released } from '../../../test/rig/story.ts';
import { GUEST_LEFT_HOLD_MS } from '../controls.ts';
import { nextDeadlineMs } from '../deadlines.ts';
import { lights } from '../shown/lights.ts';
import { isVacant } from '../state.ts';

describe('the guest', () => {
  it('is forgotten after a while without a turn, and nothing of the guest can be repeated', () => {
    const desk = kiosk();
    desk.does(pressed);
    desk.does(released);
    desk.does({ event: 'heard', turn: 1, language: 'fr-FR', clear: true });
    desk.does({ event: 'answered', turn: 1, outcome: 'translated', spoken: true });
    desk.does({ event: 'drained', turn: 1 });
    expect(desk.does({ event: 'repeat pressed' })).toEqual([{ effect: 'repeat' }]);
    desk.does({ event: 'drained', turn: undefined });
    for (
      let deadline = nextDeadlineMs(desk.state);
      deadline !== undefined;
      deadline = nextDeadlineMs(desk.state)
    ) {
      desk.at(deadline, { event: 'tick' });
    }
    expect(desk.effects).toContainEqual({ effect: 'forget guest', but: undefined });
    expect(desk.state.speakers.guest).toBeUndefined();
    expect(desk.does({ event: 'repeat pressed' })).toEqual([]);
  });

  it('leaves once, where a command and the language button report it at the same moment', () => {
    const desk = kiosk();
    desk.does({ event: 'language pressed' });
    expect(desk.at(desk.state.nowMs + GUEST_LEFT_HOLD_MS, { event: 'guest left' })).toEqual([
      { effect: 'cue', cue: 'ended' },
      { effect: 'forget guest', but: undefined },
    ]);
    expect(desk.does({ event: 'language released' })).toEqual([]);
  });

  it('is there until the desk has been quiet for as long; then a restart goes unnoticed', () => {
    const desk = kiosk();
    expect(isVacant(desk.state, desk.state.nowMs)).toBe(true);
    desk.does(pressed);
    expect(isVacant(desk.state, desk.state.nowMs + 3_600_000)).toBe(false);
    desk.does(released);
    desk.does({ event: 'turn failed', turn: 1, fault: 'internal' });
    const { nowMs } = desk.state;
    expect(isVacant(desk.state, nowMs + SETTINGS.guestIdleMs - 1)).toBe(false);
    expect(isVacant(desk.state, nowMs + SETTINGS.guestIdleMs)).toBe(true);
  });

  it("leaves, and the host's first language is in use again, whatever became of the turn", () => {
    const desk = kiosk({ hosts: ['en', 'fr'] });
    desk.does(pressed);
    desk.does(released);
    desk.does({ event: 'heard', turn: 1, language: 'fr', clear: true });
    desk.does({ event: 'turn failed', turn: 1, fault: 'internal' });
    expect(desk.state.speakers.host).toBe('fr');
    desk.at(desk.state.nowMs + SETTINGS.guestIdleMs, { event: 'tick' });
    expect(desk.state.speakers.host).toBe('en');
  });

  it('who is heard without a region speaks as it is configured', () => {
    const desk = kiosk({ guestDefault: 'pt-BR' });
    desk.does(pressed);
    desk.does(released);
    desk.does({ event: 'heard', turn: 1, language: 'pt', clear: true });
    expect(desk.state.speakers.guest).toEqual({ code: 'pt-BR', by: 'detected' });
  });

  it('is taken to speak what was known before, where the answer contradicts what was heard', () => {
    const desk = kiosk();
    desk.does(pressed);
    desk.does(released);
    desk.does({ event: 'heard', turn: 1, language: 'fr', clear: true });
    desk.does({ event: 'heard', turn: 1, language: undefined, clear: true });
    expect(desk.state.speakers.guest).toBeUndefined();
    expect(desk.state.activity).toMatchObject({ turn: { speaker: undefined } });
    desk.does({ event: 'heard', turn: 1, language: 'fr', clear: true });
    desk.does({ event: 'heard', turn: 1, language: 'en', clear: true });
    expect(desk.state.speakers.guest).toBeUndefined();
    expect(desk.state.activity).toMatchObject({ turn: { speaker: 'host' } });
  });

  it('keeps the language that somebody chose, whatever is heard', () => {
    const desk = kiosk();
    for (let i = 0; i < 2; i++) {
      desk.does({ event: 'language pressed' });
      desk.does({ event: 'language released' });
    }
    desk.does(pressed);
    desk.does(released);
    desk.does({ event: 'heard', turn: 1, language: 'de', clear: true });
    expect(desk.state.speakers.guest).toEqual({ code: 'fr', by: 'pinned' });
    expect(lights(desk.state, ['es', 'fr'])).toMatchObject({
      'language-fr': { look: 'on' },
      'language-es': { look: 'off' },
    });
  });

  it('keeps a language that was chosen by name until it is to be heard again', () => {
    const desk = kiosk();
    desk.does({ event: 'language chosen', language: 'fr' });
    desk.does(pressed);
    desk.does(released);
    desk.does({ event: 'heard', turn: 1, language: 'de', clear: true });
    expect(desk.state.speakers.guest).toEqual({ code: 'fr', by: 'pinned' });
    desk.does({ event: 'language chosen', language: undefined });
    expect(desk.state.speakers.guest).toBeUndefined();
    desk.does({ event: 'heard', turn: 1, language: 'de', clear: true });
    desk.does({ event: 'language chosen', language: undefined });
    expect(desk.state.speakers.guest).toEqual({ code: 'de', by: 'detected' });
  });

  it("is never given the host's language, whatever the region", () => {
    const desk = kiosk();
    desk.does({ event: 'language chosen', language: 'fr' });
    desk.does({ event: 'language chosen', language: 'en-GB' });
    expect(desk.state.speakers.guest).toEqual({ code: 'fr', by: 'pinned' });
  });

  it('whose language was chosen beforehand has not left before the time of a guest is over', () => {
    const desk = kiosk();
    desk.at(200_000, { event: 'language chosen', language: 'fr' });
    expect(nextDeadlineMs(desk.state)).toBe(320_000);
    desk.at(319_999, { event: 'tick' });
    expect(desk.state.speakers.guest).toEqual({ code: 'fr', by: 'pinned' });
    desk.at(320_000, { event: 'tick' });
    expect(desk.state.speakers.guest).toBeUndefined();
  });

  /** A translated turn, in which a guest is heard. */
  function serves(desk: ReturnType<typeof kiosk>, language: string): void {
    desk.does(pressed);
    desk.does(released);
    const { turns: turn } = desk.state;
    desk.does({ event: 'heard', turn, language, clear: true });
    desk.does({ event: 'playing', turn });
    desk.does({ event: 'answered', turn, outcome: 'translated', spoken: true });
    desk.does({ event: 'drained', turn });
  }

  it('can be said to have left: by the language button, held for a second, and by a command', () => {
    for (const leave of [
      (desk: ReturnType<typeof kiosk>) => {
        desk.does({ event: 'language pressed' });
        desk.waits(999);
        expect(desk.cues()).toEqual([]);
        desk.waits(1);
        desk.does({ event: 'language released' });
      },
      (desk: ReturnType<typeof kiosk>) => desk.does({ event: 'guest left' }),
    ]) {
      const desk = kiosk();
      serves(desk, 'fr');
      leave(desk);
      expect(desk.effects).toContainEqual({ effect: 'forget guest', but: undefined });
      expect(desk.cues()).toEqual(['ended']);
      expect(desk.state).toMatchObject({ repeatable: false, serving: undefined });
      expect(desk.state.speakers.guest).toBeUndefined();
      expect(isVacant(desk.state, desk.state.nowMs)).toBe(true);
    }
  });

  it('who is said to have left in the midst of a turn takes it along, and a conversation', () => {
    const desk = kiosk({ talkMode: 'open' });
    desk.does(pressed);
    desk.does({ event: 'speech started', turn: 1 });
    desk.does({ event: 'guest left' });
    expect(desk.reports()).toMatchObject([{ outcome: 'cancelled' }]);
    expect(desk.state).toMatchObject({ activity: { doing: 'nothing' }, conversation: undefined });
  });

  it('is another one when another language is chosen, or heard clearly twice: only the new turn is kept', () => {
    const chosen = kiosk();
    serves(chosen, 'fr');
    chosen.does({ event: 'language chosen', language: 'ja' });
    expect(chosen.effects).toContainEqual({ effect: 'forget guest', but: undefined });
    expect(chosen.state).toMatchObject({
      repeatable: false,
      speakers: { guest: { code: 'ja', by: 'pinned' } },
    });

    const heard = kiosk();
    serves(heard, 'fr');
    serves(heard, 'de');
    expect(heard.effects.map(({ effect }) => effect)).not.toContain('forget guest');
    serves(heard, 'de');
    expect(heard.effects).toContainEqual({ effect: 'forget guest', but: 3 });
    expect(heard.state).toMatchObject({ repeatable: true, speakers: { guest: { code: 'de' } } });
  });

  it('is the same one when the language is chosen that was heard, or one before anybody spoke', () => {
    const desk = kiosk();
    desk.does({ event: 'language chosen', language: 'fr' });
    desk.does({ event: 'language chosen', language: 'de' });
    serves(desk, 'de');
    desk.does({ event: 'language chosen', language: 'de' });
    expect(desk.effects.map(({ effect }) => effect)).not.toContain('forget guest');
  });

  it('can have the translation repeated for 30 s after it was last heard', () => {
    const desk = kiosk();
    serves(desk, 'fr');
    desk.waits(29_000);
    expect(desk.does({ event: 'repeat pressed' })).toEqual([{ effect: 'repeat' }]);
    desk.waits(60_000);
    desk.does({ event: 'drained', turn: undefined });
    desk.waits(29_999);
    expect(desk.state.repeatable).toBe(true);
    expect(desk.waits(1)).toEqual([{ effect: 'forget answer' }]);
    expect(desk.does({ event: 'repeat pressed' })).toEqual([]);
  });
});
