import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { alive, median, Told } from '../../../test/rig/events.ts';
import { SoundServer, soundServerMissing } from '../../../test/rig/real/sound-server.ts';
import { VirtualClock } from '../../../test/rig/virtual/clock.ts';
import { type Clock, REAL_TIME } from '../../base/time.ts';
import { Mask } from '../../line/mask.ts';
import { AlsaDevices, named } from '../alsa/devices.ts';
import { ArecordMicrophone } from '../microphone/arecord.ts';
import type { Frame } from '../pcm/frame.ts';
import { levelDbfs } from '../pcm/level.ts';
import { AplayPlayer } from './aplay.ts';
import type { LoudspeakerState } from './loudspeaker.ts';
import { PacedLoudspeaker } from './paced.ts';
import type { Player } from './player.ts';
import { SpeakerPlayer } from './speaker.ts';

/** With the real `AlsaDevices`, and of processes. What holds on any device: test/rig/contracts/player.ts. */

type Event =
  | { readonly what: 'playing' | 'drained' | 'gap' | 'lost'; readonly id: number; readonly ms: number }
  | { readonly what: 'interval'; readonly startMs: number; readonly endMs: number | undefined }
  | { readonly what: 'state'; readonly state: LoudspeakerState };

/** Less than the time between two signs of life that a child is asked for: it answers in real time. */
const SPARE_IDLE_MS = 3000;

const PLAYERS: Readonly<Record<string, (clock: Clock) => Player>> = {
  speaker: (clock) => new SpeakerPlayer(clock, SPARE_IDLE_MS),
  aplay: (clock) => new AplayPlayer(clock),
};

const speech = (ms: number) =>
  Int16Array.from({ length: ms * 24 }, (_, i) => Math.round(9000 * Math.sin(i * 0.2)));
const loud = (frame: Frame) => levelDbfs(frame.samples) > -40;

const missing = soundServerMissing();
const where =
  missing === undefined ? 'a virtual sound card' : `a virtual sound card (missing here: ${missing})`;

const server = new SoundServer();
const environment = { ...process.env };
beforeAll(async () => {
  if (missing !== undefined) return;
  server.prepare();
  await server.start();
  process.env.ALSA_CONFIG_PATH = server.alsaConfig;
});
afterAll(async () => {
  restore(environment, 'ALSA_CONFIG_PATH');
  await server.stop();
});

describe.skipIf(missing !== undefined).each(Object.keys(PLAYERS))(`%s on ${where}`, (kind) => {
  const ends: (() => Promise<void>)[] = [];

  afterEach(async () => {
    await Promise.all(ends.splice(0).map((end) => end()));
  });

  /** @param clock of the player; the sound itself is always paced in real time */
  function loudspeakerOn(device: string, clock: Clock = REAL_TIME) {
    const make = PLAYERS[kind] as (clock: Clock) => Player;
    const folder = join(server.folder, 'alsa');
    const devices = new AlsaDevices({ microphone: {}, loudspeaker: { device }, folder });
    const loudspeaker = new PacedLoudspeaker(make(clock), { routing: devices.playback });
    ends.push(() => loudspeaker.stop());
    const events = new Told<Event>();
    const mask = new Mask();
    loudspeaker.start({
      playing: (id, ms) => events.tell({ what: 'playing', id, ms }),
      drained: (id, ms) => events.tell({ what: 'drained', id, ms }),
      gap: (id, ms) => events.tell({ what: 'gap', id, ms }),
      lost: (id, ms) => events.tell({ what: 'lost', id, ms }),
      interval: (startMs, endMs) => {
        mask.interval(startMs, endMs);
        events.tell({ what: 'interval', startMs, endMs });
      },
      state: (state) => events.tell({ what: 'state', state }),
    });
    const of = (what: Event['what']) => events.all.filter((event) => event.what === what);
    return {
      loudspeaker,
      events,
      mask,
      of,
      drained: (id: number) => events.first((event) => event.what === 'drained' && event.id === id),
      working: (from = 0) =>
        events.first((event) => event.what === 'state' && event.state.kind === 'working', from),
      trouble: async (from = 0) => {
        const event = await events.first((one) => one.what === 'state' && one.state.kind === 'trouble', from);
        return event.what === 'state' && event.state.kind === 'trouble' ? event.state.trouble : undefined;
      },
    };
  }

  /** What the loudspeaker gives off, frame by frame. @param each is called with each as it comes */
  async function ear(each: (frame: Frame) => void = () => {}) {
    const microphone = new ArecordMicrophone({ routing: named('earphone'), listen: 'always' });
    ends.push(() => microphone.stop());
    const frames = new Told<Frame>();
    microphone.start({
      frame: (frame) => {
        each(frame);
        frames.tell(frame);
      },
      state: () => {},
    });
    await frames.first(() => true);
    return frames;
  }

  it('plays, and says when, so that the device does not hear itself', async () => {
    const { loudspeaker, of, mask, drained, working } = loudspeakerOn('loudspeaker');
    const leaks: Frame[] = [];
    const frames = await ear((frame) => {
      if (levelDbfs(frame.samples) > -70 && !mask.masked(frame)) leaks.push(frame);
    });
    await working();
    const starts: number[] = [];
    for (let id = 1; id <= 3; id++) {
      const before = frames.all.length;
      const playback = loudspeaker.begin();
      const atMs = performance.now();
      playback.write(speech(200));
      playback.end();
      const heard = await frames.first(loud, before);
      starts.push(heard.capturedAtMs + 20 - atMs);
      await drained(id);
      await frames.first((frame) => !loud(frame) && frame.capturedAtMs > heard.capturedAtMs);
    }
    expect(leaks).toEqual([]);
    expect(of('playing')).toHaveLength(3);
    expect(of('gap')).toHaveLength(0);
    console.log(
      `measured: ${kind}: sound in the recording ${median(starts).toFixed(0)} ms after it was written (median of 3)`,
    );
  });

  it('keeps a spare while it plays and for a while after, not when idle; and plays on without it', async () => {
    const clock = new VirtualClock();
    const { loudspeaker, of, events, drained, working } = loudspeakerOn('loudspeaker', clock);
    await working();
    const spares = () => players(process.pid).filter((pid) => pid !== loudspeaker.pid);
    expect(spares()).toEqual([]);
    const first = loudspeaker.begin();
    first.write(speech(200));
    first.end();
    await drained(1);
    clock.advance(300);
    if (kind === 'speaker') await expect.poll(spares, { timeout: 20_000 }).toHaveLength(1);
    clock.advance(SPARE_IDLE_MS);
    await expect.poll(spares, { timeout: 20_000 }).toEqual([]);

    loudspeaker.begin().write(speech(5000));
    await events.first((event) => event.what === 'playing' && event.id === 2);
    clock.advance(300);
    if (kind === 'speaker') await expect.poll(spares, { timeout: 20_000 }).toHaveLength(1);
    for (const pid of spares()) process.kill(pid, 'SIGKILL');
    loudspeaker.silence();
    const playback = loudspeaker.begin();
    playback.write(speech(100));
    playback.end();
    await drained(3);
    // A spare that is taken before its end is noticed counts as a player that died; then that is told.
    expect(of('state').at(-1)).toMatchObject({ state: { kind: 'working' } });
  });

  it.runIf(kind === 'speaker')('notices a player that hangs while nothing plays', async () => {
    const clock = new VirtualClock();
    const { loudspeaker, trouble, working, of } = loudspeakerOn('loudspeaker', clock);
    await working();
    const pid = loudspeaker.pid as number;
    process.kill(pid, 'SIGSTOP');
    clock.advance(10_050);
    expect(await trouble()).toBe('stalled');
    await working(2);
    expect(alive(pid)).toBe(false);
    expect(of('state')).toHaveLength(3);
  });

  it('leaves nothing behind', async () => {
    const { loudspeaker, working } = loudspeakerOn('loudspeaker');
    await working();
    const playback = loudspeaker.begin();
    playback.write(speech(5000));
    const pid = loudspeaker.pid as number;
    await loudspeaker.stop();
    await loudspeaker.stop();
    expect(alive(pid)).toBe(false);
    expect(existsSync(join(server.folder, 'alsa'))).toBe(false);
  });

  it('ends when its parent is killed', async () => {
    const program = `
      const { PacedLoudspeaker } = await import(${url('./paced.ts')});
      const { SpeakerPlayer } = await import(${url('./speaker.ts')});
      const { AplayPlayer } = await import(${url('./aplay.ts')});
      const { AlsaDevices } = await import(${url('../alsa/devices.ts')});
      const player = ${kind === 'speaker' ? 'new SpeakerPlayer()' : 'new AplayPlayer()'};
      const folder = ${JSON.stringify(join(server.folder, 'alsa-orphan'))};
      const devices = new AlsaDevices({ microphone: {}, loudspeaker: { device: 'loudspeaker' }, folder });
      const loudspeaker = new PacedLoudspeaker(player, { routing: devices.playback });
      loudspeaker.start({ state: () => process.stdout.write(String(loudspeaker.pid)), drained() {}, playing() {}, gap() {}, lost() {}, interval() {} });
    `;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pid = await new Promise<number>((resolve) =>
      parent.stdout.once('data', (text: Buffer) => resolve(Number(text.toString()))),
    );
    expect(alive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await expect.poll(() => !alive(pid) || zombie(pid), { timeout: 20_000 }).toBe(true);
  });
});

describe.skipIf(missing !== undefined)(`what is chosen as loudspeaker, on ${where}`, () => {
  afterEach(() => restore(environment, 'HOME'));

  const silent = { playing() {}, drained() {}, gap() {}, lost() {}, interval() {} };

  it('beats the default of the machine and of the user, which speaker would open whatever its options say', async () => {
    writeFileSync(join(server.folder, '.asoundrc'), 'pcm.!default { type hw card 7 }\n');
    process.env.HOME = server.folder;
    const states = new Told<LoudspeakerState>();
    const devices = new AlsaDevices({
      microphone: {},
      loudspeaker: { device: 'loudspeaker' },
      folder: join(server.folder, 'alsa'),
    });
    const chosen = new PacedLoudspeaker(new SpeakerPlayer(), { routing: devices.playback });
    chosen.start({ ...silent, state: states.tell });
    await states.first(() => true);
    await chosen.stop();
    expect(states.all).toEqual([{ kind: 'working' }]);

    const none = new Told<LoudspeakerState>();
    const byDefault = new PacedLoudspeaker(new SpeakerPlayer());
    byDefault.start({ ...silent, state: none.tell });
    await none.first(() => true);
    await byDefault.stop();
    expect(none.all[0]).toMatchObject({ kind: 'trouble', trouble: 'missing' });
  });
});

function restore(environment: NodeJS.ProcessEnv, ...names: readonly string[]): void {
  for (const name of names) {
    const value = environment[name];
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}

/** The children of a process that host `speaker`. */
function players(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const after = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1] ?? '';
        return (
          after.split(' ')[1] === String(parent) &&
          readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('speaker-child')
        );
      } catch {
        return false; // it has ended
      }
    })
    .map(Number);
}

/** Orphans in a container may stay unreaped; they have ended all the same. */
function zombie(pid: number): boolean {
  return !existsSync(`/proc/${pid}/exe`);
}

function url(path: string): string {
  return JSON.stringify(new URL(path, import.meta.url).href);
}
