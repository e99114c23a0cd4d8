/** ALSA's own library, to read a configuration. */
import koffi from 'koffi';

export interface AlsaLibrary {
  /** A configuration as a tree. @throws Error where the library refuses it */
  read(text: string): unknown;
}

/** alsa-lib, include/conf.h. */
const COMPOUND = 1024;
const INTEGER = 0;
const STRING = 3;

/** @returns undefined where it is not installed */
export function alsaLibrary(): AlsaLibrary | undefined {
  let library: ReturnType<typeof koffi.load>;
  try {
    library = koffi.load('libasound.so.2');
  } catch {
    return undefined;
  }
  const top = library.func('int snd_config_load_string(_Out_ void **config, str text, size_t size)');
  const remove = library.func('int snd_config_delete(void *config)');
  const id = library.func('int snd_config_get_id(void *config, _Out_ str *id)');
  const type = library.func('int snd_config_get_type(void *config)');
  const integer = library.func('int snd_config_get_integer(void *config, _Out_ long *value)');
  const text = library.func('int snd_config_get_string(void *config, _Out_ str *value)');
  const first = library.func('void *snd_config_iterator_first(void *config)');
  const next = library.func('void *snd_config_iterator_next(void *iterator)');
  const end = library.func('void *snd_config_iterator_end(void *config)');
  const entry = library.func('void *snd_config_iterator_entry(void *iterator)');

  const valueIn = <T>(get: (config: unknown, out: [T | null]) => number, config: unknown): T | null => {
    const out: [T | null] = [null];
    get(config, out);
    return out[0];
  };
  const treeOf = (config: unknown): unknown => {
    const kind: number = type(config);
    if (kind === INTEGER) return Number(valueIn<number>(integer, config));
    if (kind === STRING) return valueIn<string>(text, config);
    if (kind !== COMPOUND) throw new Error(`a value of kind ${kind}`);
    const entries: [string, unknown][] = [];
    const last = koffi.address(end(config));
    for (let at = first(config); koffi.address(at) !== last; at = next(at)) {
      const one = entry(at);
      entries.push([String(valueIn<string>(id, one)), treeOf(one)]);
    }
    return Object.fromEntries(entries);
  };
  return {
    read: (written) => {
      const out: [unknown] = [null];
      const code: number = top(out, written, Buffer.byteLength(written));
      if (code < 0) throw new Error(`alsa-lib refuses it (${code})`);
      try {
        return treeOf(out[0]);
      } finally {
        remove(out[0]);
      }
    },
  };
}
