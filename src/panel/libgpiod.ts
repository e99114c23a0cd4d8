import { getSystemErrorMap } from 'node:util';
import koffi from 'koffi';
import { NoGpio } from './lines.ts';

/**
 * The functions of libgpiod 2 (gpiod.h; Debian 13 has 2.2.1) that the panel needs, by koffi. The tools gpiomon and gpioset
 * would not do: only the library can read a button's level again, and no child can hang unnoticed. Callers must call
 * `free…` and `close…` for each handle.
 */

/** The library of version 2. That of version 1.6 (Debian 12) is libgpiod.so.2: other functions altogether. */
const LIBRARY = 'libgpiod.so.3';
const PACKAGE = 'libgpiod3';

/** enum gpiod_line_direction, _edge, _bias of gpiod.h. */
export const DIRECTION = { input: 2, output: 3 } as const;
export const EDGE = { none: 1, both: 4 } as const;
export const BIAS = { asIs: 1, pullUp: 4, pullDown: 5 } as const;

declare const kind: unique symbol;
/** A pointer to a struct of the library that only the library looks into. */
export type Handle<Kind extends string> = { readonly [kind]: Kind };

export interface Libgpiod {
  isChip(path: string): boolean;
  /** Null: it can't be opened; errno says why. */
  openChip(path: string): Handle<'chip'> | null;
  closeChip(chip: Handle<'chip'>): void;
  chipInfo(chip: Handle<'chip'>): Handle<'info'> | null;
  labelOf(info: Handle<'info'>): string;
  linesOf(info: Handle<'info'>): number;
  freeInfo(info: Handle<'info'>): void;
  newSettings(): Handle<'settings'> | null;
  setDirection(settings: Handle<'settings'>, direction: number): number;
  setEdge(settings: Handle<'settings'>, edge: number): number;
  setBias(settings: Handle<'settings'>, bias: number): number;
  setActiveLow(settings: Handle<'settings'>, activeLow: boolean): void;
  setOutput(settings: Handle<'settings'>, active: number): number;
  freeSettings(settings: Handle<'settings'>): void;
  newConfig(): Handle<'config'> | null;
  addLines(config: Handle<'config'>, lines: Uint32Array, count: number, settings: Handle<'settings'>): number;
  freeConfig(config: Handle<'config'>): void;
  newRequestConfig(): Handle<'requestConfig'> | null;
  setConsumer(config: Handle<'requestConfig'>, consumer: string): void;
  freeRequestConfig(config: Handle<'requestConfig'>): void;
  request(
    chip: Handle<'chip'>,
    how: Handle<'requestConfig'>,
    lines: Handle<'config'>,
  ): Handle<'request'> | null;
  release(request: Handle<'request'>): void;
  /** 1, 0, or -1 with errno. */
  getValue(request: Handle<'request'>, line: number): number;
  setValue(request: Handle<'request'>, line: number, active: number): number;
  fileOf(request: Handle<'request'>): number;
  /** 1: there are events; 0: none came within the timeout; -1: errno. */
  waitEvents(request: Handle<'request'>, timeoutNs: number): number;
  /** Waits where there are none. @returns how many were read, or -1 with errno */
  readEvents(request: Handle<'request'>, buffer: Handle<'events'>, most: number): number;
  newEvents(capacity: number): Handle<'events'> | null;
  freeEvents(buffer: Handle<'events'>): void;
  eventAt(buffer: Handle<'events'>, index: number): Handle<'event'>;
  eventLine(event: Handle<'event'>): number;
  /** CLOCK_MONOTONIC: below 2^53 for a hundred days, and a bigint from there on. */
  eventTimeNs(event: Handle<'event'>): number | bigint;
}

/** Name, result, parameters of each. An enum is an int. */
const SIGNATURES: { readonly [Name in keyof Libgpiod]: readonly [string, string, readonly string[]] } = {
  isChip: ['is_gpiochip_device', 'bool', ['str']],
  openChip: ['chip_open', 'void *', ['str']],
  closeChip: ['chip_close', 'void', ['void *']],
  chipInfo: ['chip_get_info', 'void *', ['void *']],
  labelOf: ['chip_info_get_label', 'str', ['void *']],
  linesOf: ['chip_info_get_num_lines', 'size_t', ['void *']],
  freeInfo: ['chip_info_free', 'void', ['void *']],
  newSettings: ['line_settings_new', 'void *', []],
  setDirection: ['line_settings_set_direction', 'int', ['void *', 'int']],
  setEdge: ['line_settings_set_edge_detection', 'int', ['void *', 'int']],
  setBias: ['line_settings_set_bias', 'int', ['void *', 'int']],
  setActiveLow: ['line_settings_set_active_low', 'void', ['void *', 'bool']],
  setOutput: ['line_settings_set_output_value', 'int', ['void *', 'int']],
  freeSettings: ['line_settings_free', 'void', ['void *']],
  newConfig: ['line_config_new', 'void *', []],
  addLines: ['line_config_add_line_settings', 'int', ['void *', 'const unsigned int *', 'size_t', 'void *']],
  freeConfig: ['line_config_free', 'void', ['void *']],
  newRequestConfig: ['request_config_new', 'void *', []],
  setConsumer: ['request_config_set_consumer', 'void', ['void *', 'str']],
  freeRequestConfig: ['request_config_free', 'void', ['void *']],
  request: ['chip_request_lines', 'void *', ['void *', 'void *', 'void *']],
  release: ['line_request_release', 'void', ['void *']],
  getValue: ['line_request_get_value', 'int', ['void *', 'unsigned int']],
  setValue: ['line_request_set_value', 'int', ['void *', 'unsigned int', 'int']],
  fileOf: ['line_request_get_fd', 'int', ['void *']],
  waitEvents: ['line_request_wait_edge_events', 'int', ['void *', 'int64_t']],
  readEvents: ['line_request_read_edge_events', 'int', ['void *', 'void *', 'size_t']],
  newEvents: ['edge_event_buffer_new', 'void *', ['size_t']],
  freeEvents: ['edge_event_buffer_free', 'void', ['void *']],
  eventAt: ['edge_event_buffer_get_event', 'void *', ['void *', 'unsigned long']],
  eventLine: ['edge_event_get_line_offset', 'unsigned int', ['void *']],
  eventTimeNs: ['edge_event_get_timestamp_ns', 'uint64_t', ['void *']],
};

let loaded: Libgpiod | undefined;

/** @throws NoGpio where the library is not installed, or is another than version 2 */
export function libgpiod(): Libgpiod {
  if (loaded !== undefined) return loaded;
  let library: ReturnType<typeof koffi.load>;
  try {
    library = koffi.load(LIBRARY);
  } catch {
    throw new NoGpio(
      `libgpiod 2 (${LIBRARY}) is not installed; where there is one, run: apt-get install ${PACKAGE} ` +
        "(Debian 12's libgpiod 1.6 is another library and cannot be used: a Raspberry Pi 5 needs Debian 13)",
    );
  }
  const functions = Object.entries(SIGNATURES).map(([name, [symbol, result, parameters]]) => [
    name,
    library.func(`gpiod_${symbol}`, result, [...parameters]),
  ]);
  loaded = Object.fromEntries(functions) as Libgpiod;
  return loaded;
}

/** The error of the last call, by errno. @param what was tried */
export function failure(what: string): Error {
  const [name, message] = getSystemErrorMap().get(-koffi.errno()) ?? ['?', `error ${koffi.errno()}`];
  return new Error(`${what}: ${message} (${name})`);
}
