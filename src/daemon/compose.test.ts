import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from '../../test/rig/folders.ts';
import { CardFiles } from '../../test/rig/virtual/card-files.ts';
import { VirtualClock } from '../../test/rig/virtual/clock.ts';
import { parseConfig } from '../system/config/load.ts';
import { defaultConfig } from '../system/config/schema.ts';
import { budgetFrom, devicesFrom } from './compose.ts';

const folder = temporaryFolders();

describe('the latency budget', () => {
  it('allows the configured tail after the release, or the silence by which the gate finds the end', () => {
    expect(budgetFrom(defaultConfig(), 'hold').tail).toBe(150);
    for (const mode of ['tap', 'open'] as const) {
      const config = parseConfig('[gate]\nend_after_ms = 1200\n', 'x.toml');
      const { tail, ...others } = budgetFrom(config, mode);
      // The gate hears in windows of 32 ms.
      expect(tail).toBe(1232);
      expect(others).toEqual(expect.objectContaining({ service: 900, playback: 80 }));
    }
  });
});

describe('the log of the sound cards', () => {
  it('has one line for the one that is chosen: why, and which others could be meant', () => {
    const cards = new CardFiles(folder());
    cards.plug(0, { id: 'vc4hdmi0', pcms: ['pcmC0D0p'] });
    cards.plug(1, { id: 'Headphones', pcms: ['pcmC1D0p'] });
    cards.plug(2, { id: 'Stick', usbPort: '1-1.3', pcms: ['pcmC2D0c'] });
    const written: unknown[] = [];
    const log = pino({ base: null }, { write: (text: string) => void written.push(JSON.parse(text)) });
    const devices = devicesFrom(defaultConfig(), log, {
      clock: new VirtualClock(),
      environment: { RUNTIME_DIRECTORY: folder() },
      cards: cards.places,
      setLevel: () => {},
    });
    devices.playback.resolve();
    devices.capture.resolve();
    devices.close();
    expect(written).toMatchObject([
      {
        msg: 'the sound card is chosen',
        direction: 'playback',
        card: 'Headphones',
        why: 'the first card that can play',
        also: 'also: vc4hdmi0; set loudspeaker.card',
      },
      { msg: 'the sound card is chosen', direction: 'capture', card: 'Stick' },
    ]);
    expect(written[1]).not.toHaveProperty('also');
  });
});
