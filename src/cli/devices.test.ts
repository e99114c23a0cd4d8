import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from '../../test/rig/folders.ts';
import { CardFiles, STICK } from '../../test/rig/virtual/card-files.ts';
import { VirtualClock } from '../../test/rig/virtual/clock.ts';
import { VirtualLoudspeaker } from '../../test/rig/virtual/player.ts';
import { VirtualMicrophone, type VirtualMicrophoneOptions } from '../../test/rig/virtual/recorder.ts';
import { Room } from '../../test/rig/virtual/room.ts';
import { devicesCommand } from './devices.ts';
import { devicesCheck } from './devices-check.ts';

const folder = temporaryFolders();
const STEREO = STICK.replaceAll('Channels: 1', 'Channels: 2');

function configured(text: string): { config: string } {
  const config = path.join(folder(), 'dragoman.toml');
  writeFileSync(config, text);
  return { config };
}

describe('dragoman devices', () => {
  it('tells which devices are meant, and why', async () => {
    const told = await devicesCommand(
      configured('[microphone]\ncard = "usb:9-9"\n[loudspeaker]\ndevice = "null"\n'),
      { environment: {} },
    );
    expect(told).toMatch(/^microphone: none: no card "usb:9-9" \(microphone\.card\); there is /m);
    expect(told).toMatch(/^loudspeaker: null: loudspeaker\.device names it$/m);
  });

  it('prints what a device calls itself in one line, without what a terminal would obey', async () => {
    const cards = new CardFiles(folder());
    cards.plug(0, { id: 'Device', name: 'Mic\x1b]0;x\x07\u202e', byPath: 'p\x1b[2J', usbPort: '1-1' });
    const told = await devicesCommand(configured(''), { environment: {} }, cards.places);
    expect(told).toContain('card 0: Mic\ufffd]0;x\ufffd\ufffd\n');
    expect(told).toContain('"Device" or "usb:1-1" or "p\\u001b[2J"');
    expect(told).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
  });

  it.each([
    ['a microphone that works', {}, /^microphone works: .*, -\d+ dBFS$/m, 0],
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
      0,
    ],
    [
      'one that is muted',
      { delivers: (sound: Int16Array) => sound.map(() => 0) },
      /^microphone does not work: it delivers no sound, .*muted/m,
      1,
    ],
    [
      'one that is stuck at a value',
      { delivers: (sound: Int16Array) => sound.map(() => 257) },
      /^microphone does not work: it delivers no sound/m,
      1,
    ],
    [
      'one that records at 48 kHz',
      {
        delivers: (sound: Int16Array) =>
          Int16Array.from({ length: 3 * sound.length }, (_, i) => sound[i % sound.length] as number),
      },
      /^microphone does not work: it records at 48000 Hz, not at 16000: write "plughw:…" in microphone\.device$/m,
      1,
    ],
  ])('--check tells of %s', async (name, delivers: VirtualMicrophoneOptions, line, expected) => {
    const clock = new VirtualClock();
    const room = new Room(clock, { noiseDbfs: -60 });
    const cards = new CardFiles(folder());
    cards.plug(0, { id: 'Device', usbPort: '1-1.3', stream0: name.includes('opposite') ? STEREO : STICK });
    const loudspeaker = new VirtualLoudspeaker(clock, room.ear);
    clock.runFreely();
    const { stdout, exitCode } = await devicesCheck(
      configured(''),
      {
        stderr: process.stderr,
        environment: { RUNTIME_DIRECTORY: folder() },
        signal: new AbortController().signal,
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
    expect(stdout).toMatch(line);
    expect(stdout).toMatch(/^loudspeaker works: /m);
    expect(exitCode).toBe(expected);
  });

  it('--check reports what does not work when it is interrupted', async () => {
    const { stdout, exitCode } = await devicesCheck(
      configured('[microphone]\ncard = "Nowhere"\n[loudspeaker]\ncard = "Nowhere"\n'),
      { stderr: process.stderr, environment: {}, signal: AbortSignal.timeout(100) },
    );
    expect(stdout).toMatch(/^microphone does not work: missing: no card "Nowhere"/m);
    expect(stdout).toMatch(/^loudspeaker does not work: missing: no card "Nowhere"/m);
    expect(exitCode).toBe(1);
  });
});
