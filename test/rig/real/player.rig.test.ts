import { describe } from 'vitest';
import { AplayPlayer } from '../../../src/audio/loudspeaker/aplay.ts';
import { SpeakerPlayer } from '../../../src/audio/loudspeaker/speaker.ts';
import { REAL_TIME, sleep } from '../../../src/base/time.ts';
import { playerStatements } from '../contracts/player.ts';
import { monotonicMs } from './clock.ts';
import { isRunning } from './processes.ts';
import { inEnvironmentOf, withDesk } from './rig.ts';
import { describeWithDesk } from './with-desk.ts';

/** A busy machine adds to everything. */
const TOLERANCES = { timeMs: 100, silenceMs: 150, reportMs: 1000 } as const;

describeWithDesk('the loudspeaker, with a real player', () => {
  const at = withDesk({ gpio: false });
  // Players get a part of the environment of their parent.
  inEnvironmentOf(at);

  // Short pauses between the tries of a loudspeaker, and the same in each run.
  const clock = { ...REAL_TIME, now: monotonicMs, random: () => 0.15 };
  const rigWith = (player: () => AplayPlayer | SpeakerPlayer) => () => ({
    clock,
    device: at().loudspeaker,
    ear: at().recorder,
    recording: (fromMs: number, toMs: number) => at().recording(fromMs, toMs),
    player,
    signal: (pid: number, signal: NodeJS.Signals) => void process.kill(pid, signal),
    isRunning,
    drive: <T>(wanted: Promise<T>) => wanted,
    passes: (ms: number) => sleep(clock, ms),
  });

  describe('aplay', () => {
    playerStatements(
      rigWith(() => new AplayPlayer()),
      { ...TOLERANCES, whenBusy: 'busy', whenGone: 'gone' },
    );
  });

  describe('speaker', () => {
    playerStatements(
      rigWith(() => new SpeakerPlayer()),
      // Its module aborts the process when it can't look at the device.
      { ...TOLERANCES, whenBusy: 'missing', whenGone: 'gone' },
    );
  });
});
