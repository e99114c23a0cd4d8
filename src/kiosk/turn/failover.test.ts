import { describe, expect, it } from 'vitest';
import { CASCADE, DIALOGUE, PHRASEBOOK, SETTINGS } from '../../../test/rig/kiosk-settings.ts';
import { atDesk, type Desk, kiosk, pressed, released, service } from '../../../test/rig/story.ts';
import type { FaultCode } from '../faults.ts';

const withEngines = (...engines: (typeof DIALOGUE)[]) =>
  kiosk({ route: { engines, whenWarned: 'cheaper', whenSpent: 'stop' } });
const gone = (fault: FaultCode) => service('dialogue', { is: 'unreachable', fault });
const moved = (desk: Desk) => desk.moves().map(({ engine }) => engine);

describe('a turn whose engine cannot be reached', () => {
  it('goes to another one that needs the network after a second and a half, even while people speak', () => {
    const desk = withEngines(DIALOGUE, CASCADE);
    desk.does(pressed);
    desk.does(gone('quota'));
    desk.waits(1499);
    expect(moved(desk)).toEqual([]);
    desk.waits(1);
    expect(desk.moves()).toMatchObject([
      { turn: 1, engine: 'cascade', route: 'cascade (next best; dialogue: failed)' },
    ]);
    expect(desk.talk()).toBe('on');
    desk.does(released);
    expect(desk.talk()).toBe('fast blink');
  });

  it('stays when it can be reached again before', () => {
    const desk = withEngines(DIALOGUE, CASCADE);
    desk.does(pressed);
    desk.does(gone('quota'));
    desk.waits(1000);
    desk.does(service('dialogue', { is: 'ready' }));
    desk.waits(20_000);
    expect(moved(desk)).toEqual([]);
  });

  it('does not go to the phrasebook while people speak, nor before they have waited for four seconds', () => {
    const desk = withEngines(DIALOGUE, PHRASEBOOK);
    desk.does(pressed);
    desk.does(gone('network-unreachable'));
    desk.waits(10_000);
    desk.does(released);
    desk.waits(3999);
    expect(moved(desk)).toEqual([]);
    desk.waits(1);
    expect(moved(desk)).toEqual(['phrasebook']);
    expect(desk.cues()).toContain('phrasebook');
  });

  it('does not go to another engine over a network that is gone', () => {
    const desk = withEngines(DIALOGUE, CASCADE);
    desk.does(pressed);
    desk.does(gone('name-not-resolved'));
    desk.does(released);
    desk.waits(14_000);
    expect(moved(desk)).toEqual([]);
  });

  it('goes at once when another one becomes reachable later', () => {
    const desk = withEngines(DIALOGUE, CASCADE);
    desk.does(service('cascade', { is: 'unreachable', fault: 'service-error' }));
    desk.does(pressed);
    desk.does(released);
    desk.does(gone('quota'));
    desk.waits(5000);
    expect(moved(desk)).toEqual([]);
    desk.does(service('cascade', { is: 'ready' }));
    expect(moved(desk)).toEqual(['cascade']);
  });

  it('is given up, not moved, when it is too late to be delivered', () => {
    const desk = withEngines(DIALOGUE, CASCADE);
    desk.does(pressed);
    desk.does(released);
    desk.does(gone('quota'));
    desk.at(desk.state.nowMs + SETTINGS.deliverWithinMs, { event: 'tick' });
    expect(moved(desk)).toEqual([]);
    expect(desk.reports()).toMatchObject([{ outcome: 'failed', fault: 'quota' }]);
  });
});

describe('a turn that fails', () => {
  it('goes to the next engine when it was the engine, and to each but once', () => {
    const desk = withEngines(DIALOGUE, CASCADE, PHRASEBOOK);
    desk.does(pressed);
    desk.does(released);
    desk.does({ event: 'turn failed', turn: 1, fault: 'service-error' });
    desk.does({ event: 'turn failed', turn: 1, fault: 'no-answer' });
    expect(moved(desk)).toEqual(['cascade', 'phrasebook']);
    expect(desk.reports()).toEqual([]);
    desk.does({ event: 'turn failed', turn: 1, fault: 'phrasebook-failed' });
    expect(desk.reports()).toMatchObject([{ outcome: 'failed', fault: 'phrasebook-failed' }]);
    expect(moved(desk)).toHaveLength(2);
  });

  it.each(['phrasebook-missing', 'phrasebook-failed'] as const)(
    'of %s goes to an engine that needs the network, where that comes second',
    (fault) => {
      const desk = withEngines(PHRASEBOOK, DIALOGUE);
      desk.does(pressed);
      desk.does(released);
      desk.does({ event: 'turn failed', turn: 1, fault });
      expect(moved(desk)).toEqual(['dialogue']);
    },
  );

  it.each(['microphone-stalled', 'loudspeaker-failed', 'internal'] as const)(
    'of %s does so with any engine: it is over',
    (fault) => {
      const desk = withEngines(DIALOGUE, CASCADE);
      desk.does(pressed);
      desk.does(released);
      desk.does({ event: 'turn failed', turn: 1, fault });
      expect(moved(desk)).toEqual([]);
      expect(desk.reports()).toMatchObject([{ outcome: 'failed', fault }]);
    },
  );

  it('in mid-speech is silenced, a cue tells that it comes again, and all of it comes from another engine', () => {
    const desk = withEngines(DIALOGUE, CASCADE);
    desk.does(pressed);
    desk.does(released);
    desk.does({ event: 'playing', turn: 1 });
    const effects = desk.does({ event: 'turn failed', turn: 1, fault: 'answer-broken-off' });
    expect(effects).toMatchObject([
      { effect: 'move turn', engine: 'cascade' },
      { effect: 'silence' },
      { effect: 'cue', cue: 'again' },
    ]);
    expect(desk.talk()).toBe('fast blink');
    desk.does({ event: 'playing', turn: 1 });
    desk.does({ event: 'answered', turn: 1, outcome: 'translated', spoken: true });
    desk.does({ event: 'drained', turn: 1 });
    expect(desk.reports()).toMatchObject([{ outcome: 'translated' }]);
    expect(desk.state.serving).toBe('cascade');
  });

  it('long after the release is over', () => {
    const desk = withEngines(DIALOGUE, CASCADE);
    desk.does(pressed);
    desk.does(released);
    desk.does({ event: 'playing', turn: 1 });
    desk.at(desk.state.nowMs + SETTINGS.deliverWithinMs, {
      event: 'turn failed',
      turn: 1,
      fault: 'answer-broken-off',
    });
    expect(moved(desk)).toEqual([]);
    expect(desk.reports()).toMatchObject([{ outcome: 'failed', fault: 'answer-broken-off' }]);
  });

  it('while people speak goes on listening with another engine', () => {
    const desk = withEngines(DIALOGUE, CASCADE);
    desk.does(pressed);
    desk.does({ event: 'turn failed', turn: 1, fault: 'key-refused' });
    expect(moved(desk)).toEqual(['cascade']);
    expect(desk.talk()).toBe('on');
  });
});

describe('who is asked whether this was meant', () => {
  const asked = () => {
    const desk = withEngines(PHRASEBOOK, DIALOGUE);
    desk.does(pressed);
    desk.does(released);
    desk.does({ event: 'asked', turn: 1 });
    return desk;
  };

  it('is shown that a press is awaited', () => {
    expect(asked().lights().talk).toEqual({ look: 'flashes', count: 4 });
  });

  it('agrees by a press, which cuts the question short and is no new turn', () => {
    const desk = asked();
    expect(desk.does(pressed)).toEqual([
      { effect: 'silence' },
      { effect: 'answer question', turn: 1, agreed: true },
    ]);
    desk.does(released);
    expect(desk.begun()).toHaveLength(1);
    expect(desk.talk()).toBe('fast blink');
    desk.does({ event: 'playing', turn: 1 });
    desk.does({ event: 'answered', turn: 1, outcome: 'translated', spoken: true });
    desk.does({ event: 'drained', turn: 1 });
    expect(desk.reports()).toMatchObject([{ outcome: 'translated' }]);
  });

  it('declines by waiting: eight seconds from when the question has been heard', () => {
    const desk = asked();
    desk.waits(3000);
    desk.does({ event: 'drained', turn: 1 });
    expect(desk.waits(7999)).toEqual([]);
    expect(desk.waits(1)).toEqual([{ effect: 'answer question', turn: 1, agreed: false }]);
    desk.does({ event: 'answered', turn: 1, outcome: 'not understood', spoken: false });
    expect(desk.prompts()).toEqual(['speak again']);
    expect(desk.reports()).toMatchObject([{ outcome: 'not understood' }]);
  });

  it('is not waited for without an end when the loudspeaker never tells that it was heard', () => {
    const desk = asked();
    expect(desk.waits(20_000)).toEqual([{ effect: 'answer question', turn: 1, agreed: false }]);
  });

  it('declines, and the turn goes on with another engine when the one that asked cannot be reached any more', () => {
    const desk = asked();
    desk.does(service('phrasebook', { is: 'unreachable', fault: 'phrasebook-failed' }));
    expect(atDesk(desk.waits(20_000))).toMatchObject([
      { effect: 'answer question', turn: 1, agreed: false },
      { effect: 'move turn', engine: 'dialogue' },
    ]);
  });

  it('has not heard it when the loudspeaker gave it up: the turn fails', () => {
    const desk = asked();
    desk.does({ event: 'turn failed', turn: 1, fault: 'loudspeaker-failed' });
    expect(desk.reports()).toMatchObject([{ outcome: 'failed', fault: 'loudspeaker-failed' }]);
  });

  it('need not answer any more when the engine that asked has failed: the question ends', () => {
    const desk = asked();
    expect(desk.does({ event: 'turn failed', turn: 1, fault: 'phrasebook-failed' })).toMatchObject([
      { effect: 'move turn', engine: 'dialogue' },
      { effect: 'silence' },
    ]);
    expect(desk.talk()).toBe('fast blink');
  });

  it('need not answer any more when the engine that asked begins again', () => {
    const desk = asked();
    expect(desk.does({ event: 'turn delayed', turn: 1, fault: 'phrasebook-failed' })).toEqual([
      { effect: 'silence' },
      { effect: 'answer question', turn: 1, agreed: false },
    ]);
    expect(desk.talk()).toBe('fast blink');
  });
});
