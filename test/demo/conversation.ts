import { execFile } from 'node:child_process';
import { copyFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Who speaks in the demo: a program's synthetic voice, made on the spot, or a recording of a person. */
type Voice =
  | { readonly program: 'flite' | 'espeak-ng'; readonly name: string }
  | { readonly recording: string; readonly credit: string };

/** Something that is said at the desk in the demo. */
export interface Utterance {
  readonly text: string;
  readonly voice: Voice;
}

/** One press of the button in the demo. */
export interface DemoTurn {
  readonly side: 'host' | 'guest';
  /** What happens, for people. */
  readonly story: string;
  /** Nothing, for an empty press. */
  readonly utterance?: Utterance;
  /** The right outcome. */
  readonly outcome: 'translated' | 'nothing said' | 'not understood' | 'cancelled';
  /** What must be said to the other side: the phrasebook's text. */
  readonly translation?: string;
  /** The next press comes while this translation plays. */
  readonly interrupted?: boolean;
}

const HOST: Voice = { program: 'flite', name: 'rms' };
const GUEST: Voice = { program: 'espeak-ng', name: 'es' };
const HUMAN: Voice = {
  recording: '/usr/share/asterisk/sounds/en_US_f_Allison/vm-dialout.wav',
  credit: 'Allison Smith for Asterisk, CC-BY-SA 3.0, telephone quality',
};

export const CONVERSATION: readonly DemoTurn[] = [
  {
    side: 'host',
    story: 'greets',
    utterance: { text: 'How can I help you?', voice: HOST },
    outcome: 'translated',
    translation: '¿En qué puedo ayudarle?',
  },
  {
    side: 'guest',
    story: 'is not well',
    utterance: { text: 'Tengo fiebre y dolor de cabeza.', voice: GUEST },
    outcome: 'translated',
    translation: 'I have a fever and a headache.',
  },
  {
    side: 'host',
    story: 'calls the doctor',
    utterance: { text: 'Please wait while I connect your call.', voice: HUMAN },
    outcome: 'translated',
    translation: 'Por favor, espere mientras enlazo su llamada.',
  },
  { side: 'guest', story: 'touches the button and says nothing', outcome: 'nothing said' },
  {
    side: 'host',
    story: 'goes on, and is interrupted',
    utterance: { text: 'The room costs one hundred euros per night.', voice: HOST },
    outcome: 'cancelled',
    translation: 'La habitación cuesta cien euros por noche.',
    interrupted: true,
  },
  {
    side: 'guest',
    story: 'presses while the translation plays',
    utterance: { text: 'Necesitamos dos camas individuales.', voice: GUEST },
    outcome: 'translated',
    translation: 'We need two single beds.',
  },
  {
    side: 'host',
    story: 'says what is not in the book',
    utterance: { text: 'Did you watch the football game last night?', voice: HOST },
    outcome: 'not understood',
    translation: 'No he entendido.',
  },
  {
    side: 'guest',
    story: 'gives thanks',
    utterance: { text: 'Muchas gracias por su ayuda.', voice: GUEST },
    outcome: 'translated',
    translation: 'Thank you very much for your help.',
  },
];

/** The first `count` turns, and one more where the last of them would be interrupted by it. */
export function firstTurns(count: number): readonly DemoTurn[] {
  return CONVERSATION.slice(0, CONVERSATION[count - 1]?.interrupted === true ? count + 1 : count);
}

/** All that is said in the demo. */
export const SPOKEN: readonly Utterance[] = CONVERSATION.flatMap(({ utterance }) => utterance ?? []);

/** Who speaks, for people. */
export function voiceText({ voice }: Utterance): string {
  return 'recording' in voice
    ? `a real recording (${voice.credit})`
    : `the synthetic voice "${voice.name}" of ${voice.program}`;
}

/** Makes the recording. @throws Error when what it is made from is not there */
export async function record({ voice, text }: Utterance, file: string): Promise<void> {
  if ('recording' in voice) await copyFile(voice.recording, file);
  else if (voice.program === 'flite') await run('flite', ['-voice', voice.name, '-t', text, '-o', file]);
  else await run('espeak-ng', ['-v', voice.name, '-w', file, text]);
}
