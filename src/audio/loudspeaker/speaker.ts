import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Route } from '../alsa/devices.ts';
import { ChildOutput, playerEnvironment } from './child-output.ts';
import type { Output, OutputListener, Player } from './player.ts';
import type { FromChild, ToChild } from './speaker-protocol.ts';

export interface SpeakerOptions {
  /** A spare ends when nothing was played for so long, in milliseconds; a minute by default. */
  readonly spareIdleMs?: number;
  /** A child that has the device is asked for a sign of life so often, in milliseconds; 5 s by default. */
  readonly pingEveryMs?: number;
}

/** Beside this file, in the same language: TypeScript in a checkout, JavaScript on a device. */
const CHILD = fileURLToPath(new URL(`./speaker-child${path.extname(import.meta.url)}`, import.meta.url));

/** Written to the first sound: 5 to 11 ms (measured). */
const LATENCY_MS = 10;
/** A spare that ended is replaced after so long, in milliseconds; if it is needed before, one is started then. */
const REPLACE_AFTER_MS = 1000;
/** Not while the first sound of a playback is on its way: starting Node takes a quarter of a second of a small computer. */
const SPARE_AFTER_MS = 300;
/** People answer each other within a minute, mostly; a spare costs 30 MB. */
const SPARE_IDLE_MS = 60_000;
const PING_EVERY_MS = 5000;
/**
 * A missing answer is believed at the second look, so many milliseconds after the first: timers come before reads, so
 * a process that was busy itself has not yet heard it.
 */
const LOOK_AGAIN_MS = 50;

/**
 * Plays by the package `speaker`, in a child process. While there is something to play, and for a while after, a spare
 * child is kept, with Node running and `speaker` not yet loaded: on a sound card that only one process can open, the
 * module's probe would abort it.
 */
export class SpeakerPlayer implements Player {
  readonly latencyMs = LATENCY_MS;
  readonly #options: SpeakerOptions;
  #spare: ChildProcess | undefined;
  /** Of those whom the spare may stand in for. */
  #environment: Route['environment'] = {};
  #soon: NodeJS.Timeout | undefined;
  /** Ends the spare; undefined when nothing was played lately. */
  #idle: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(options: SpeakerOptions = {}) {
    this.#options = options;
  }

  open(listener: OutputListener, { environment }: Route): Output {
    if (!sameEntries(environment, this.#environment)) void this.#endSpare();
    this.#environment = environment;
    const child = this.#spare ?? this.#fork();
    this.#spare = undefined;
    let answered = true;
    const output = new ChildOutput(child, listener, () => this.#plays());
    child.on('message', (message: FromChild) => {
      answered = true;
      switch (message.kind) {
        case 'open':
          if (this.#idle !== undefined) this.#keepSpare();
          output.opened();
          ping();
          break;
        case 'taken':
          output.took(message.bytes);
          break;
        case 'alive':
          break;
        case 'no module':
          output.fail('no player', message.detail.split('\n', 1)[0] ?? ''); // then a list of paths
          break;
        case 'failed':
          output.note(message.detail); // it ends now; its exit tells the rest
          break;
      }
    });
    // Nothing is written to an idle child, so nothing would tell that it hangs.
    const everyMs = this.#options.pingEveryMs ?? PING_EVERY_MS;
    const ping = () => {
      answered = false;
      send(child, 'ping');
      timer = setTimeout(() => {
        if (answered) ping();
        else timer = setTimeout(look, LOOK_AGAIN_MS);
      }, everyMs);
    };
    const look = () => {
      if (answered) ping();
      else output.fail('stalled', `the player has not answered for ${everyMs} ms`);
    };
    let timer: NodeJS.Timeout | undefined;
    child.once('exit', () => clearTimeout(timer));
    send(child, 'open');
    return output;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#endSpare();
  }

  /** Sound is on its way: whoever cuts it off wants the next child soon. */
  #plays(): void {
    if (this.#stopped) return;
    if (this.#idle !== undefined) {
      this.#idle.refresh();
      return;
    }
    this.#idle = setTimeout(() => void this.#endSpare(), this.#options.spareIdleMs ?? SPARE_IDLE_MS);
    this.#keepSpareIn(SPARE_AFTER_MS);
  }

  #keepSpare(): void {
    if (this.#spare !== undefined || this.#stopped) return;
    const spare = this.#fork();
    this.#spare = spare;
    spare.once('exit', () => {
      if (this.#spare !== spare) return;
      this.#spare = undefined;
      this.#keepSpareIn(REPLACE_AFTER_MS);
    });
  }

  #keepSpareIn(ms: number): void {
    clearTimeout(this.#soon);
    this.#soon = setTimeout(() => this.#keepSpare(), ms);
  }

  async #endSpare(): Promise<void> {
    clearTimeout(this.#idle);
    clearTimeout(this.#soon);
    this.#idle = undefined;
    const spare = this.#spare;
    this.#spare = undefined;
    if (spare === undefined || spare.exitCode !== null || spare.signalCode !== null) return;
    const exited = new Promise<void>((resolve) => spare.once('exit', () => resolve()));
    spare.kill('SIGKILL');
    await exited;
  }

  #fork(): ChildProcess {
    const child = fork(CHILD, [], {
      stdio: ['pipe', 'ignore', 'pipe', 'ipc'],
      execArgv: [],
      env: { ...playerEnvironment(), ...this.#environment },
    });
    child.on('error', () => {}); // the output, or the spare's exit, tells
    return child;
  }
}

/** If the child is dead already, its exit tells. */
function send(child: ChildProcess, message: ToChild): void {
  if (child.connected) child.send(message, () => {});
}

function sameEntries(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}
