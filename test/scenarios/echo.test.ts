import { afterEach, beforeEach, describe } from 'vitest';
import { PacedLoudspeaker } from '../../src/audio/loudspeaker/paced.ts';
import { ArecordMicrophone } from '../../src/audio/microphone/arecord.ts';
import { loadSileroDetector } from '../../src/line/detector.ts';
import { Echo, echoStatements } from '../rig/contracts/echo.ts';
import { VirtualClock } from '../rig/virtual/clock.ts';
import { VirtualLoudspeaker } from '../rig/virtual/player.ts';
import { VirtualMicrophone } from '../rig/virtual/recorder.ts';
import { Room } from '../rig/virtual/room.ts';

/** The device never hears itself, in the simulated room. */

const detector = await loadSileroDetector();

describe.each([
  { echoDb: -20, echoDelayMs: 60 },
  { echoDb: -6, echoDelayMs: 60 },
  // As long as the echo tail allows, and a loudspeaker that is louder in the microphone than people are.
  { echoDb: 6, echoDelayMs: 200 },
])('a loudspeaker at $echoDb dB in the microphone, $echoDelayMs ms later', (air) => {
  let clock: VirtualClock;
  let echo: Echo;
  beforeEach(async () => {
    clock = new VirtualClock({ startMs: 1000 });
    const room = new Room(clock, { noiseDbfs: -70, ...air });
    const { startRecorder } = new VirtualMicrophone(clock, room);
    detector.reset();
    echo = new Echo({
      loudspeaker: new PacedLoudspeaker(new VirtualLoudspeaker(clock, room.ear), { clock }),
      microphone: new ArecordMicrophone({ clock, startRecorder, listen: 'always' }),
      detector: {
        probability: (window) => clock.hold(detector.probability(window)),
        reset: () => detector.reset(),
      },
      now: () => clock.now(),
      speak: (sound) => room.speak(sound),
      heardFrom: (beganMs) => beganMs,
      drive: (wanted) => clock.drive(wanted),
      measured: () => {},
    });
    await echo.start();
  });
  afterEach(async () => {
    await echo.stop();
    clock.stop();
  });

  echoStatements(() => echo);
});
