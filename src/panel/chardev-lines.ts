import type { Epoll as Poller } from 'epoll';
import type { Clock } from '../base/time.ts';
import { chosen, type GpioChip, lineOf, unexportLines } from './gpio-chip.ts';
import { kernelOriginMs } from './kernel-clock.ts';
import { BIAS, DIRECTION, EDGE, failure, type Handle, type Libgpiod, libgpiod } from './libgpiod.ts';
import { type Lines, type LinesListener, NoGpio, type OpenLines, type WantedLines } from './lines.ts';

/** libgpiod has no list of chips; the kernel counts them from 0, with gaps: gpiochip4, 10 to 13 on a Pi 5. */
const MAX_CHIPS = 64;
/** The user of a line that gpioinfo shows. */
const CONSUMER = 'dragoman';
/** Events that are read at once: the kernel keeps 16 for each line. */
const EVENTS = 64;

/**
 * Lines through the character device of their chip, by libgpiod 2. Buttons get the pull resistor that their wiring
 * needs; beside one that is on the board it does no harm. The kernel's own debounce is not used: its events come, and
 * are stamped, only when the contact has settled.
 */
export function openChardev(clock: Clock): OpenLines {
  return async (wanted, listener) => {
    const gpiod = libgpiod();
    const { path, ...chip } = findDevice(gpiod, wanted.chip);
    const all = [...wanted.leds.keys(), ...wanted.buttons];
    for (const line of all) lineOf(chip, line);
    // On kernels with both interfaces, the daemon may have used the other one before its configuration changed.
    await unexportLines(wanted.chip, all);
    // Only buttons need the addon.
    const epoll = wanted.buttons.length === 0 ? undefined : (await import('epoll')).default;
    const handle = gpiod.openChip(path);
    if (handle === null) throw failure(path);
    const why = (what: string) => failure(`${path} (${chip.label}): ${what}`);
    const lines = new ChardevLines(gpiod, why, listener, kernelOriginMs(clock));
    try {
      lines.open(handle, wanted, epoll?.Epoll);
    } catch (error) {
      lines.close();
      throw error;
    } finally {
      gpiod.closeChip(handle); // requested lines have a file of their own
    }
    return lines;
  };
}

function findDevice(gpiod: Libgpiod, label: string | undefined): GpioChip & { readonly path: string } {
  const chips: (GpioChip & { readonly path: string })[] = [];
  const closed: string[] = [];
  for (let number = 0; number < MAX_CHIPS; number++) {
    const path = `/dev/gpiochip${number}`;
    if (!gpiod.isChip(path)) continue;
    const chip = gpiod.openChip(path);
    if (chip === null) {
      closed.push(path);
      continue;
    }
    const info = gpiod.chipInfo(chip);
    if (info !== null) {
      chips.push({ path, label: gpiod.labelOf(info), lines: gpiod.linesOf(info) });
      gpiod.freeInfo(info);
    }
    gpiod.closeChip(chip);
  }
  try {
    return chosen(chips, label, 'among /dev/gpiochip*');
  } catch (error) {
    // Not NoGpio: udev may be about to give the permission.
    if (closed.length > 0 && error instanceof NoGpio) {
      throw new Error(`${error.message}; ${closed.join(', ')} may not be opened: is the user in group gpio?`);
    }
    throw error;
  }
}

class ChardevLines implements Lines {
  readonly door = 'chardev';
  readonly #gpiod: Libgpiod;
  readonly #failure: (what: string) => Error;
  readonly #listener: LinesListener;
  readonly #originMs: number;
  #buttons: Handle<'request'> | undefined;
  #leds: Handle<'request'> | undefined;
  #poller: Poller | undefined;
  #events: Handle<'events'> | undefined;

  /** @param originMs what the kernel's clock shows when ours shows 0 */
  constructor(gpiod: Libgpiod, failure: (what: string) => Error, listener: LinesListener, originMs: number) {
    this.#gpiod = gpiod;
    this.#failure = failure;
    this.#listener = listener;
    this.#originMs = originMs;
  }

  open(chip: Handle<'chip'>, wanted: WantedLines, Epoll: typeof Poller | undefined): void {
    const lit = [...wanted.leds].filter(([, on]) => on).map(([line]) => line);
    const dark = [...wanted.leds].filter(([, on]) => !on).map(([line]) => line);
    this.#leds = this.#request(chip, [
      { lines: lit, output: true, lit: true, activeLow: wanted.ledsActiveLow },
      { lines: dark, output: true, lit: false, activeLow: wanted.ledsActiveLow },
    ]);
    this.#buttons = this.#request(chip, [
      { lines: wanted.buttons, output: false, lit: false, activeLow: wanted.buttonsActiveLow },
    ]);
    if (this.#buttons === undefined || Epoll === undefined) return;
    this.#events = this.#gpiod.newEvents(EVENTS) ?? undefined;
    // An error thrown in a native callback would end the process.
    const poller = new Epoll((error) => {
      if (error) this.#listener.failed(error);
      else this.#read();
    });
    poller.add(this.#gpiod.fileOf(this.#buttons), Epoll.EPOLLIN);
    this.#poller = poller;
  }

  pressed(button: number): boolean {
    // Edges that wait for a busy process come first: the level may be that of a contact which still bounces.
    this.#read();
    if (this.#buttons === undefined) return false;
    const value = this.#gpiod.getValue(this.#buttons, button);
    if (value < 0) throw this.#failure(`line ${button} cannot be read`);
    return value === 1;
  }

  light(led: number, on: boolean): void {
    if (this.#leds === undefined) return;
    if (this.#gpiod.setValue(this.#leds, led, on ? 1 : 0) < 0)
      throw this.#failure(`line ${led} cannot be set`);
  }

  close(): void {
    this.leave();
    if (this.#leds !== undefined) this.#gpiod.release(this.#leds);
    this.#leds = undefined;
  }

  /** The LEDs' lines are held until the process ends. */
  leave(): void {
    if (this.#buttons === undefined) return;
    this.#poller?.remove(this.#gpiod.fileOf(this.#buttons));
    this.#poller = undefined;
    if (this.#events !== undefined) this.#gpiod.freeEvents(this.#events);
    this.#events = undefined;
    this.#gpiod.release(this.#buttons);
    this.#buttons = undefined;
  }

  #read(): void {
    const gpiod = this.#gpiod;
    // A listener may call leave(): checked each time.
    while (this.#buttons !== undefined && this.#events !== undefined) {
      const waiting = gpiod.waitEvents(this.#buttons, 0);
      if (waiting === 0) return;
      const count = waiting < 0 ? -1 : gpiod.readEvents(this.#buttons, this.#events, EVENTS);
      if (count < 0) {
        this.#listener.failed(this.#failure('buttons cannot be read'));
        return;
      }
      const edges = Array.from({ length: count }, (_, index) =>
        this.#edgeOf(gpiod.eventAt(this.#events as Handle<'events'>, index)),
      );
      for (const { line, atMs } of edges) this.#listener.moved(line, atMs);
    }
  }

  #edgeOf(event: Handle<'event'>): { readonly line: number; readonly atMs: number } {
    const kernelMs = Number(this.#gpiod.eventTimeNs(event)) / 1e6;
    return { line: this.#gpiod.eventLine(event), atMs: kernelMs - this.#originMs };
  }

  #request(chip: Handle<'chip'>, groups: readonly Group[]): Handle<'request'> | undefined {
    const gpiod = this.#gpiod;
    const used = groups.filter(({ lines }) => lines.length > 0);
    if (used.length === 0) return undefined;
    const config = made(gpiod.newConfig());
    const how = made(gpiod.newRequestConfig());
    try {
      for (const group of used) this.#add(config, group);
      gpiod.setConsumer(how, CONSUMER);
      const request = gpiod.request(chip, how, config);
      if (request !== null) return request;
      throw this.#failure(`lines ${used.flatMap(({ lines }) => lines).join(', ')} cannot be used`);
    } finally {
      gpiod.freeRequestConfig(how);
      gpiod.freeConfig(config);
    }
  }

  #add(config: Handle<'config'>, group: Group): void {
    const gpiod = this.#gpiod;
    const settings = made(gpiod.newSettings());
    try {
      const results = group.output
        ? [gpiod.setDirection(settings, DIRECTION.output), gpiod.setOutput(settings, group.lit ? 1 : 0)]
        : [
            gpiod.setDirection(settings, DIRECTION.input),
            gpiod.setEdge(settings, EDGE.both),
            gpiod.setBias(settings, group.activeLow ? BIAS.pullUp : BIAS.pullDown),
          ];
      gpiod.setActiveLow(settings, group.activeLow);
      results.push(gpiod.addLines(config, Uint32Array.from(group.lines), group.lines.length, settings));
      if (results.some((result) => result < 0)) throw this.#failure('lines cannot be configured');
    } finally {
      gpiod.freeSettings(settings);
    }
  }
}

interface Group {
  readonly lines: readonly number[];
  readonly output: boolean;
  readonly lit: boolean;
  readonly activeLow: boolean;
}

/** The library returns null only without memory. */
function made<Kind extends string>(handle: Handle<Kind> | null): Handle<Kind> {
  if (handle === null) throw new Error('libgpiod is out of memory');
  return handle;
}
