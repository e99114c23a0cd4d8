import { describe, expect, it } from 'vitest';
import { seeded } from '../../test/rig/random.ts';
import { VirtualClock } from '../../test/rig/virtual/clock.ts';
import { Debounce } from './debounce.ts';

function button(kind?: 'button' | 'switch') {
  const clock = new VirtualClock({ startMs: 1000 });
  const line = { down: false };
  const changes: [boolean, number][] = [];
  const chatter: boolean[] = [];
  const debounce = new Debounce(
    clock,
    () => line.down,
    {
      changed: (down, atMs) => void changes.push([down, atMs]),
      chatters: (on) => void chatter.push(on),
    },
    false,
    kind,
  );
  const set = (down: boolean) => {
    if (line.down === down) return;
    line.down = down;
    debounce.edge();
  };
  /** Turns over and over, for at least so long. @param waitMs from one edge to the next */
  const swing = (forMs: number, waitMs: () => number) => {
    for (const untilMs = clock.now() + forMs; clock.now() < untilMs; clock.advance(waitMs())) set(!line.down);
  };
  return { clock, line, changes, chatter, debounce, set, swing, startMs: clock.now() };
}

describe('the debounce of a button', () => {
  it('takes 30 bounces within 20 ms for one press, at the time of the first', () => {
    const { clock, changes, set, swing, startMs } = button();
    swing(19, () => 20 / 30);
    set(true);
    clock.advance(200);
    expect(changes).toEqual([[true, startMs]]);
  });

  it('tells a clean press after 15 ms, and a bounce of 60 ms 15 ms after its last edge', () => {
    const { clock, changes, set, swing } = button();
    set(true);
    clock.advance(15);
    expect(changes).toEqual([[true, 1000]]);
    set(false);
    clock.advance(50);
    swing(60, () => 10);
    set(true);
    clock.advance(14);
    expect(changes).toHaveLength(2);
    clock.advance(1);
    expect(changes.at(-1)).toEqual([true, 1065]);
  });

  it('takes ten presses a second for ten presses, and short ones for short ones', () => {
    const { clock, changes, chatter, set } = button();
    const press = (heldMs: number, pauseMs: number) => {
      set(true);
      clock.advance(heldMs);
      set(false);
      clock.advance(pauseMs);
    };
    for (let i = 0; i < 100; i++) press(50, 50);
    for (let i = 0; i < 20; i++) press(25, 100);
    expect(changes).toHaveLength(240);
    expect(changes.slice(-2)).toEqual([
      [true, clock.now() - 125],
      [false, clock.now() - 100],
    ]);
    expect(chatter).toEqual([]);
  });

  it('reads the level again, so that an edge that got lost leaves nothing pressed', () => {
    const { clock, line, changes, debounce } = button();
    line.down = true;
    debounce.edge();
    line.down = false; // this edge is never reported
    clock.advance(200);
    expect(changes).toEqual([]);
  });

  it('tells the time of the edge, however late the edge is told', () => {
    const { clock, line, changes, debounce, startMs } = button();
    clock.advance(400); // the process was busy
    line.down = true;
    debounce.edge(startMs + 10);
    clock.advance(20);
    expect(changes).toEqual([[true, startMs + 10]]);
  });

  it('takes two movements that are told late, with a rest between them, for no chatter', () => {
    const { clock, line, changes, chatter, debounce, startMs } = button();
    clock.advance(1600); // the process was busy
    line.down = true;
    for (const edgeMs of [0, 5, 1400, 1405, 1410]) debounce.edge(startMs + edgeMs);
    clock.advance(15);
    expect(changes).toEqual([[true, startMs + 1400]]);
    expect(chatter).toEqual([]);
  });

  it('waits on for a line that is found to have moved when it is read', () => {
    const clock = new VirtualClock();
    const line = { down: true };
    const changes: boolean[] = [];
    let late = 1;
    const debounce = new Debounce(
      clock,
      () => {
        if (late-- > 0) debounce.edge();
        return line.down;
      },
      { changed: (down) => void changes.push(down), chatters: () => {} },
      false,
    );
    debounce.edge();
    clock.advance(16);
    line.down = false;
    clock.advance(16);
    expect(changes).toEqual([]);
  });

  it('finds a switch that was on before anybody looked', () => {
    const { clock, line, changes, debounce } = button();
    line.down = true;
    debounce.check();
    clock.advance(20);
    expect(changes.map(([down]) => down)).toEqual([true]);
  });
});

describe('a line that never rests', () => {
  const random = seeded(7);
  const jitter = (ms: number, byMs: number) => () => ms + (random() * 2 - 1) * byMs;

  it.each<[string, () => number]>([
    ['50 Hz', jitter(10, 0)],
    ['50 Hz with jitter', jitter(10, 3)],
    ['60 Hz with jitter', jitter(25 / 3, 3)],
    ['100 Hz, rectified, with jitter', jitter(5, 3)],
    ['a choke of some kHz', jitter(0.2, 0.1)],
  ])('is no press but chatter, until it rests for a second: %s', (_, waitMs) => {
    const { clock, line, changes, chatter, set, swing } = button();
    swing(5000, waitMs);
    expect(changes).toEqual([]);
    expect(chatter).toEqual([true]);
    set(!line.down); // its last edge is at this moment
    set(false);
    const rested = () => chatter.at(-1) === false;
    clock.advance(990);
    expect(rested()).toBe(false);
    clock.advance(10);
    expect(rested()).toBe(true);
    set(true);
    clock.advance(15);
    expect(changes).toEqual([[true, clock.now() - 15]]);
  });

  it.each<[string, () => number]>([
    ['16.7 Hz', jitter(30, 3)],
    ['25 Hz', jitter(20, 3)],
    ['a contact that shakes', jitter(25, 14)],
  ])('faster than a finger is a few presses, each with its release, then chatter: %s', (_, waitMs) => {
    const { changes, chatter, swing } = button();
    swing(5000, waitMs);
    expect(changes.length).toBeLessThanOrEqual(6);
    expect(changes.at(-1)?.[0] ?? false).toBe(false);
    expect(changes).toEqual(changes.toSorted(([, a], [, b]) => a - b));
    expect(chatter).toEqual([true]);
  });

  it('in bursts with a rest between them is neither a press nor chatter', () => {
    const { clock, changes, chatter, set, swing } = button();
    for (let burst = 0; burst < 50; burst++) {
      swing(40, jitter(3, 2));
      set(false);
      clock.advance(60);
    }
    expect(changes).toEqual([]);
    expect(chatter).toEqual([]);
  });

  it('for a short while must rest for as long as it moved, and is no fault', () => {
    const { clock, changes, chatter, set, swing } = button();
    swing(200, () => 10);
    set(true);
    clock.advance(180);
    expect(changes).toEqual([]);
    clock.advance(20);
    expect(changes).toEqual([[true, 1200]]);
    expect(chatter).toEqual([]);
  });

  it('with a button that is held down in it for a second is that press', () => {
    const { clock, changes, chatter, set, swing } = button();
    swing(3000, jitter(10, 3));
    set(true);
    const pressedMs = clock.now();
    clock.advance(1000);
    expect(chatter).toEqual([true, false]);
    expect(changes).toMatchObject([[true, expect.any(Number)]]);
    expect(pressedMs - (changes[0] as [boolean, number])[1]).toBeLessThan(14);
  });

  it('releases the button, for a closed contact would hold it', () => {
    const { clock, changes, set, swing } = button();
    set(true);
    clock.advance(500);
    swing(2000, jitter(10, 3));
    expect(changes).toEqual([
      [true, 1000],
      [false, 1500],
    ]);
  });

  it('leaves a switch as it was', () => {
    const { clock, changes, chatter, set, swing } = button('switch');
    set(true);
    clock.advance(500);
    swing(2000, jitter(10, 3));
    expect(changes).toEqual([[true, 1000]]);
    expect(chatter).toEqual([true]);
  });
});
