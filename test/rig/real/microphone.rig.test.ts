import { ArecordMicrophone } from '../../../src/audio/microphone/arecord.ts';
import { REAL_TIME } from '../../../src/base/time.ts';
import { microphoneStatements } from '../contracts/microphone.ts';
import { monotonicMs } from './clock.ts';
import { inEnvironmentOf, withDesk } from './rig.ts';
import { describeWithDesk } from './with-desk.ts';

describeWithDesk('the microphone, with the real arecord', () => {
  const at = withDesk({ gpio: false });
  // node-record-lpcm16 passes on the environment of its parent.
  inEnvironmentOf(at);

  const clock = { ...REAL_TIME, now: monotonicMs };
  microphoneStatements(
    () => ({
      clock,
      device: at().microphone,
      microphone: (listen) => new ArecordMicrophone({ listen, clock }),
      speak: (sound) => at().speak(sound),
      drive: (wanted) => wanted,
    }),
    // The virtual card's sound is up to two of its blocks late; a busy machine adds to everything.
    { firstFrameMs: 1000, captureMs: 100, stepMs: 6, reportMs: 500 },
  );
});
