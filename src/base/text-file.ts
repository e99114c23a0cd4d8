/** The file can't be read as text. The message says how to save it. */
export class TextFileError extends Error {
  override readonly name = 'TextFileError';
}

/**
 * The text of a file that a person has written, with any editor: UTF-8, with or without its byte order mark, or UTF-16
 * with its mark, as PowerShell writes it.
 * @throws TextFileError where it is neither
 */
export function textOf(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  if (bytes.includes(0)) throw new TextFileError('is saved as UTF-16 or is no text: save it as UTF-8');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const before = new TextDecoder().decode(bytes).split('\uFFFD', 1)[0] ?? '';
    const line = before.split('\n').length;
    throw new TextFileError(
      `has a character in line ${line} that is not UTF-8 ("ANSI", Latin-1?): save it as UTF-8`,
    );
  }
}
