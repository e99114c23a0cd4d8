import { expect } from 'vitest';
import type { TurnLog } from '../../src/daemon/turn-log.ts';
import { PhrasebookWorker } from '../../src/phrasebook/phrasebook-worker.ts';
import { forRecognition } from '../rig/real/recording.ts';
import type { Appliance } from './appliance.ts';

/** A conversation at the desk: asserts that its translation came out of the loudspeaker, and is understood. */
export type Hears = (appliance: Appliance) => Promise<TurnLog>;

const MOST_ATTEMPTS = 4;

/** Ears: the phrasebook's recogniser, started when it is needed. */
export function hear(): { readonly hears: Hears; stop(): Promise<void> } {
  let started: Promise<PhrasebookWorker> | undefined;
  const worker = async (): Promise<PhrasebookWorker> => {
    const ears = new PhrasebookWorker();
    await ears.start();
    return ears;
  };
  return {
    hears: async (appliance) => {
      started ??= worker();
      for (let attempt = 1; ; attempt++) {
        const toldBefore = appliance.told.length;
        const turn = await appliance.turn();
        expect(turn).toMatchObject({ outcome: 'translated', engine: 'dialogue', from: 'es', to: 'en' });
        // What a busy machine tears to pieces, nobody understands: that is no fault of the device.
        const torn = appliance.told.slice(toldBefore).some((line) => line.includes('the sound had a gap'));
        if (torn && attempt < MOST_ATTEMPTS) continue;
        const heard = appliance.desk.recording(turn.heardFromMs, turn.heardToMs);
        expect(await (await started).recognise(forRecognition(heard))).toMatchObject({
          kind: 'recognised',
          language: 'en',
          phrase: { id: 'allergic-penicillin' },
        });
        return turn;
      }
    },
    stop: async () => {
      await (await started)?.stop();
    },
  };
}
