/** espeak-ng (1.51 in Debian 12, 1.52 in Debian 13) by koffi: text to sound. */

import koffi from 'koffi';
import { concat } from '../../audio/pcm/concat.ts';
import { findLibrary, MissingDependency } from '../libraries.ts';

const PACKAGES = 'libespeak-ng1 espeak-ng-data';

/** speak_lib.h: AUDIO_OUTPUT_SYNCHRONOUS: no sound device, the callback is called inside espeak_Synth. */
const OUTPUT_SYNCHRONOUS = 2;
/** speak_lib.h: espeakINITIALIZE_DONT_EXIT: an error instead of exit(1) when the voices are missing. */
const DONT_EXIT = 0x8000;
/** speak_lib.h: espeakCHARS_UTF8. */
const UTF8 = 1;
/** speak_lib.h: POS_CHARACTER. */
const POSITION_CHARACTER = 1;

/** ISO 639 codes under which espeak-ng files a language that BCP-47 writes otherwise. */
const OTHER_NAMES: Readonly<Record<string, string>> = { zh: 'cmn', no: 'nb', iw: 'he', in: 'id' };

/** The functions of the library that are used, as in speak_lib.h. */
function functionsOf(library: ReturnType<typeof koffi.load>) {
  return {
    synth: library.func(
      'int espeak_Synth(str text, size_t size, uint position, int type, uint end, uint flags, void *id, void *user)',
    ),
    setVoice: library.func('int espeak_SetVoiceByName(str name)'),
  };
}

/** Sound as espeak-ng makes it: mono, 16-bit. */
export interface Spoken {
  readonly samples: Int16Array;
  readonly sampleRate: number;
}

/** espeak-ng inside this process. It lives as long as the process; calls block. */
export class Espeak {
  readonly #functions: ReturnType<typeof functionsOf>;
  readonly #sampleRate: number;
  /** The sound so far. */
  #chunks: Int16Array[] = [];
  /** How many more samples are wanted. */
  #left = 0;
  #voice = '';

  /** Loads the library and its voices. @throws MissingDependency when either is not installed. */
  constructor() {
    const library = koffi.load(findLibrary('libespeak-ng', PACKAGES));
    const initialise = library.func(
      'int espeak_Initialize(int output, int buflength, void *path, int options)',
    );
    this.#sampleRate = initialise(OUTPUT_SYNCHRONOUS, 0, null, DONT_EXIT) as number;
    if (this.#sampleRate <= 0)
      throw new MissingDependency(`espeak-ng has no voices; run: apt-get install ${PACKAGES}`);
    const callback = koffi.pointer(koffi.proto('int EspeakSound(void *samples, int count, void *events)'));
    const receive = koffi.register((samples: unknown, count: number) => {
      // No samples: the end of the synthesis. A result other than 0 ends it early.
      if (samples === null || count <= 0) return 0;
      this.#chunks.push(Int16Array.from(koffi.decode(samples, 'int16_t', count) as Int16Array));
      this.#left -= count;
      return this.#left > 0 ? 0 : 1;
    }, callback);
    library.func('espeak_SetSynthCallback', 'void', [callback])(receive);
    this.#functions = functionsOf(library);
  }

  /**
   * Speaks a text. The voice is one of espeak-ng's ("en-us", "es-419+f3") or a BCP-47 code, of which only the
   * language counts when espeak-ng doesn't know the region.
   * @param limitSeconds where the sound is cut off
   */
  speak(text: string, voice: string, limitSeconds: number): Spoken {
    this.#use(voice);
    this.#chunks = [];
    this.#left = Math.round(limitSeconds * this.#sampleRate);
    const size = Buffer.byteLength(text) + 1;
    const result = this.#functions.synth(text, size, 0, POSITION_CHARACTER, 0, UTF8, null, null);
    if (result !== 0) throw new Error(`espeak-ng could not speak (error ${result})`);
    const samples = concat(this.#chunks.splice(0));
    return { samples, sampleRate: this.#sampleRate };
  }

  #use(voice: string): void {
    if (voice === this.#voice) return;
    for (const name of namesOf(voice)) {
      if (this.#functions.setVoice(name) === 0) {
        this.#voice = voice;
        return;
      }
    }
    this.#voice = '';
    throw new MissingDependency(`espeak-ng has no voice "${voice}"; "espeak-ng --voices" lists those it has`);
  }
}

/** The names to try for a voice, best first: as given, in lower case, by the language alone. */
function namesOf(voice: string): string[] {
  const [language = ''] = voice.toLowerCase().split(/[-_+]/);
  return [voice, voice.toLowerCase(), OTHER_NAMES[language] ?? language].filter((name) => name !== '');
}
