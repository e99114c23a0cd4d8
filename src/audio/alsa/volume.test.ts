import { describe, expect, it } from 'vitest';
import { commands, parseControls } from './volume.ts';

/** As amixer prints of a USB sound stick, and of one of QEMU (shortened). */
const STICK = `Simple mixer control 'Speaker',0
  Capabilities: pvolume pswitch pswitch-joined
  Playback channels: Front Left - Front Right
  Limits: Playback 0 - 37
  Front Left: Playback 20 [54%] [-17.00dB] [off]
Simple mixer control 'Mic',0
  Capabilities: pvolume pvolume-joined cvolume cvolume-joined pswitch pswitch-joined cswitch cswitch-joined
  Mono: Playback 0 [0%] [-23.00dB] [off] Capture 16 [46%] [0.00dB] [on]
Simple mixer control 'Auto Gain Control',0
  Capabilities: pswitch pswitch-joined
  Mono: Playback [on]
`;
const QEMU = `Simple mixer control 'Audio Output Volume Control',0
  Capabilities: pvolume pswitch pswitch-joined
`;
const CODEC = `Simple mixer control 'Headphone',0
  Capabilities: pswitch
Simple mixer control 'PCM',0
  Capabilities: volume cswitch
Simple mixer control 'Master',0
  Capabilities: pvolume
`;

const set = (
  text: string,
  direction: 'playback' | 'capture',
  playbackPercent?: number,
  capturePercent?: number,
) => commands(parseControls(text), direction, direction === 'playback' ? playbackPercent : capturePercent);

describe("the level of a card's own mixer", () => {
  it('is set and switched on for playback, and nothing else is touched', () => {
    expect(set(STICK, 'playback', 90)).toEqual([
      ["'Speaker',0", 'playback', '90%'],
      ["'Speaker',0", 'unmute'],
    ]);
  });

  it('is that of an unknown control where there is no known one', () => {
    expect(set(QEMU, 'playback', 90)).toEqual([
      ["'Audio Output Volume Control',0", 'playback', '90%'],
      ["'Audio Output Volume Control',0", 'unmute'],
    ]);
  });

  it('is that of one control alone; all known switches are on', () => {
    expect(set(CODEC, 'playback', 80)).toEqual([
      ["'PCM',0", 'playback', '80%'],
      ["'Headphone',0", 'unmute'],
    ]);
  });

  it('of a microphone is left alone without a setting, but it is switched on', () => {
    expect(set(STICK, 'capture')).toEqual([["'Mic',0", 'cap']]);
    expect(set(STICK, 'capture', 90, 70)).toEqual([
      ["'Mic',0", 'capture', '70%'],
      ["'Mic',0", 'cap'],
    ]);
  });

  it('of a card without any control is no matter', () => {
    expect(set('', 'playback', 90)).toEqual([]);
    expect(set("Simple mixer control 'Item',0\n  Capabilities: enum\n", 'capture', 90, 90)).toEqual([]);
  });
});
