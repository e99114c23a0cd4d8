import { mkdirSync, writeFileSync } from 'node:fs';
import type { FaultCode } from '../../src/kiosk/faults.ts';
import type { Counter, Logged } from '../rig/counter.ts';
import type { Phase } from './scenario.ts';

interface Row {
  readonly title: string;
  readonly phase: Phase;
  readonly fault: FaultCode;
  readonly firstMs: number;
  readonly detectedMs: number;
  readonly recoveredMs: number;
}

/**
 * How long it took until the device knew of a trouble, and from there to the next open connection: beside the time of
 * the first connection on the same link, as ratios. Figures of this machine; none is asserted.
 */
export class Times {
  readonly #title: string;
  readonly #rows: Row[] = [];

  constructor(title: string) {
    this.#title = title;
  }

  /** @param troubleMs when it was made, on the desk's clock */
  note(title: string, phase: Phase, counter: Counter, troubleMs: number, fault: FaultCode): void {
    const lines = counter.logged().flatMap(parsed);
    const first = spanTo('ready', lines, 0);
    const detected = lines.find((line) => line.fault === fault && line.atMs >= troubleMs);
    if (first === undefined || detected === undefined) {
      const told = lines.filter((line) => line.fault !== undefined && line.atMs >= troubleMs);
      const instead = told.map((line) => `${line.fault} after ${(line.atMs - troubleMs).toFixed(0)} ms`);
      throw new Error(`the log does not tell of ${fault}, but of: ${instead.join(', ') || 'nothing'}`);
    }
    const recovered = lines.find((line) => line.service === 'ready' && line.atMs >= detected.atMs);
    if (recovered === undefined) throw new Error(`the log does not tell of a connection after ${fault}`);
    this.#rows.push({
      title,
      phase,
      fault,
      firstMs: first,
      detectedMs: detected.atMs - troubleMs,
      recoveredMs: recovered.atMs - detected.atMs,
    });
  }

  /** Prints the table, and writes it to build/scenarios. */
  report(): void {
    if (this.#rows.length === 0) return;
    const ratio = (ms: number, firstMs: number) => `${ms.toFixed(0)} ms (× ${(ms / firstMs).toFixed(1)})`;
    const lines = this.#rows.map(
      ({ title, phase, fault, firstMs, detectedMs, recoveredMs }) =>
        `| ${title} | ${phase} | ${fault} | ${firstMs.toFixed(0)} ms | ${ratio(detectedMs, firstMs)} | ${ratio(recoveredMs, firstMs)} |`,
    );
    const text = [
      `### ${this.#title}`,
      '',
      '| trouble | while | fault | first connection | to detect | from there to recover |',
      '|---|---|---|---|---|---|',
      ...lines,
      '',
    ].join('\n');
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(new URL(`${this.#title.toLowerCase().replaceAll(/\W+/g, '-')}.md`, FOLDER), text);
    process.stdout.write(`${text}\n`);
  }
}

const FOLDER = new URL('../../build/scenarios', import.meta.url);

interface Line {
  readonly atMs: number;
  readonly service?: string;
  readonly fault?: string;
}

function parsed({ text, atMs }: Logged): Line[] {
  try {
    return [{ ...(JSON.parse(text) as object), atMs }];
  } catch {
    return [];
  }
}

/** From `connecting` to the first such line behind it. */
function spanTo(service: string, lines: readonly Line[], fromMs: number): number | undefined {
  const begun = lines.find((line) => line.service === 'connecting' && line.atMs >= fromMs);
  if (begun === undefined) return undefined;
  const ended = lines.find((line) => line.service === service && line.atMs >= begun.atMs);
  return ended === undefined ? undefined : ended.atMs - begun.atMs;
}
