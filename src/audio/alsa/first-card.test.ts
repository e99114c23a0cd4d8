import { describe, expect, it } from 'vitest';
import { temporaryFolders } from '../../../test/rig/folders.ts';
import { type CardDescription, CardFiles, STICK } from '../../../test/rig/virtual/card-files.ts';
import { readCards } from './cards.ts';
import { alsoText, choose, type DeviceSettings } from './choice.ts';
import type { Direction } from './stream-formats.ts';

/** Which card is taken where none is set, on machines as the kernel shows them. */

const folder = temporaryFolders();

type Described = Omit<CardDescription, 'pcms'> & { readonly can: 'record' | 'play' | 'both' };

/** As sound/usb/proc.c tells a direction. */
const stream = (kind: 'Capture' | 'Playback', channels: number) =>
  `${kind}:\n  Status: Stop\n  Interface 1\n    Altset 1\n    Format: S16_LE\n    Channels: ${channels}\n    Endpoint: 0x81 (1 IN) (ASYNC)\n    Rates: 48000\n`;
const duplex = (captured: number, played: number) => stream('Capture', captured) + stream('Playback', played);

const JACK: Described = {
  id: 'Headphones',
  name: 'bcm2835 Headphones',
  driver: 'bcm2835_headpho',
  platform: 'bcm2835_audio',
  can: 'play',
};
const HDMI: Described = {
  id: 'vc4hdmi0',
  name: 'vc4-hdmi-0',
  driver: 'vc4-hdmi',
  platform: 'fef00700.hdmi',
  can: 'play',
};
const HAT: Described = {
  id: 'sndrpihifiberry',
  name: 'snd_rpi_hifiberry_dac',
  driver: 'RPi-simple',
  platform: 'soc:sound',
  can: 'play',
};
const VOICE_HAT: Described = {
  id: 'seeed2micvoicec',
  name: 'seeed-2mic-voicecard',
  driver: 'simple-card',
  platform: 'soc:sound',
  can: 'both',
};
const STICK_CARD: Described = {
  id: 'Device',
  name: 'USB PnP Sound Device',
  usbPort: '1-1.2',
  stream0: STICK,
  can: 'both',
};
const LOUDSPEAKER: Described = {
  id: 'UACDemoV10',
  name: 'UACDemoV1.0',
  usbPort: '1-1.4',
  stream0: stream('Playback', 2),
  can: 'play',
};
const MICROPHONE: Described = {
  id: 'Device_1',
  name: 'USB PnP Audio Device',
  usbPort: '1-1.1',
  stream0: stream('Capture', 1),
  can: 'record',
};
const MICROPHONE_WITH_JACK: Described = {
  id: 'Microphone',
  name: 'Yeti Stereo Microphone',
  usbPort: '1-1.3',
  stream0: duplex(2, 2),
  can: 'both',
};
const ARRAY: Described = {
  id: 'XVF3800',
  name: 'reSpeaker XVF3800 4-Mic Array',
  usbPort: '1-1.3',
  stream0: duplex(2, 2),
  can: 'both',
};
const RECORDER: Described = {
  id: 'H4n',
  name: 'H4n',
  usbPort: '1-1.3',
  stream0: duplex(4, 2),
  can: 'both',
};
const SPEAKERPHONE: Described = {
  id: 'USB',
  name: 'Conference Mic and Speaker USB',
  usbPort: '1-1.3',
  stream0: duplex(1, 1),
  can: 'both',
};
const LIFECHAT: Described = {
  id: 'LX3000',
  name: 'Microsoft LifeChat LX-3000',
  usbPort: '1-1.3',
  stream0: duplex(1, 2),
  can: 'both',
};
const WEBCAM: Described = {
  id: 'C920',
  name: 'HD Pro Webcam C920',
  usbPort: '1-1.1',
  stream0: stream('Capture', 2),
  can: 'record',
};
const BRIO: Described = {
  id: 'BRIO',
  name: 'Logitech BRIO',
  usbPort: '2-1',
  stream0: stream('Capture', 2),
  interfaceClass: '0e',
  can: 'record',
};
const GRABBER: Described = {
  id: 'MS2109',
  name: 'MACROSILICON USB3. 0 capture',
  usbPort: '2-2',
  stream0: stream('Capture', 1),
  interfaceClass: '0e',
  can: 'record',
};
const LOOPBACK: Described = {
  id: 'Loopback',
  name: 'Loopback',
  driver: 'Loopback',
  platform: 'snd_aloop.0',
  can: 'both',
};
const VIRTUAL: readonly Described[] = [
  LOOPBACK,
  // Named otherwise by the module's parameter `id`.
  { ...LOOPBACK, id: 'Kiosk', name: 'Loopback', driver: 'hidden', platform: 'snd_aloop.1' },
  { id: 'Dummy', name: 'Dummy', driver: 'Dummy', platform: 'snd_dummy.0', can: 'both' },
  { id: 'PCMTest', name: 'PCM-Test', driver: 'PCM-TEST Driver', platform: 'pcmtest.0', can: 'both' },
  { id: 'UAC2Gadget', name: 'UAC2_Gadget', driver: 'UAC2_Gadget', platform: 'gadget.0', can: 'both' },
];

/** Cards in the order in which the kernel found them. */
function machine(...cards: readonly Described[]) {
  const files = new CardFiles(folder());
  for (const [index, { can, ...card }] of cards.entries()) {
    const pcms = [
      ...(can === 'play' ? [] : [`pcmC${index}D0c`]),
      ...(can === 'record' ? [] : [`pcmC${index}D0p`]),
    ];
    files.plug(index, { ...card, pcms });
  }
  const read = readCards(files.places);
  const of = (direction: Direction, settings: DeviceSettings = {}) =>
    choose(direction, settings, read, false);
  const name = (direction: Direction) => {
    const choice = of(direction);
    return choice.is === 'card' ? choice.card.id : choice.is;
  };
  return { of, microphone: name('capture'), loudspeaker: name('playback') };
}

describe('without a setting', () => {
  it.each<[string, readonly Described[], string, string]>([
    ['a USB sound card before jack and HDMI', [HDMI, JACK, STICK_CARD], 'Device', 'Device'],
    ['the jack before HDMI', [HDMI, JACK, MICROPHONE], 'Device_1', 'Headphones'],
    ['HDMI where there is nothing else', [HDMI, MICROPHONE], 'Device_1', 'vc4hdmi0'],
    ["the jack before the USB microphone's own", [JACK, MICROPHONE_WITH_JACK], 'Microphone', 'Headphones'],
    [
      "a HAT before the USB microphone's own jack",
      [HAT, MICROPHONE_WITH_JACK],
      'Microphone',
      'sndrpihifiberry',
    ],
    ["HDMI before the USB microphone's own jack", [MICROPHONE_WITH_JACK, HDMI], 'Microphone', 'vc4hdmi0'],
    [
      "the microphone's own jack where there is nothing else",
      [MICROPHONE_WITH_JACK],
      'Microphone',
      'Microphone',
    ],
    [
      'a USB loudspeaker before the jack',
      [MICROPHONE_WITH_JACK, JACK, LOUDSPEAKER],
      'Microphone',
      'UACDemoV10',
    ],
    ['the jack before that of an array of microphones', [JACK, ARRAY], 'XVF3800', 'Headphones'],
    ['the jack before what records on more channels than it plays', [JACK, RECORDER], 'H4n', 'Headphones'],
    ['a speakerphone before the jack', [JACK, SPEAKERPHONE], 'USB', 'USB'],
    ["what is Microsoft's and no microphone before the jack", [JACK, LIFECHAT], 'LX3000', 'LX3000'],
    ['a microphone before the camera before it', [WEBCAM, JACK, MICROPHONE], 'Device_1', 'Headphones'],
    ['a microphone before a camera that is not called so', [BRIO, MICROPHONE], 'Device_1', 'missing'],
    ['a microphone before what grabs HDMI', [GRABBER, JACK, MICROPHONE], 'Device_1', 'Headphones'],
    ["a HAT's microphones before a camera's", [BRIO, VOICE_HAT], 'seeed2micvoicec', 'seeed2micvoicec'],
    ["a camera's microphone where there is nothing else", [JACK, WEBCAM], 'C920', 'Headphones'],
    ['no virtual card, first as it may be', [...VIRTUAL, HDMI, WEBCAM], 'C920', 'vc4hdmi0'],
    ['nothing where all are virtual', VIRTUAL, 'missing', 'missing'],
  ])('it is %s', (_, cards, microphone, loudspeaker) => {
    expect(machine(...cards)).toMatchObject({ microphone, loudspeaker });
  });

  it('the reason says what kind of card it is, and one line names the others and the key', () => {
    const { of } = machine(HDMI, JACK, WEBCAM, MICROPHONE_WITH_JACK, LOOPBACK);
    const line = (direction: Direction) => {
      const choice = of(direction);
      return `${choice.why}; ${alsoText(direction, choice)}`;
    };
    expect(line('capture')).toBe(
      'the first USB card that can record; also: C920 (usb:1-1.1); set microphone.card',
    );
    expect(line('playback')).toBe(
      'the first card that can play; also: vc4hdmi0, Microphone (usb:1-1.3); set loudspeaker.card',
    );
  });

  it('the line is empty where there is no choice, and where one was made', () => {
    expect(alsoText('capture', machine(JACK, MICROPHONE, LOOPBACK).of('capture'))).toBe('');
    const { of } = machine(JACK, HDMI);
    expect(alsoText('playback', of('playback', { card: 'vc4hdmi0' }))).toBe('');
  });
});

describe('a virtual card', () => {
  it.each(VIRTUAL)('$id is used where it is named', (card) => {
    const { of } = machine(card, JACK);
    expect(of('capture', { card: card.id })).toMatchObject({
      is: 'card',
      card: { id: card.id, virtual: true },
    });
  });

  it('that is the only one is reported as the only one', () => {
    expect(machine(LOOPBACK).of('capture').why).toBe(
      'no card that can record; there is Loopback: capture and playback (virtual: used only where it is set)',
    );
  });
});
