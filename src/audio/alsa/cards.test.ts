import { describe, expect, it } from 'vitest';
import { temporaryFolders } from '../../../test/rig/folders.ts';
import { CardFiles, STICK } from '../../../test/rig/virtual/card-files.ts';
import { cardsMark, readCards } from './cards.ts';

const folder = temporaryFolders();

describe('the sound cards of a machine', () => {
  it('are told with id, port, stable name, and what they can do', () => {
    const cards = new CardFiles(folder());
    cards.plug(0, { id: 'vc4hdmi0', name: 'vc4-hdmi-0', pcms: ['pcmC0D0p'] });
    cards.plug(1, {
      id: 'Device',
      name: 'USB PnP Sound Device',
      usbPort: '1-1.3',
      byPath: 'platform-3f980000.usb-usb-0:1.3:1.0',
      stream0: STICK,
    });
    expect(readCards(cards.places)).toEqual([
      {
        index: 0,
        id: 'vc4hdmi0',
        name: 'vc4-hdmi-0',
        usbPort: undefined,
        byPath: undefined,
        virtual: false,
        video: false,
        plugging: expect.any(String),
        capture: undefined,
        playback: { device: 0, formats: [] },
      },
      {
        index: 1,
        id: 'Device',
        name: 'USB PnP Sound Device',
        usbPort: '1-1.3',
        byPath: 'platform-3f980000.usb-usb-0:1.3:1.0',
        virtual: false,
        video: false,
        plugging: expect.any(String),
        capture: { device: 0, formats: [{ format: 'S16_LE', channels: 1, ratesHz: [44_100, 48_000] }] },
        playback: { device: 0, formats: [{ format: 'S16_LE', channels: 2, ratesHz: [44_100, 48_000] }] },
      },
    ]);
  });

  it('are none where there is no sound at all', () => {
    expect(readCards(new CardFiles(folder()).places)).toEqual([]);
  });

  it('are found, without names and rates, where /proc/asound is hidden', () => {
    const cards = new CardFiles(folder());
    cards.plug(0, { id: 'Device', name: 'Stick', usbPort: '1-1', stream0: STICK });
    expect(readCards({ ...cards.places, procfs: '/nonexistent' })).toMatchObject([
      { id: 'Device', name: 'Device', usbPort: '1-1', capture: { device: 0, formats: [] } },
    ]);
  });

  it('are used by their first device of a direction', () => {
    const cards = new CardFiles(folder());
    cards.plug(2, { id: 'Multi', pcms: ['pcmC2D1c', 'pcmC2D10p', 'pcmC2D3p'] });
    expect(readCards(cards.places)).toMatchObject([{ capture: { device: 1 }, playback: { device: 3 } }]);
  });

  it('have no name but their own: a USB device that calls itself a line of the list names no other card', () => {
    const cards = new CardFiles(folder());
    cards.plug(0, { id: 'Loopback', name: 'Loopback', driver: 'Loopback', platform: 'hidden' });
    cards.plug(1, { id: 'Device', name: 'A\x1b[2J\n 0 [x]: Dummy - B\n 2 [x]: Dummy - C', usbPort: '1-1' });
    cards.plug(2, { id: 'Headphones', name: 'bcm2835 Headphones', platform: 'bcm2835_audio' });
    expect(readCards(cards.places)).toMatchObject([
      { id: 'Loopback', name: 'Loopback' },
      { id: 'Device', name: 'A\ufffd[2J', virtual: false },
      { id: 'Headphones', name: 'Headphones', virtual: false },
    ]);
  });

  it('are none whose id is none of the kernel', () => {
    const cards = new CardFiles(folder());
    cards.plug(0, { id: 'a"b' });
    expect(readCards(cards.places)).toEqual([]);
  });

  it('leave another mark when one comes, goes, is plugged in again, or has got its devices', () => {
    const cards = new CardFiles(folder());
    const marks = [cardsMark(cards.places)];
    const look = () => marks.push(cardsMark(cards.places));
    cards.plug(0, { id: 'Device', pcms: [] });
    look();
    expect(cardsMark(cards.places)).toBe(marks.at(-1));
    cards.unplug(0);
    cards.plug(0, { id: 'Device' });
    look();
    cards.unplug(0);
    look();
    cards.plug(0, { id: 'Device' });
    look();
    expect(marks.filter((mark, i) => mark === marks[i - 1])).toEqual([]);
  });
});
