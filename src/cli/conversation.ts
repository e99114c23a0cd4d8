import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Something that is said at the desk in the demo, by a synthetic voice that is made on the spot. */
export interface DemoUtterance {
  readonly side: 'host' | 'guest';
  readonly text: string;
  /** What must be said in the other language: the phrasebook's text. */
  readonly translation: string;
  readonly voice: { readonly program: 'flite' | 'espeak-ng'; readonly name: string };
}

const HOST = { program: 'flite', name: 'rms' } as const;
const GUEST = { program: 'espeak-ng', name: 'es' } as const;

export const CONVERSATION: readonly DemoUtterance[] = [
  {
    side: 'host',
    text: 'Do you have a reservation?',
    translation: '¿Tiene usted una reserva?',
    voice: HOST,
  },
  {
    side: 'guest',
    text: 'Tengo una reserva para dos noches.',
    translation: 'I have a reservation for two nights.',
    voice: GUEST,
  },
  {
    side: 'host',
    text: 'Breakfast is from seven to ten in the morning.',
    translation: 'El desayuno es de siete a diez de la mañana.',
    voice: HOST,
  },
  {
    side: 'guest',
    text: 'Tengo alergia a los frutos secos.',
    translation: 'I am allergic to nuts.',
    voice: GUEST,
  },
  {
    side: 'host',
    text: 'Here is the key to your room.',
    translation: 'Aquí tiene la llave de su habitación.',
    voice: HOST,
  },
  {
    side: 'guest',
    text: '¿Podría pedirme un taxi, por favor?',
    translation: 'Could you call me a taxi, please?',
    voice: GUEST,
  },
];

/** Who speaks, for people: all voices of the demo are synthetic, and it says so. */
export function voiceText({ voice }: DemoUtterance): string {
  return `the synthetic voice "${voice.name}" of ${voice.program}`;
}

/** Makes the recording. @throws Error when the voice's program is not there or fails */
export async function record(utterance: DemoUtterance, file: string): Promise<void> {
  const { program, name } = utterance.voice;
  if (program === 'flite') await run('flite', ['-voice', name, '-t', utterance.text, '-o', file]);
  else await run('espeak-ng', ['-v', name, '-w', file, utterance.text]);
}
