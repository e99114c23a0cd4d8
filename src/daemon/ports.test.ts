import { expect, it } from 'vitest';
import { AplayPlayer } from '../audio/loudspeaker/aplay.ts';
import { SpeakerPlayer } from '../audio/loudspeaker/speaker.ts';
import { REAL_PORTS } from './ports.ts';

it('the loudspeaker is played by the driver that is set', () => {
  expect(REAL_PORTS.player('speaker')).toBeInstanceOf(SpeakerPlayer);
  expect(REAL_PORTS.player('aplay')).toBeInstanceOf(AplayPlayer);
});
