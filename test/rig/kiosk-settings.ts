import type { EngineSetting } from '../../src/kiosk/route.ts';
import type { Settings } from '../../src/kiosk/state.ts';

/** Engines as they are, and a desk that has the first of them only. */
export const DIALOGUE: EngineSetting = {
  engine: 'dialogue',
  abilities: { languages: 'any', needsSpeaker: false, online: true },
  typicalMicrodollars: 2550,
};
export const TRANSLATE: EngineSetting = {
  engine: 'translate',
  abilities: { languages: ['en', 'es', 'fr', 'de'], needsSpeaker: true, online: true },
  typicalMicrodollars: 3700,
};
export const CASCADE: EngineSetting = {
  engine: 'cascade',
  abilities: { languages: 'any', needsSpeaker: false, online: true },
  typicalMicrodollars: 1200,
};
export const PHRASEBOOK: EngineSetting = {
  engine: 'phrasebook',
  abilities: { languages: ['en', 'es'], needsSpeaker: false, online: false },
  typicalMicrodollars: 0,
};

export const SETTINGS: Settings = {
  hosts: ['en'],
  guestDefault: 'es',
  guestChoices: ['es', 'fr', 'de'],
  route: { engines: [DIALOGUE], whenWarned: 'cheaper', whenSpent: 'stop' },
  talkMode: 'hold',
  speakerByButton: false,
  holdLimitMs: 60_000,
  silenceMs: 30_000,
  deliverWithinMs: 15_000,
  reassureAfterMs: 2000,
  guestIdleMs: 120_000,
  outcomeShownMs: 3000,
  volumePercent: 70,
  listenCue: false,
  muteSwitch: false,
  opensMicrophone: false,
  checkEveryMs: 0,
};
