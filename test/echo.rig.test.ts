import { afterAll, beforeAll, vi } from 'vitest';
import { named } from '../src/audio/alsa/devices.ts';
import { AplayPlayer } from '../src/audio/loudspeaker/aplay.ts';
import { PacedLoudspeaker } from '../src/audio/loudspeaker/paced.ts';
import { ArecordMicrophone } from '../src/audio/microphone/arecord.ts';
import { loadSileroDetector } from '../src/line/detector.ts';
import { Echo, echoStatements } from './rig/contracts/echo.ts';
import { monotonicMs } from './rig/real/clock.ts';
import { type Desk, startDesk } from './rig/real/desk.ts';
import { tell } from './rig/real/rig.ts';
import { describeWithDesk } from './rig/real/with-desk.ts';

/** Real loudspeaker, real microphone, and PulseAudio as the air between them. The simulated room: scenarios/echo.test.ts. */

const ECHO_DB = -6;

describeWithDesk('a loudspeaker that is 6 dB softer in the microphone', () => {
  let desk: Desk;
  let echo: Echo;
  beforeAll(async () => {
    desk = await startDesk({ gpio: false, noiseDbfs: -70, echoDb: ECHO_DB });
    for (const [name, value] of Object.entries(desk.env)) vi.stubEnv(name, value);
    echo = new Echo({
      loudspeaker: new PacedLoudspeaker(new AplayPlayer()),
      microphone: new ArecordMicrophone({ routing: named('mic'), listen: 'always' }),
      detector: await loadSileroDetector(),
      now: () => performance.now(),
      speak: (sound) => desk.speak(sound),
      heardFrom: (beganMs) => beganMs - (monotonicMs() - performance.now()),
      drive: (wanted) => wanted,
      measured: (what, valuesMs) => tell(`echo at ${ECHO_DB} dB: ${what}`, valuesMs),
    });
    await echo.start();
  });
  afterAll(async () => {
    await echo?.stop();
    vi.unstubAllEnvs();
    await desk?.stop();
  });

  echoStatements(() => echo);
});
