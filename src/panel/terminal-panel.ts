import type { Readable, Writable } from 'node:stream';
import type { ReadStream } from 'node:tty';
import type { Clock } from '../base/time.ts';
import type { Led } from '../kiosk/shown/lights.ts';
import type { Look } from '../kiosk/shown/looks.ts';
import { Animator } from './animator.ts';
import type { ButtonRole, Panel, PanelListener } from './panel.ts';

/** What a key does: a button that goes down or up with every stroke, or is held for `heldMs` milliseconds. */
interface Key {
  readonly role: ButtonRole;
  readonly toggles: boolean;
  readonly heldMs?: number;
}

/** A terminal does not report when a key is released. */
const KEYS: Readonly<Record<string, Key>> = {
  ' ': { role: 'talk', toggles: true },
  h: { role: 'talk-host', toggles: true },
  g: { role: 'talk-guest', toggles: true },
  r: { role: 'repeat', toggles: false },
  '+': { role: 'volume-up', toggles: false },
  '-': { role: 'volume-down', toggles: false },
  l: { role: 'language', toggles: false },
  n: { role: 'language', toggles: false, heldMs: 1000 },
  m: { role: 'mute', toggles: true },
};

const CTRL_C = '\u0003';

/** A panel without hardware: keys are buttons, the LEDs are a line on the screen. */
export class TerminalPanel implements Panel {
  readonly #input: Readable;
  readonly #output: Writable & { readonly isTTY?: boolean };
  readonly #animator: Animator;
  readonly #lit = new Map<Led, boolean>();
  readonly #down = new Set<ButtonRole>();
  readonly #quit: () => void;
  readonly #clock: Clock;
  #listener: PanelListener | undefined;
  readonly #keys = (data: Buffer) => this.#press(data.toString());

  /**
   * @param input a terminal, or anything that delivers the same keys
   * @param output where it is a terminal, the lights are drawn there
   * @param quit called for q and Ctrl-C, which raw mode keeps from the terminal
   */
  constructor(
    input: Readable,
    output: Writable & { readonly isTTY?: boolean },
    quit: () => void,
    clock: Clock,
  ) {
    this.#input = input;
    this.#output = output;
    this.#quit = quit;
    this.#clock = clock;
    this.#animator = new Animator(clock, (led, on) => {
      this.#lit.set(led, on);
      this.#draw();
    });
  }

  start(listener: PanelListener): void {
    this.#listener = listener;
    setRaw(this.#input, true);
    this.#input.on('data', this.#keys);
    this.#input.resume();
    this.#print(
      '\r\x1b[2Kspace: talk, and again when you have spoken (h as host, g as guest)   r repeat   l language   n new guest   +/- volume   m mute   q quit\n',
    );
    listener.state(true, 'ready');
  }

  show(looks: Readonly<Record<Led, Look>>): void {
    this.#animator.show(looks);
  }

  async stop(): Promise<void> {
    this.#animator.stop();
    this.#input.off('data', this.#keys);
    setRaw(this.#input, false);
    this.#input.pause();
    this.#print('\r\x1b[2K');
  }

  #press(keys: string): void {
    const atMs = this.#clock.now();
    for (const key of keys) {
      if (key === 'q' || key === CTRL_C) this.#quit();
      const known = KEYS[key];
      if (known === undefined) continue;
      const { role, toggles, heldMs } = known;
      if (!toggles) {
        this.#listener?.button(role, true, atMs);
        const letGo = () => this.#listener?.button(role, false, this.#clock.now());
        if (heldMs === undefined) letGo();
        else this.#clock.after(heldMs, letGo);
      } else if (this.#down.delete(role)) {
        this.#listener?.button(role, false, atMs);
      } else {
        this.#down.add(role);
        this.#listener?.button(role, true, atMs);
      }
    }
  }

  #draw(): void {
    const lights = [...this.#lit].map(([led, on]) => `${on ? '●' : '○'} ${led}`);
    this.#print(`\r\x1b[2K${lights.join('   ')}`);
  }

  #print(text: string): void {
    if (this.#output.isTTY === true) this.#output.write(text);
  }
}

/** Raw: each key arrives at once and is not shown. */
function setRaw(input: Readable, raw: boolean): void {
  if ((input as Partial<ReadStream>).isTTY === true) (input as ReadStream).setRawMode(raw);
}
