import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { UsageError } from '../../../base/errors.ts';

/** The standard input: a terminal, or a pipe. */
export type SecretInput = Readable & { readonly isTTY?: boolean; setRawMode?(on: boolean): unknown };

/** More is no secret. */
const MAX_LENGTH = 64 * 1024;

/**
 * One secret: from a terminal a line that is not shown, from a pipe all that comes.
 * @throws UsageError when it is broken off (Ctrl-C) or too long
 */
export async function readSecret(
  input: SecretInput,
  prompt: { write(text: string): unknown },
  question: string,
): Promise<string> {
  if (input.isTTY !== true) return read(input, (text) => ({ text, done: false }));
  input.setRawMode?.(true); // before anybody is asked: what is typed at once is not shown either
  prompt.write(question);
  try {
    return await read(input, typed);
  } finally {
    input.setRawMode?.(false);
    input.destroy();
    prompt.write('\n');
  }
}

interface Typed {
  readonly text: string;
  readonly done: boolean;
}

/** What the keys that were pressed come to: in raw mode the terminal edits nothing itself. */
function typed(keys: string): Typed {
  let text = '';
  for (const key of keys) {
    if (key === '\r' || key === '\n' || key === '\x04') return { text, done: true };
    if (key === '\x03') throw new UsageError('broken off; nothing is changed');
    if (key === '\x7f' || key === '\b') text = text.slice(0, -1);
    else if (key === '\x15') text = '';
    else text += key;
  }
  return { text, done: false };
}

async function read(input: SecretInput, meaning: (all: string) => Typed): Promise<string> {
  const decoder = new StringDecoder('utf8');
  let all = '';
  // A terminal that is closed can't be put back into its own mode.
  for await (const chunk of input.iterator({ destroyOnReturn: false })) {
    all += typeof chunk === 'string' ? chunk : decoder.write(chunk as Buffer);
    if (all.length > MAX_LENGTH) throw new UsageError('that is too long for a key; nothing is changed');
    const { text, done } = meaning(all);
    if (done) return text;
  }
  return meaning(all + decoder.end()).text;
}
