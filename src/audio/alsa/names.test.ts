import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alsaLibrary } from '../../../test/rig/alsa-library.ts';
import { alsaConfiguration, GENERATED } from './configuration.ts';
import { parseStream } from './stream-formats.ts';

/** What names can do to the generated configuration, as ALSA's own library reads it. */

const library = alsaLibrary();

/** Any string, often of what the language of the configuration is made of. */
const name = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.constantFrom(
        '"',
        "'",
        '\\',
        '\n',
        '{',
        '}',
        '[',
        '}}<confdir:../x>{{',
        '@',
        '!',
        '#',
        ' ',
        ',',
        '\\n',
        'x',
      ),
    )
    .map((parts) => parts.join('')),
);

describe.skipIf(library === undefined)('a name of any kind', () => {
  const read = (text: string) => library?.read(text);
  const loudspeaker = (slave: unknown) => ({
    [GENERATED.playback]: { type: 'plug', slave },
    default: { type: 'asym', playback: { pcm: GENERATED.playback } },
  });

  it('is one string where a device is named', () => {
    fc.assert(
      fc.property(name, (device) => {
        const pcm = device.replaceAll('\0', '');
        expect(read(alsaConfiguration('playback', { device }))).toEqual(loudspeaker({ pcm }));
        expect(read(alsaConfiguration('capture', { device }))).toEqual({
          [GENERATED.capture]: { type: 'plug', slave: { pcm } },
        });
      }),
    );
  });

  it('is one string where a card is chosen, and what it says of its formats is a format or nothing', () => {
    fc.assert(
      fc.property(name, name, (id, stream) => {
        const card = { id, usbPort: '1-1', plugging: '1' };
        const told = `X : USB Audio\n\nCapture:\n Altset 1\n Format: ${stream}\n Channels: 1\n Rates: 48000\n`;
        const pcm = { type: 'hw', card: id.replaceAll('\0', ''), device: 0 };
        const formats = parseStream(told, 'capture');
        expect(read(alsaConfiguration('playback', { card, stream: { device: 0, formats } }))).toEqual(
          loudspeaker({ pcm, rate: 48_000 }),
        );
        expect(read(alsaConfiguration('capture', { card, stream: { device: 0, formats } }))).toEqual({
          [GENERATED.capture]: {
            type: 'plug',
            slave: {
              pcm: {
                type: 'dsnoop',
                ipc_key: expect.any(Number),
                ipc_key_add_uid: 'true',
                ipc_perm: 0o600,
                slave: {
                  pcm,
                  rate: 48_000,
                  channels: expect.any(Number),
                  ...(formats[0] === undefined ? {} : { format: formats[0].format }),
                  period_time: expect.any(Number),
                  buffer_time: expect.any(Number),
                },
              },
            },
          },
        });
      }),
    );
  });
});
