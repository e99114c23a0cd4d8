import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { CHILD_FLAGS, childEnvironment } from '../../base/child-environment.ts';
import { LOOK_AGAIN_MS } from '../../base/kept-open.ts';
import { type Cancel, type Clock, REAL_TIME } from '../../base/time.ts';
import type { Route } from '../alsa/devices.ts';
import { ChildOutput } from './child-output.ts';
import type { Output, OutputListener, Player } from './player.ts';
import type { FromChild, ToChild } from './speaker-protocol.ts';

/** Beside this file, in the same language: TypeScript in a checkout, JavaScript on a device. */
const CHILD = fileURLToPath(new URL(`./speaker-child${path.extname(import.meta.url)}`, import.meta.url));

/** Written to the first sound: 5 to 11 ms (measured). */
const LATENCY_MS = 10;
/** A spare that ended is replaced after this time, in milliseconds, or when it is needed. */
const REPLACE_AFTER_MS = 1000;
/** A spare starts this long after the first sound, in milliseconds: starting Node keeps a small computer busy for 250 ms. */
const SPARE_AFTER_MS = 300;
/** A spare ends after this time without sound, in milliseconds: people usually answer within a minute, and it costs 30 MB. */
const SPARE_IDLE_MS = 60_000;
/** The interval between two pings of a child that has the device, in milliseconds. */
const PING_EVERY_MS = 5000;

/**
 * Plays by the package `speaker`, in a child process. While there is something to play, and for a while after, a spare
 * child is kept, with Node running and `speaker` not yet loaded: on a sound card that only one process can open, the
 * module's probe would abort it.
 */
export class SpeakerPlayer implements Player {
  readonly latencyMs = LATENCY_MS;
  readonly #clock: Clock;
  readonly #spareIdleMs: number;
  #spare: ChildProcess | undefined;
  /** The environment of the spare. */
  #environment: Route['environment'] = {};
  #cancelSoon: Cancel = () => {};
  /** Ends the wait for silence; undefined when nothing was played lately. */
  #cancelIdle: Cancel | undefined;
  #playedAtMs = 0;
  #stopped = false;

  /** @param spareIdleMs a spare ends when nothing was played for this time */
  constructor(clock: Clock = REAL_TIME, spareIdleMs = SPARE_IDLE_MS) {
    this.#clock = clock;
    this.#spareIdleMs = spareIdleMs;
  }

  open(listener: OutputListener, { environment }: Route): Output {
    if (!sameEntries(environment, this.#environment)) void this.#endSpare();
    this.#environment = environment;
    const child = this.#spare ?? this.#fork();
    this.#spare = undefined;
    let answered = true;
    const output = new ChildOutput(child, listener, this.#clock, () => this.#plays());
    child.on('message', (message: FromChild) => {
      answered = true;
      switch (message.kind) {
        case 'open':
          if (this.#cancelIdle !== undefined) this.#keepSpare();
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
          output.note(message.detail); // it ends now; its exit gives the reason
          break;
      }
    });
    // Nothing is written to an idle child, so only a ping shows that it hangs.
    const ping = () => {
      answered = false;
      send(child, 'ping');
      cancel = this.#clock.after(PING_EVERY_MS, () => {
        if (answered) ping();
        else cancel = this.#clock.after(LOOK_AGAIN_MS, look);
      });
    };
    const look = () => {
      if (answered) ping();
      else output.fail('stalled', `the player has not answered for ${PING_EVERY_MS} ms`);
    };
    let cancel: Cancel = () => {};
    child.once('exit', () => cancel());
    send(child, 'open');
    return output;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#endSpare();
  }

  /** Sound plays: if it is cut off, the next child is needed soon. */
  #plays(): void {
    if (this.#stopped) return;
    this.#playedAtMs = this.#clock.now();
    if (this.#cancelIdle !== undefined) return;
    this.#endSpareWhenIdle();
    this.#keepSpareIn(SPARE_AFTER_MS);
  }

  /** Uses one timer, not one for each write. */
  #endSpareWhenIdle(): void {
    const leftMs = this.#playedAtMs + this.#spareIdleMs - this.#clock.now();
    if (leftMs <= 0) void this.#endSpare();
    else this.#cancelIdle = this.#clock.after(leftMs, () => this.#endSpareWhenIdle());
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
    this.#cancelSoon();
    this.#cancelSoon = this.#clock.after(ms, () => this.#keepSpare());
  }

  async #endSpare(): Promise<void> {
    this.#cancelIdle?.();
    this.#cancelIdle = undefined;
    this.#cancelSoon();
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
      execArgv: [...CHILD_FLAGS],
      env: { ...childEnvironment(), ...this.#environment },
    });
    child.on('error', () => {}); // the output, or the spare's exit, reports it
    return child;
  }
}

/** If the child is dead, its exit reports it. */
function send(child: ChildProcess, message: ToChild): void {
  if (child.connected) child.send(message, () => {});
}

function sameEntries(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}
