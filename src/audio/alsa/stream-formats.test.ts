import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STICK } from '../../../test/rig/virtual/card-files.ts';
import { parseStream } from './stream-formats.ts';

describe("what the kernel tells of a USB card's stream", () => {
  const altset = (rates: string, format = 'S16_LE', channels = 2) =>
    `    Altset 1\n    Format: ${format}\n    Channels: ${channels}\n    Rates: ${rates}\n`;

  it('can be a range of rates, and several formats', () => {
    const text = `X at usb-1 : USB Audio\n\nCapture:\n  Status: Stop\n  Interface 1\n${altset('8000 - 48000 (continuous)')}  Interface 1\n${altset('96000', 'S24_3LE', 4)}`;
    expect(parseStream(text, 'capture')).toEqual([
      { format: 'S16_LE', channels: 2, ratesHz: [8000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000] },
      { format: 'S24_3LE', channels: 4, ratesHz: [96_000] },
    ]);
    expect(parseStream(text, 'playback')).toEqual([]);
  });

  it.each(['', 'Capture:\n  Status: Stop\n', `Capture:\n${altset('none')}`, 'Altset 1\n'])(
    'is nothing when it can not be read: %j',
    (text) => {
      expect(parseStream(text, 'capture')).toEqual([]);
    },
  );
});

/** What a device may call itself: any bytes, often those of a section. No NUL, which ends the kernel's string. */
const name = (mostBytes: number) =>
  fc
    .oneof(
      fc.string({ unit: 'binary' }),
      fc
        .array(
          fc.constantFrom(
            ...[
              '\n',
              ' : ',
              ' : USB Audio\n',
              'Capture:\n',
              'Playback:\n',
              ' Altset 1\n',
              ' Format: F\n',
              ' Rates: 8000\n',
            ],
            ...[' Channels: 9\n', '\nCapture:\n Format: S8\n Channels: 1\n Rates: 8000\n', 'x'],
          ),
          { maxLength: 12 },
        )
        .map((parts) => parts.join('')),
    )
    .map((text) => Buffer.from(text.replaceAll('\0', '')).subarray(0, mostBytes).toString('latin1'));

describe("what a device's own name says", () => {
  const GENUINE = STICK.slice(STICK.indexOf('\n') + 1);
  const [PLAYBACK = '', CAPTURE = ''] = GENUINE.split(/(?=\nCapture:)/);
  const both = (text: string) => [parseStream(text, 'capture'), parseStream(text, 'playback')];

  it('is not read, whatever it is', () => {
    const genuine = both(STICK);
    expect(genuine[0]).toHaveLength(1);
    fc.assert(
      fc.property(name(79), name(79), (card, device) => {
        expect(both(`${card} : ${device}\n${GENUINE}`)).toEqual(genuine);
      }),
      { numRuns: 300 },
    );
  });

  it('gives a device no direction that it does not have', () => {
    fc.assert(
      fc.property(name(79), (card) => {
        expect(parseStream(`${card} : USB Audio\n${PLAYBACK}`, 'capture')).toEqual([]);
        expect(parseStream(`${card} : USB Audio #1\n${CAPTURE}`, 'playback')).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

describe('what no card has', () => {
  const section = (format: string, channels: string, rates: string) =>
    parseStream(
      `X : USB Audio\n\nCapture:\n  Interface 1\n    Altset 1\n    Format: ${format}\n    Channels: ${channels}\n    Rates: ${rates}\n`,
      'capture',
    );

  it.each([
    ['no format of ALSA', 'F', '1', '48000'],
    ['a format with more behind it', 'S16_LE"', '1', '48000'],
    ['a format that is no samples', 'DSD_U32_BE SPECIAL', '2', '48000'],
    ['no channel', 'S16_LE', '0', '48000'],
    ['too many channels', 'S16_LE', '33', '48000'],
    ['half a channel', 'S16_LE', '1.5', '48000'],
    ['a rate too low', 'S16_LE', '1', '3999'],
    ['a rate too high', 'S16_LE', '1', '768001'],
    ['no rate', 'S16_LE', '1', ''],
  ])('is not taken from the kernel either: %s', (_, format, channels, rates) => {
    expect(section(format, channels, rates)).toEqual([]);
  });

  it('does not hide what it does have', () => {
    expect(section('SPECIAL S16_LE S32_LE', '32', '1, 4000, 768000, 999999')).toEqual([
      { format: 'S16_LE', channels: 32, ratesHz: [4000, 768_000] },
      { format: 'S32_LE', channels: 32, ratesHz: [4000, 768_000] },
    ]);
  });
});
