import { type DestinationStream, type Logger, pino, symbols } from 'pino';
import { escapedJson, jsonText, printable } from '../base/foreign-text.ts';

/** pino's levels as the priorities of syslog and the journal (sd-daemon(3)). */
const PRIORITIES: Readonly<Record<number, number>> = { 10: 7, 20: 7, 30: 6, 40: 4, 50: 3, 60: 2 };

/**
 * The log: JSON lines; on a terminal readable lines; under systemd JSON lines after a priority ("<4>"), which the journal
 * removes. Untrusted text in it is always printable.
 * Nothing that people say may come here; turns are logged as a TurnLog, which has no field for it.
 * @param level of pino
 */
export function openLog(
  level: string,
  output: NodeJS.WritableStream & { readonly isTTY?: boolean },
  environment: NodeJS.ProcessEnv = process.env,
): Logger {
  if (output.isTTY) return pino({ level, base: null, timestamp: false }, forPeople(output));
  // JOURNAL_STREAM is set where the output goes to the journal (systemd.exec(5)).
  const destination =
    environment.JOURNAL_STREAM === undefined ? escaping(output) : withPriorities(escaping(output));
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);
}

/** In characters: a stack is longer than all else. */
const MOST_OF_A_FACT = 4000;

/** Escapes the control characters that pino leaves: a terminal may show the log. */
function escaping(output: { write(line: string): unknown }): DestinationStream {
  return { write: (line) => output.write(escapedJson(line)) };
}

/** Lines to read, in place of a line that is being redrawn (the terminal panel's lights). */
export function forPeople(output: { write(line: string): unknown }): DestinationStream {
  return {
    write(line: string) {
      const { msg, level: _, ...fields } = JSON.parse(line) as Record<string, unknown>;
      const { hint, ...rest } = fields;
      const facts = Object.entries(rest).map(
        ([name, value]) =>
          `${name} ${printable(typeof value === 'string' ? value : jsonText(value), MOST_OF_A_FACT)}`,
      );
      const details = facts.length === 0 ? '' : ` (${facts.join(', ')})`;
      output.write(
        `\r\x1b[2K${printable(String(msg))}${details}${hint === undefined ? '' : `\n  what to do: ${String(hint)}`}\n`,
      );
    },
  };
}

/** Puts the journal's priority before each line. */
export function withPriorities(output: { write(line: string): unknown }): DestinationStream {
  return {
    // pino then sets lastLevel before each write (pino's docs, "Destinations: metadata").
    [symbols.needsMetadataGsym]: true,
    lastLevel: 30,
    write(line: string) {
      output.write(`<${PRIORITIES[this.lastLevel] ?? 6}>${line}`);
    },
  } as DestinationStream & { lastLevel: number };
}
