import { crc32 } from 'node:zlib';
import { entrySchema, type LedgerEntry } from './entry.ts';

/**
 * The format of the ledger: one line of JSON for each entry, with a CRC-32 of the entry's text. Everything is ASCII, so
 * that positions in the text are positions in the file (read as latin1, even if it is damaged).
 */

const LINE = /^\{"crc":"([0-9a-f]{8})","entry":(.*)\}$/;

/** The line of an entry, with its line feed. */
export function lineOf(entry: LedgerEntry): string {
  const text = ascii(JSON.stringify(entry));
  return `{"crc":"${checksum(text)}","entry":${text}}\n`;
}

export interface Content {
  readonly entries: readonly LedgerEntry[];
  /** Lines that could not be read. */
  readonly skipped: number;
  /** Where the last intact line ends, in bytes: the rest was left by an interrupted write. */
  readonly intactBytes: number;
}

/** Reads the text of a ledger file, even if it is damaged. */
export function readLines(text: string): Content {
  const entries: LedgerEntry[] = [];
  let skipped = 0;
  let intactBytes = 0;
  let start = 0;
  while (start < text.length) {
    const end = text.indexOf('\n', start);
    const line = text.slice(start, end === -1 ? undefined : end);
    const json = end === -1 ? undefined : intact(line);
    start = end === -1 ? text.length : end + 1;
    if (json !== undefined) intactBytes = start;
    // An intact line that this version of Dragoman does not understand may be of another version: it is kept.
    const entry = json === undefined ? undefined : parsed(json);
    if (entry === undefined) skipped += 1;
    else entries.push(entry);
  }
  return { entries, skipped, intactBytes };
}

/** The entry's JSON; undefined where its checksum is wrong. */
function intact(line: string): string | undefined {
  const [, crc, json] = LINE.exec(line) ?? [];
  return json !== undefined && checksum(json) === crc ? json : undefined;
}

function parsed(json: string): LedgerEntry | undefined {
  try {
    return entrySchema.safeParse(JSON.parse(json)).data;
  } catch {
    return undefined;
  }
}

function checksum(text: string): string {
  return crc32(Buffer.from(text, 'latin1')).toString(16).padStart(8, '0');
}

function ascii(json: string): string {
  return json.replaceAll(/[^\x20-\x7e]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
