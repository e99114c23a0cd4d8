import { describe, expect, it } from 'vitest';
import type { CardStream, SoundCard } from './cards.ts';
import { bestFormat, choose } from './choice.ts';

const stream: CardStream = { device: 0, formats: [] };

function card(index: number, id: string, more: Partial<SoundCard> = {}): SoundCard {
  return {
    index,
    id,
    name: id,
    usbPort: undefined,
    byPath: undefined,
    virtual: false,
    video: false,
    capture: stream,
    playback: stream,
    plugging: String(index),
    ...more,
  };
}

const HDMI = card(0, 'vc4hdmi0', { capture: undefined });
const HEADPHONES = card(1, 'Headphones', { capture: undefined });
const STICK = card(2, 'Device', { usbPort: '1-1.3', byPath: 'platform-x-usb-0:1.3:1.0' });
const TWIN = card(3, 'Device_1', { usbPort: '1-1.2' });
const ALL = [HDMI, HEADPHONES, STICK, TWIN];

describe('the device that is chosen', () => {
  const chosen = (...args: Parameters<typeof choose>) => {
    const choice = choose(...args);
    return choice.is === 'card' ? choice.card.id : choice.is === 'name' ? choice.device : choice.why;
  };

  it('without a setting is the first USB card that can, else the first that can, HDMI last', () => {
    expect(chosen('playback', {}, ALL, false)).toBe('Device');
    expect(chosen('capture', {}, ALL, false)).toBe('Device');
    expect(chosen('playback', {}, [HDMI, HEADPHONES], false)).toBe('Headphones');
    expect(chosen('playback', {}, [HDMI], false)).toBe('vc4hdmi0');
    expect(
      chosen('playback', {}, [card(0, 'Microphone', { usbPort: '1-1', playback: undefined }), HDMI], false),
    ).toBe('vc4hdmi0');
  });

  it('is the card that is set, by id, port or stable name', () => {
    for (const name of ['Device_1', 'usb:1-1.2'])
      expect(chosen('capture', { card: name }, ALL, false)).toBe('Device_1');
    expect(chosen('capture', { card: 'platform-x-usb-0:1.3:1.0' }, ALL, false)).toBe('Device');
    expect(chosen('playback', { card: 'vc4hdmi0' }, ALL, true)).toBe('vc4hdmi0');
  });

  it('is no other card when the one that is set is not there, and the reason names what is', () => {
    expect(chosen('capture', { card: 'Yeti' }, [HEADPHONES, STICK], false)).toBe(
      'no card "Yeti" (microphone.card); there is Headphones: playback, Device (usb:1-1.3): capture and playback',
    );
    expect(chosen('capture', { card: 'Headphones' }, [HEADPHONES], false)).toMatch(
      /^the card "Headphones" cannot record \(microphone\.card\)/,
    );
    expect(chosen('playback', {}, [], false)).toBe('no card that can play; there is no sound card at all');
  });

  it('is what ALSA calls so, when that is set, with the card that it names', () => {
    const settings = { device: 'plughw:CARD=Device,DEV=0', card: 'vc4hdmi0' };
    expect(choose('playback', settings, ALL, true)).toMatchObject({ device: settings.device, card: STICK });
    expect(choose('playback', { device: 'hw:Device_1,0' }, ALL, true)).toMatchObject({ card: TWIN });
    expect(choose('playback', { device: 'hw:1' }, ALL, true)).toMatchObject({ card: HEADPHONES });
    expect(choose('playback', { device: 'mic' }, ALL, true)).toMatchObject({ card: undefined });
  });

  it("is ALSA's default where somebody has configured ALSA", () => {
    expect(choose('playback', {}, ALL, true)).toMatchObject({ is: 'name', device: undefined });
  });
});

describe('the rate of the hardware', () => {
  const of = (...rates: number[]): CardStream => ({
    device: 0,
    formats: [{ format: 'S16_LE', channels: 2, ratesHz: rates }],
  });

  it.each([
    [[44_100, 48_000, 96_000], 48_000],
    [[16_000, 44_100], 16_000],
    [[16_000, 32_000], 32_000],
    [[22_050, 44_100], 44_100],
  ])('of %j is %d', (rates, expected) => {
    expect(bestFormat(of(...rates), 'capture')?.rateHz).toBe(expected);
  });

  it('comes with 16 bits and one microphone, where there is a choice', () => {
    const formats = (['S24_3LE', 'S16_LE'] as const).flatMap((format) =>
      [4, 2, 1].map((channels) => ({ format, channels, ratesHz: [48_000] })),
    );
    expect(bestFormat({ device: 0, formats }, 'capture')).toMatchObject({ format: 'S16_LE', channels: 1 });
    expect(bestFormat({ device: 0, formats }, 'playback')).toMatchObject({ format: 'S16_LE', channels: 2 });
  });

  it('is not known of a card of which the kernel tells nothing', () => {
    expect(bestFormat(stream, 'capture')).toBeUndefined();
  });
});
