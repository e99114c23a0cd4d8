import { type ChildProcess, fork } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type AlsaDefault, alsaDefault } from './alsa-default.ts';
import { ChildOutput, playerEnvironment } from './child-output.ts';
import type { Output, OutputListener, Player } from './player.ts';
import type { FromChild } from './speaker-protocol.ts';

export interface SpeakerOptions {
  /** ALSA's name of the device, like `plughw:CARD=Device,DEV=0`; ALSA's default without one. */
  readonly device?: string;
  /** Where ALSA's configuration for the child is written, best a folder in memory; the temporary one without it. */
  readonly folder?: string;
}

/** Beside this file, and compiled to JavaScript where this file is. */
const CHILD = fileURLToPath(new URL(`./speaker-child${extname(import.meta.filename)}`, import.meta.url));

/** Written to the first sound: 5 to 11 ms (measured). */
const LATENCY_MS = 10;
/** A spare that ended is replaced after so long, in milliseconds; if it is needed before, one is started then. */
const REPLACE_AFTER_MS = 1000;

/**
 * Plays by the package `speaker`, in a child process. A spare child is kept, with Node running and `speaker` not yet
 * loaded: on a sound card that only one process can open, the module's probe would abort it.
 */
export class SpeakerPlayer implements Player {
  readonly latencyMs = LATENCY_MS;
  readonly #options: SpeakerOptions;
  #config: AlsaDefault | undefined;
  #spare: ChildProcess | undefined;
  #replacing: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(options: SpeakerOptions = {}) {
    this.#options = options;
  }

  open(listener: OutputListener): Output {
    const child = this.#spare ?? this.#fork();
    this.#spare = undefined;
    const output = new ChildOutput(child, listener);
    child.on('message', (message: FromChild) => {
      switch (message.kind) {
        case 'open':
          this.#keepSpare();
          output.opened();
          break;
        case 'taken':
          output.took(message.bytes);
          break;
        case 'no module':
          output.fail('no player', message.detail.split('\n', 1)[0] ?? ''); // then a list of paths
          break;
        case 'failed':
          output.note(message.detail); // it ends now; its exit tells the rest
          break;
      }
    });
    child.send('open', () => {}); // if it is dead already, its exit tells
    return output;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#replacing);
    const spare = this.#spare;
    this.#spare = undefined;
    if (spare !== undefined && spare.exitCode === null && spare.signalCode === null) {
      const exited = new Promise<void>((resolve) => spare.once('exit', () => resolve()));
      spare.kill('SIGKILL');
      await exited;
    }
    this.#config?.remove();
  }

  #keepSpare(): void {
    if (this.#spare !== undefined || this.#stopped) return;
    const spare = this.#fork();
    this.#spare = spare;
    spare.once('exit', () => {
      if (this.#spare !== spare) return;
      this.#spare = undefined;
      this.#replacing = setTimeout(() => this.#keepSpare(), REPLACE_AFTER_MS);
    });
  }

  #fork(): ChildProcess {
    const { device, folder } = this.#options;
    if (device !== undefined) this.#config ??= alsaDefault(device, folder);
    const child = fork(CHILD, [], {
      stdio: ['pipe', 'ignore', 'pipe', 'ipc'],
      execArgv: [],
      env: { ...playerEnvironment(), ...this.#config?.environment },
    });
    child.on('error', () => {}); // the output, or the spare's exit, tells
    return child;
  }
}
