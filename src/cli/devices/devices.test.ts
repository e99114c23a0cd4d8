import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { dragomanInProcess } from '../../../test/rig/command.ts';
import { temporaryFolders } from '../../../test/rig/folders.ts';
import { CardFiles, STICK } from '../../../test/rig/virtual/card-files.ts';
import { VirtualClock } from '../../../test/rig/virtual/clock.ts';
import { VirtualLoudspeaker } from '../../../test/rig/virtual/player.ts';
import { VirtualMicrophone, type VirtualMicrophoneOptions } from '../../../test/rig/virtual/recorder.ts';
import { Room } from '../../../test/rig/virtual/room.ts';
import { parseConfig } from '../../system/config/load.ts';
import { checkDevices } from './check.ts';
import { chosenDevices } from './choice.ts';

const folder = temporaryFolders();
const STEREO = STICK.replaceAll('Channels: 1', 'Channels: 2');

const configured = (toml: string) => parseConfig(toml, 'test.toml');

/** Checks simulated devices. @param abortedAfterMs on the clock; if not given, nobody interrupts it */
async function checked(
  toml: string,
  plug: (cards: CardFiles) => void,
  delivers: VirtualMicrophoneOptions,
  abortedAfterMs?: number,
) {
  const clock = new VirtualClock();
  const room = new Room(clock, { noiseDbfs: -60 });
  const cards = new CardFiles(folder());
  plug(cards);
  const loudspeaker = new VirtualLoudspeaker(clock, room.ear);
  const interrupted = new AbortController();
  if (abortedAfterMs !== undefined) clock.after(abortedAfterMs, () => interrupted.abort());
  clock.runFreely();
  const found = await checkDevices(
    configured(toml),
    {
      stderr: process.stderr,
      environment: { RUNTIME_DIRECTORY: folder() },
      signal: interrupted.signal,
    },
    {
      clock,
      cards: cards.places,
      setLevel: () => {},
      startRecorder: new VirtualMicrophone(clock, room, delivers).startRecorder,
      player: () => loudspeaker,
    },
  );
  clock.stop();
  return { ...found, lastedMs: clock.now() };
}

describe('dragoman devices', () => {
  it('says which devices are meant, and why', async () => {
    const file = path.join(folder(), 'dragoman.toml');
    writeFileSync(file, '[microphone]\ncard = "usb:9-9"\n[loudspeaker]\ndevice = "null"\n');
    const { stdout } = await dragomanInProcess(['devices', '--config', file]);
    expect(stdout).toMatch(/^microphone: none: no card "usb:9-9" \(microphone\.card\); there is /m);
    expect(stdout).toMatch(/^loudspeaker: null: loudspeaker\.device names it$/m);
    const json = await dragomanInProcess(['devices', '--config', file, '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({
      microphone: { is: 'missing', device: null, why: expect.stringContaining('no card "usb:9-9"') },
      loudspeaker: { is: 'name', device: 'null', why: 'loudspeaker.device names it' },
    });
  });

  it('prints what a device calls itself in one line, without what a terminal would obey', async () => {
    const cards = new CardFiles(folder());
    cards.plug(0, { id: 'Device', name: 'Mic\x1b]0;x\x07\u202e', byPath: 'p\x1b[2J', usbPort: '1-1' });
    const { text, value } = chosenDevices(configured(''), {}, cards.places);
    expect(text).toContain('card 0: Mic\ufffd]0;x\ufffd\ufffd\n');
    expect(text).toContain('"Device" or "usb:1-1" or "p\\u001b[2J"');
    expect(text).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
    expect(value).toMatchObject({ cards: [{ id: 'Device', usbPort: '1-1', byPath: 'p\x1b[2J' }] });
  });

  it.each([
    ['a microphone that works', {}, /^microphone works: .*, -\d+ dBFS$/m, true],
    [
      'one whose channels are opposite',
      {
        delivers: (sound: Int16Array) =>
          Int16Array.from(
            { length: 2 * sound.length },
            (_, i) => (sound[i >> 1] as number) * (1 - 2 * (i % 2)),
          ),
      },
      /^microphone works: .* dBFS; its two channels cancel each other out: one of them is used$/m,
      true,
    ],
    [
      'one that is muted',
      { delivers: (sound: Int16Array) => sound.map(() => 0) },
      /^microphone does not work: it delivers no sound, .*muted/m,
      false,
    ],
    [
      'one that is stuck at a value',
      { delivers: (sound: Int16Array) => sound.map(() => 257) },
      /^microphone does not work: it delivers no sound/m,
      false,
    ],
    [
      'one that records at 48 kHz',
      {
        delivers: (sound: Int16Array) =>
          Int16Array.from({ length: 3 * sound.length }, (_, i) => sound[i % sound.length] as number),
      },
      /^microphone does not work: it records at 48000 Hz, not at 16000: write "plughw:…" in microphone\.device$/m,
      false,
    ],
  ])('--check reports %s', async (name, delivers: VirtualMicrophoneOptions, line, expected) => {
    const stream0 = name.includes('opposite') ? STEREO : STICK;
    const plug = (cards: CardFiles) => cards.plug(0, { id: 'Device', usbPort: '1-1.3', stream0 });
    const { text, microphone } = await checked('', plug, delivers);
    expect(text).toMatch(line);
    expect(text).toMatch(/^loudspeaker works: /m);
    expect(microphone.works).toBe(expected);
  });

  it('--check reports what does not work when it is interrupted', async () => {
    const nowhere = '[microphone]\ncard = "Nowhere"\n[loudspeaker]\ncard = "Nowhere"\n';
    const { text, microphone, loudspeaker, lastedMs } = await checked(nowhere, () => {}, {}, 100);
    expect(text).toMatch(/^microphone does not work: missing: no card "Nowhere"/m);
    expect(text).toMatch(/^loudspeaker does not work: missing: no card "Nowhere"/m);
    expect([microphone.works, loudspeaker.works]).toEqual([false, false]);
    expect(lastedMs).toBeLessThan(1000);
  });

  it('--check ends with 1 where one does not work, also if it is interrupted before it begins', async () => {
    const file = path.join(folder(), 'dragoman.toml');
    writeFileSync(file, '[microphone]\ncard = "Nowhere"\n[loudspeaker]\ncard = "Nowhere"\n');
    const { stdout, code } = await dragomanInProcess(['devices', '--check', '--config', file], {
      signal: AbortSignal.abort(),
    });
    expect(stdout).toMatch(/^microphone does not work: /m);
    expect(code).toBe(1);
  });
});
