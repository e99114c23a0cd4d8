import { execFile } from 'node:child_process';
import { copyFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Who speaks in the demo: a program's synthetic voice, made on the spot, or a recording of a person. */
type Voice =
  | { readonly program: 'flite' | 'espeak-ng'; readonly name: string }
  | { readonly recording: string; readonly credit: string };

/** Something that is said at the desk in the demo. */
export interface DemoUtterance {
  readonly side: 'host' | 'guest';
  readonly text: string;
  /** What must be said in the other language: the phrasebook's text. */
  readonly translation: string;
  readonly voice: Voice;
}

const HOST: Voice = { program: 'flite', name: 'rms' };
const GUEST: Voice = { program: 'espeak-ng', name: 'es' };
const HUMAN: Voice = {
  recording: '/usr/share/asterisk/sounds/en_US_f_Allison/vm-dialout.wav',
  credit: 'Allison Smith for Asterisk, CC-BY-SA 3.0, telephone quality',
};

export const CONVERSATION: readonly DemoUtterance[] = [
  {
    side: 'host',
    text: 'How can I help you?',
    translation: '¿En qué puedo ayudarle?',
    voice: HOST,
  },
  {
    side: 'guest',
    text: '¿Tiene una habitación para esta noche?',
    translation: 'Do you have a room for tonight?',
    voice: GUEST,
  },
  {
    side: 'host',
    text: 'The room costs one hundred euros per night.',
    translation: 'La habitación cuesta cien euros por noche.',
    voice: HOST,
  },
  {
    side: 'guest',
    text: 'Tengo fiebre y dolor de cabeza.',
    translation: 'I have a fever and a headache.',
    voice: GUEST,
  },
  {
    side: 'host',
    text: 'Please wait while I connect your call.',
    translation: 'Por favor, espere mientras enlazo su llamada.',
    voice: HUMAN,
  },
  {
    side: 'guest',
    text: 'Muchas gracias por su ayuda.',
    translation: 'Thank you very much for your help.',
    voice: GUEST,
  },
];

/** Who speaks, for people. */
export function voiceText({ voice }: DemoUtterance): string {
  return 'recording' in voice
    ? `a real recording (${voice.credit})`
    : `the synthetic voice "${voice.name}" of ${voice.program}`;
}

/** Makes the recording. @throws Error when what it is made from is not there */
export async function record({ voice, text }: DemoUtterance, file: string): Promise<void> {
  if ('recording' in voice) await copyFile(voice.recording, file);
  else if (voice.program === 'flite') await run('flite', ['-voice', voice.name, '-t', text, '-o', file]);
  else await run('espeak-ng', ['-v', voice.name, '-w', file, text]);
}
