import { deepEqual, ok } from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { captureChannels, captureSource, chooseCapture } from '../../../src/audio/alsa/capture.ts';
import { readCards } from '../../../src/audio/alsa/cards.ts';
import { alsoText, choose } from '../../../src/audio/alsa/choice.ts';
import { alsaConfiguration, type Source } from '../../../src/audio/alsa/configuration.ts';
import { type Direction, parseStream } from '../../../src/audio/alsa/stream-formats.ts';
import { commands, parseControls } from '../../../src/audio/alsa/volume.ts';
import { alsaLibrary } from '../../rig/alsa-library.ts';
import { CardFiles } from '../../rig/virtual/card-files.ts';
import { inFolder } from '../folder.ts';
import { isPrintable } from '../invariants.ts';
import { anyText, damaged, extremeNumber, nasty } from '../mutate.ts';
import { target } from '../target.ts';

const setting = fc
  .tuple(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom('S16_LE', 'S24_3LE', 'S32_LE', 'FLOAT_LE', 'SPECIAL DSD') },
      { weight: 1, arbitrary: anyText },
    ),
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom('1', '2', '6') },
      { weight: 1, arbitrary: extremeNumber },
    ),
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom('48000', '8000, 16000, 44100', '8000 - 96000 (continuous)') },
      { weight: 1, arbitrary: fc.oneof(extremeNumber, anyText) },
    ),
  )
  .map(
    ([format, channels, rates]) =>
      `    Format: ${format}\n    Channels: ${channels}\n    Rates: ${rates}\n    Bits: 16\n`,
  );
const section = fc
  .tuple(fc.constantFrom('Capture', 'Playback'), fc.array(setting, { maxLength: 3 }))
  .map(([title, settings]) =>
    [
      `${title}:\n  Status: Stop\n`,
      ...settings.map((one, i) => `  Interface 1\n    Altset ${i + 1}\n${one}`),
    ].join(''),
  );
const deviceName = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom('C-Media USB PnP Sound Device', 'Yeti : Blue', 'x') },
  { weight: 2, arbitrary: anyText },
  { weight: 1, arbitrary: section },
);
const stream = fc
  .tuple(deviceName, deviceName, fc.array(section, { maxLength: 3 }))
  .map(
    ([name, device, sections]) =>
      `${name} at usb-3f980000.usb-1.3, full speed : ${device}\n\n${sections.join('\n')}`,
  );

/** The tokens of the generated configuration: our words, numbers, ALSA's formats, and quoted names. */
const TOKEN =
  /^(?:[{}]|![a-z]+|"(?:[^"\\\0]|\\["\\])*"|\d+|(?:[SU](?:8|16|20|24|32)(?:_[LB]E)?|[SU](?:18|20|24)_3[LB]E|FLOAT(?:64)?_[LB]E|MU_LAW|A_LAW)|dragoman_(?:microphone|loudspeaker)|(?:type|plug|slave(?:[.](?:pcm|channels))?|pcm|dsnoop|ipc_key(?:_add_uid)?|ipc_perm|true|hw|card|device|rate|channels|format|period_time|buffer_time|asym|playback[.]pcm|ttable[.]0[.]\d+))$/;

function isOurs(text: string): void {
  const [, ...lines] = text.split('\n');
  const tokens = lines.join('\n').match(/"(?:[^"\\]|\\.)*"|[^\s"]+|"/gs) ?? [];
  for (const token of tokens) ok(TOKEN.test(token), `${JSON.stringify(token)} in ${text}`);
}

const DIRECTIONS: readonly Direction[] = ['capture', 'playback'];
const id = fc.oneof(fc.constantFrom('Device', 'vc4hdmi0'), anyText);

/** ALSA's formats, possible channels and rates, and a configuration of nothing else. */
export const streamFormats = target(
  'card-formats',
  200_000,
  fc.tuple(fc.oneof(stream, damaged(stream)), id, fc.option(fc.nat(3), { nil: undefined })),
  ([text, cardId, only]) => {
    for (const direction of DIRECTIONS) {
      const formats = parseStream(Buffer.from(text).toString('latin1'), direction);
      for (const { channels, ratesHz } of formats) {
        ok(Number.isInteger(channels) && channels >= 1 && channels <= 32);
        ok(
          ratesHz.length > 0 &&
            ratesHz.every((rate) => Number.isInteger(rate) && rate >= 4000 && rate <= 768_000),
        );
      }
      const card = { id: cardId, usbPort: '1-1', plugging: '1' };
      isOurs(
        alsaConfiguration(direction, {
          card,
          stream: { device: 0, formats },
          only,
          there: formats[0]?.channels,
        }),
      );
      isOurs(alsaConfiguration(direction, { device: cardId, only }));
    }
  },
);

const list = fc
  .array(fc.tuple(fc.nat(3), deviceName, deviceName), { maxLength: 3 })
  .map((cards) =>
    cards
      .map(
        ([index, driver, name]) =>
          ` ${index} [Device         ]: ${driver} - ${name}\n                      at ${name}\n`,
      )
      .join(''),
  );

const library = alsaLibrary();

/** Cards of any name are listed in lines that are harmless to a terminal, and ALSA's library reads the configuration. */
export const cards = target(
  'cards',
  600,
  fc.record({
    id: fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom('Device', 'Yeti_1') },
      { weight: 1, arbitrary: nasty },
    ),
    usbPort: fc.constantFrom('1-1.3', '2-1', undefined),
    stream0: fc.oneof(stream, damaged(stream)),
    listed: fc.oneof(list, damaged(list), anyText),
    channel: fc.option(fc.nat(8), { nil: undefined }),
  }),
  ({ id: cardId, usbPort, stream0, listed, channel }) =>
    inFolder((folder) => {
      const files = new CardFiles(folder);
      files.plug(0, {
        id: cardId.replaceAll(/[/\0]/g, '').slice(0, 40),
        stream0,
        ...(usbPort === undefined ? {} : { usbPort }),
      });
      writeFileSync(path.join(files.places.procfs, 'cards'), listed);
      const found = readCards(files.places);
      ok(found.length <= 1);
      for (const card of found) isPrintable(`${card.id} ${card.name} ${card.usbPort ?? ''}`);
      const capture = chooseCapture({ channel }, found, false);
      const playback = choose('playback', {}, found, false);
      isPrintable(`${capture.why} ${playback.why} ${alsoText('capture', capture)}`);
      ok([1, 2].includes(captureChannels(capture, { channel }).recorded));
      const sources: readonly (readonly [Direction, Source | undefined])[] = [
        ['capture', captureSource(capture, { channel })],
        ['playback', playback.is === 'card' ? playback : undefined],
      ];
      for (const [direction, source] of sources) {
        if (source === undefined) continue;
        const text = alsaConfiguration(direction, source);
        isOurs(text);
        const tree = library?.read(text);
        if (tree !== undefined) ok(JSON.stringify(tree).startsWith('{"dragoman_'));
      }
    }),
);

const controls = fc
  .array(
    fc.tuple(
      fc.oneof(fc.constantFrom('PCM', 'Mic', 'Speaker'), anyText),
      fc.constantFrom('pvolume pswitch', 'cvolume cswitch', 'volume', ''),
    ),
    { maxLength: 4 },
  )
  .map((all) =>
    all
      .map(
        ([name, can]) =>
          `Simple mixer control '${name}',0\n  Capabilities: ${can}\n  Mono: Playback 3 [50%]\n`,
      )
      .join(''),
  );

/** Only controls that the mixer has named are set: to a percentage, or switched on. */
export const mixers = target('mixers', 80_000, fc.oneof(controls, damaged(controls)), (text) => {
  const found = parseControls(text);
  for (const direction of DIRECTIONS) {
    for (const [name = '', ...rest] of commands(found, direction, 70)) {
      ok(/^'.*',\d+$/.test(name) && text.includes(name), name);
      if (rest.length === 2) deepEqual(rest, [direction, '70%']);
      else deepEqual(rest, [direction === 'capture' ? 'cap' : 'unmute']);
    }
  }
});
