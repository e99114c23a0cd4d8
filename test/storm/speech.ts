import { spoken } from '../support/voices.ts';

/** What people at the desk say. The marks of sentences are added to it. */
export function spokenSentences(): Promise<Int16Array[]> {
  return Promise.all([
    spoken('Do you need a doctor?', 'rms'),
    spoken('The bill, please.', 'slt'),
    spoken('Is breakfast included?', 'awb'),
  ]);
}
