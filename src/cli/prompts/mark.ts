import { createHash } from 'node:crypto';

/**
 * A mark in the WAV files that we render, which distinguishes them from those of the operator: a comment after
 * the sound ("LIST", "INFO", "ICMT"), which players skip. It lies in the file itself, so that a crash or a copy
 * can't separate the two, and it holds a digest of all before it: a file that was edited is not ours any more.
 */

const TEXT = /^dragoman prompt ([0-9a-f]{64}) ([0-9a-f]{64})\0\0$/;
const TEXT_BYTES = 'dragoman prompt '.length + 64 + 1 + 64 + 2; // with two zeros at its end: an even length
const HEADER_BYTES = 20; // LIST, size, INFO, ICMT, size
const MARK_BYTES = HEADER_BYTES + TEXT_BYTES;

export function sha256(data: Uint8Array | string): string {
  return createHash('sha256').update(data).digest('hex');
}

/** The WAV file with the mark. @param recipe SHA-256 of what it was rendered from */
export function withMark(wav: Uint8Array, recipe: string): Uint8Array {
  const file = Buffer.alloc(wav.length + MARK_BYTES);
  file.set(wav);
  file.writeUInt32LE(file.length - 8, 4);
  file.write('LIST', wav.length, 'latin1');
  file.writeUInt32LE(MARK_BYTES - 8, wav.length + 4);
  file.write('INFOICMT', wav.length + 8, 'latin1');
  file.writeUInt32LE(TEXT_BYTES, wav.length + 16);
  const digest = sha256(file.subarray(0, wav.length));
  file.write(`dragoman prompt ${recipe} ${digest}`, wav.length + HEADER_BYTES, 'latin1');
  return file;
}

/** What a file of ours was rendered from. @returns undefined when it is not ours, or not as we wrote it */
export function recipeOf(file: Uint8Array): string | undefined {
  const end = file.length - MARK_BYTES;
  if (end < 0) return undefined;
  const text = Buffer.from(file.subarray(end + HEADER_BYTES)).toString('latin1');
  const [, recipe, digest] = TEXT.exec(text) ?? [];
  return digest === sha256(file.subarray(0, end)) ? recipe : undefined;
}
