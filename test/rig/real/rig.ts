import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { noise } from '../voices.ts';
import { monotonicMs } from './clock.ts';
import { type Desk, type DeskOptions, startDesk } from './desk.ts';
import type { DeskProcess } from './processes.ts';

/** What the tests of the rig itself share. */

/** A program of the rig's own tests. */
export const child = (name: string): string => fileURLToPath(new URL(`children/${name}`, import.meta.url));
export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
/** Prints what was measured: it is not asserted, since it is the machine's. */
export const tell = (what: string, values: readonly number[]): void => {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  process.stdout.write(
    `desk: ${what}: median ${median(values).toFixed(1)}, ${low.toFixed(1)} to ${high.toFixed(1)} ms (${values.length})\n`,
  );
};

/** Half a second of noise: it begins at once and correlates with itself only. */
export const burst = noise('white', -12, 0.5);

/** A desk for the tests of a `describe`. */
export function withDesk(options: DeskOptions): () => Desk {
  let desk: Desk | undefined;
  beforeAll(async () => {
    const beganMs = monotonicMs();
    desk = await startDesk(options);
    tell('desk ready after', [monotonicMs() - beganMs]);
  });
  afterEach(() => {
    desk?.microphone.repair();
    desk?.loudspeaker.repair();
  });
  afterAll(async () => {
    await desk?.stop();
  });
  return () => desk as Desk;
}

/** This process has the environment of the desk: what it starts meets the desk's devices. */
export function inEnvironmentOf(at: () => Desk): void {
  const before = { ...process.env };
  beforeAll(() => void Object.assign(process.env, at().env));
  afterAll(() => {
    for (const name of Object.keys(at().env)) delete process.env[name];
    Object.assign(process.env, before);
  });
}

/** A lamp that follows a button, by onoff. */
export async function panelAt(desk: Desk, button: number, led: number): Promise<DeskProcess> {
  const panel = desk.spawn('node', [child('panel.ts'), `${button}`, `${led}`]);
  await panel.nextLine('ready 0');
  return panel;
}

/** A recording by node-record-lpcm16 that has begun. */
export async function captureAt(desk: Desk): Promise<DeskProcess> {
  const capture = desk.spawn('node', [child('capture.ts'), path.join(desk.folder, 'heard.raw')], {
    stdin: 'pipe',
  });
  await capture.nextLine('capturing');
  return capture;
}
