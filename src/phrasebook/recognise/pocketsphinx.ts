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

/** The functions of the library that are used, as in pocketsphinx.h. */
function functionsOf(library: ReturnType<typeof koffi.load>) {
  return {
    addWord: library.func('int ps_add_word(void *decoder, str word, str phones, int update)'),
    setGrammar: library.func('int ps_set_jsgf_string(void *decoder, str name, str jsgf)'),
    setSearch: library.func('int ps_set_search(void *decoder, str name)'),
    startUtterance: library.func('int ps_start_utt(void *decoder, void *id)'),
    process: library.func(
      'int ps_process_raw(void *decoder, int16_t *samples, size_t count, int noSearch, int whole)',
    ),
    endUtterance: library.func('int ps_end_utt(void *decoder)'),
    hypothesis: library.func('str ps_get_hyp(void *decoder, _Out_ int32_t *score)'),
    segments: library.func('void *ps_seg_iter(void *decoder, void *score)'),
    nextSegment: library.func('void *ps_seg_next(void *segment)'),
    segmentWord: library.func('str ps_seg_word(void *segment)'),
  };
}

/**
 * A decoder with the English acoustic model. It lives as long as the process; calls block. Only for a process
 * that does nothing else.
 */
export class Decoder {
  /** A pointer of the library. */
  readonly #decoder: unknown;
  readonly #functions: ReturnType<typeof functionsOf>;

  /** Loads the library and the model: about 0.2 s. @throws MissingDependency when either is not installed. */
  constructor() {
    const model = findModel();
    // No log of the library: it would contain what people say.
    const options = ['-hmm', model.acoustic, '-logfn', '/dev/null', ...SEARCH];
    const library = koffi.load(findLibrary('libpocketsphinx', PACKAGES));
    const base = koffi.load(findLibrary('libsphinxbase', 'libsphinxbase3'));
    const args: unknown = library.func('void *ps_args()')();
    const parse = base.func('cmd_ln_parse_r', 'void *', [
      'void *',
      'void *',
      'int32_t',
      'char **',
      'int32_t',
    ]);
    const config: unknown = parse(null, args, options.length, options, 1);
    if (config === null) throw new Error(`PocketSphinx did not accept the options ${options.join(' ')}`);
    this.#decoder = library.func('void *ps_init(void *config)')(config);
    if (this.#decoder === null) throw new Error(`PocketSphinx could not load the model in ${model.acoustic}`);
    this.#functions = functionsOf(library);
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
      const word: string = call.segmentWord(segment);
      if (/^w\d/.test(word)) words.push(word); // the others are <sil>, [NOISE] and (NULL)
    }
    return { words, score: score[0] as number };
  }
}

function check(result: number, name: string): void {
  if (result < 0) throw new Error(`PocketSphinx: ${name} failed (${result})`);
}
