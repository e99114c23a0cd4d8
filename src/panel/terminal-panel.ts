import type { ReadStream, WriteStream } from 'node:tty';
import type { Led, Look } from '../kiosk/lights.ts';
import { Animator } from './animator.ts';
import type { ButtonRole, Panel, PanelListener } from './panel.ts';

/** What each key does. A terminal tells no release, so talk and mute change with every stroke. */
const KEYS: Readonly<Record<string, { readonly role: ButtonRole; readonly toggles: boolean }>> = {
  ' ': { role: 'talk', toggles: true },
  h: { role: 'talk-host', toggles: true },
  g: { role: 'talk-guest', toggles: true },
  r: { role: 'repeat', toggles: false },
  '+': { role: 'volume-up', toggles: false },
  '-': { role: 'volume-down', toggles: false },
  l: { role: 'language', toggles: false },
  m: { role: 'mute', toggles: true },
};

const CTRL_C = '\u0003';

/** A panel without hardware: keys are buttons, the LEDs are a line on the screen. */
export class TerminalPanel implements Panel {
  readonly #input: ReadStream;
  readonly #output: WriteStream;
  readonly #animator: Animator;
  readonly #lit = new Map<Led, boolean>();
  readonly #down = new Set<ButtonRole>();
  readonly #quit: () => void;
  #listener: PanelListener | undefined;
  readonly #keys = (data: Buffer) => this.#press(data.toString());

  /** @param quit called for q and Ctrl-C, which raw mode keeps from the terminal */
  constructor(input: ReadStream, output: WriteStream, quit: () => void) {
    this.#input = input;
    this.#output = output;
    this.#quit = quit;
    this.#animator = new Animator((led, on) => {
      this.#lit.set(led, on);
      this.#draw();
    });
  }

  start(listener: PanelListener): void {
    this.#listener = listener;
    if (!this.#input.isTTY) {
      listener.state(false, 'the terminal panel needs a terminal');
      return;
    }
    this.#input.setRawMode(true);
    this.#input.on('data', this.#keys);
    this.#input.resume();
    this.#output.write(
      'space: talk, and again when you have spoken   r repeat   l language   +/- volume   m mute   q quit\n',
    );
    listener.state(true, 'ready');
  }

  show(looks: Readonly<Record<Led, Look>>): void {
    this.#animator.show(looks);
  }

  async stop(): Promise<void> {
    this.#animator.stop();
    this.#input.off('data', this.#keys);
    if (this.#input.isTTY) this.#input.setRawMode(false);
    this.#input.pause();
    this.#output.write('\r\x1b[2K');
  }

  #press(keys: string): void {
    const atMs = performance.now();
    for (const key of keys) {
      if (key === 'q' || key === CTRL_C) this.#quit();
      const known = KEYS[key];
      if (known === undefined) continue;
      const { role, toggles } = known;
      if (!toggles) {
        this.#listener?.button(role, true, atMs);
        this.#listener?.button(role, false, atMs);
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
    this.#output.write(`\r\x1b[2K${lights.join('   ')}`);
  }
}
