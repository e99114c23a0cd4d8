/** CMU PocketSphinx (5prealpha, as in Debian 12 and 13) by koffi: one decoder with named grammars. */

import koffi from 'koffi';
import { findLibrary, findModel } from '../libraries.ts';

const PACKAGES = 'libpocketsphinx3 pocketsphinx-en-us';

/** What was heard with a grammar. */
export interface Heard {
  /** The words with the variant of their pronunciation, "w12" or "w12(2)", without fillers. */
  readonly words: readonly string[];
  /** The logarithm of the path's likelihood: comparable between grammars for the same sound only. */
  readonly score: number;
}

/**
 * Beams wider than the default (1e-48, 7e-29): with the default 27 of 122 Spanish phrases found no path through the
 * grammar, with these 7. And a higher cost of the next word (default 0.65), so that the loop prefers long words to several
 * short ones: at one accepted unlisted prompt, 47 instead of 34 of 66 human Spanish ones were accepted.
 */
const SEARCH = ['-beam', '1e-60', '-pbeam', '1e-60', '-wbeam', '1e-40', '-wip', '0.1'];

type Pointer = bigint | object | null;

/** The functions of the library that are used; names and order of the parameters are those of pocketsphinx.h. */
interface Functions {
  addWord(decoder: Pointer, word: string, phones: string, update: number): number;
  setGrammar(decoder: Pointer, name: string, jsgf: string): number;
  setSearch(decoder: Pointer, name: string): number;
  startUtterance(decoder: Pointer, id: null): number;
  process(decoder: Pointer, samples: Int16Array, count: number, noSearch: number, whole: number): number;
  endUtterance(decoder: Pointer): number;
  hypothesis(decoder: Pointer, score: Int32Array): string | null;
  segments(decoder: Pointer, score: null): Pointer;
  nextSegment(segment: Pointer): Pointer;
  segmentWord(segment: Pointer): string;
}

/**
 * A decoder with the English acoustic model. It lives as long as the process; calls block. Only for a process
 * that does nothing else.
 */
export class Decoder {
  readonly #decoder: Pointer;
  readonly #functions: Functions;

  private constructor(decoder: Pointer, functions: Functions) {
    this.#decoder = decoder;
    this.#functions = functions;
  }

  /** Loads the library and the model: about 0.2 s. @throws MissingDependency when either is not installed. */
  static open(): Decoder {
    const model = findModel();
    // No log of the library: it would contain what people say.
    const options = ['-hmm', model.acoustic, '-logfn', '/dev/null', ...SEARCH];
    const library = koffi.load(findLibrary('libpocketsphinx', PACKAGES));
    const base = koffi.load(findLibrary('libsphinxbase', 'libsphinxbase3'));
    const args = library.func('ps_args', 'void *', [])() as Pointer;
    const parse = base.func('cmd_ln_parse_r', 'void *', [
      'void *',
      'void *',
      'int32_t',
      'char **',
      'int32_t',
    ]);
    const config = parse(null, args, options.length, [...options], 1) as Pointer;
    if (config === null) throw new Error(`PocketSphinx did not accept the options ${options.join(' ')}`);
    const decoder = library.func('ps_init', 'void *', ['void *'])(config) as Pointer;
    if (decoder === null) throw new Error(`PocketSphinx could not load the model in ${model.acoustic}`);
    return new Decoder(decoder, bind(library));
  }

  /** Adds words with their ARPAbet phones; a second pronunciation of "w1" is the word "w1(2)". */
  addWords(words: readonly (readonly [word: string, phones: readonly string[]])[]): void {
    for (const [word, phones] of words) {
      if (this.#functions.addWord(this.#decoder, word, phones.join(' '), 0) < 0) {
        throw new Error(`PocketSphinx did not take a word with the phones ${phones.join(' ')}`);
      }
    }
  }

  /** Adds a JSGF grammar under a name. All its words must have been added. */
  addGrammar(name: string, jsgf: string): void {
    if (this.#functions.setGrammar(this.#decoder, name, jsgf) < 0) {
      throw new Error(`PocketSphinx did not accept the grammar "${name}"`);
    }
  }

  /**
   * Decodes a whole utterance with one of the grammars.
   * @returns no words when nothing in the sound fits the grammar
   */
  decode(samples: Int16Array, grammar: string): Heard {
    const call = this.#functions;
    const decoder = this.#decoder;
    check(call.setSearch(decoder, grammar), 'ps_set_search');
    check(call.startUtterance(decoder, null), 'ps_start_utt');
    // The whole utterance at once: the cepstral mean is then that of this utterance and of no earlier one.
    check(call.process(decoder, samples, samples.length, 0, 1), 'ps_process_raw');
    check(call.endUtterance(decoder), 'ps_end_utt');
    const score = new Int32Array(1);
    if (call.hypothesis(decoder, score) === null) return { words: [], score: Number.NEGATIVE_INFINITY };
    const words: string[] = [];
    for (let segment = call.segments(decoder, null); segment !== null; segment = call.nextSegment(segment)) {
      const word = call.segmentWord(segment);
      if (/^w\d/.test(word)) words.push(word); // the others are <sil>, [NOISE] and (NULL)
    }
    return { words, score: score[0] as number };
  }
}

function check(result: number, name: string): void {
  if (result < 0) throw new Error(`PocketSphinx: ${name} failed (${result})`);
}

function bind(library: ReturnType<typeof koffi.load>): Functions {
  const decoder = 'void *';
  return {
    addWord: library.func('ps_add_word', 'int', [decoder, 'str', 'str', 'int']),
    setGrammar: library.func('ps_set_jsgf_string', 'int', [decoder, 'str', 'str']),
    setSearch: library.func('ps_set_search', 'int', [decoder, 'str']),
    startUtterance: library.func('ps_start_utt', 'int', [decoder, 'void *']),
    process: library.func('ps_process_raw', 'int', [decoder, 'int16_t *', 'size_t', 'int', 'int']),
    endUtterance: library.func('ps_end_utt', 'int', [decoder]),
    hypothesis: library.func('ps_get_hyp', 'str', [decoder, koffi.out('int32_t *')]),
    segments: library.func('ps_seg_iter', 'void *', [decoder, 'void *']),
    nextSegment: library.func('ps_seg_next', 'void *', ['void *']),
    segmentWord: library.func('ps_seg_word', 'str', ['void *']),
  };
}
