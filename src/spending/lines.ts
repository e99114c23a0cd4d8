import { crc32 } from 'node:zlib';
import { entrySchema, type LedgerEntry } from './entry.ts';

/**
 * The form of the ledger: one line of JSON for each entry, with a CRC-32 over the entry's text. Everything in it is
 * ASCII, so that places in the text are places in the file (read it as latin1, whatever a fault made of it).
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
  /** Where the last intact line ends, in bytes: what comes behind is the remains of a write that was cut off. */
  readonly intactBytes: number;
}

/** Reads the text of a ledger file, whatever has happened to it. */
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
    // An intact line of another version of Dragoman may say what this one does not understand: it stays.
    const entry = json === undefined ? undefined : parsed(json);
    if (entry === undefined) skipped += 1;
    else entries.push(entry);
  }
  return { entries, skipped, intactBytes };
}

/** The entry's JSON, if its checksum is right. */
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
