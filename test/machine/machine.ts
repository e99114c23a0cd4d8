import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createReadStream, existsSync } from 'node:fs';
import { appendFile, open, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { EventLog } from '../rig/event-log.ts';
import { type Accelerator, emulator } from './emulator.ts';
import type { Image } from './image.ts';

const run = promisify(execFile);

/** What a command in the guest came to. */
export interface Ran {
  readonly code: number;
  /** What it wrote, to both. */
  readonly output: string;
}

/** A line of the guest's journal. */
export interface JournalLine {
  readonly unit: string;
  readonly message: string;
  /** Of the guest's clock, since its boot. */
  readonly atMs: number;
}

export interface BootOptions {
  /** What the real-time clock shows: an ISO date, or 1970 for a machine that has none. */
  readonly rtc?: string;
  readonly memoryMb?: number;
}

/** Software emulation on a busy machine: so long may a boot, or a command, take before something is wrong. */
const BOOT_TIMEOUT_MS = 600_000;
const COMMAND_TIMEOUT_MS = 180_000;

/** One virtual machine with its disk. It is booted, used, cut off, booted again. */
export class Machine {
  /** Shared with the guest as /room. */
  readonly room: string;
  readonly journal = new EventLog<JournalLine>(
    'journal of the machine',
    ({ unit, message }) => `${unit}: ${message}`,
  );
  readonly serialLog: string;
  readonly #image: Image;
  readonly #folder: string;
  readonly #accelerator: Accelerator;
  readonly #disk: string;
  readonly #monitor: string;
  #boot: Boot | undefined;

  /** @param folder of this run; the machine's disk, its console and /room are in it */
  constructor(image: Image, folder: string, accelerator: Accelerator) {
    this.#image = image;
    this.#folder = folder;
    this.#accelerator = accelerator;
    this.#disk = path.join(folder, 'disk.qcow2');
    this.room = path.join(folder, 'room');
    this.#monitor = path.join(folder, 'monitor.sock');
    this.serialLog = path.join(folder, 'console.log');
  }

  get running(): boolean {
    return this.#boot !== undefined;
  }

  /** Resolves when commands can be given; services are still starting then. */
  async boot({
    rtc = new Date().toISOString().slice(0, 19),
    memoryMb = 1024,
  }: BootOptions = {}): Promise<void> {
    if (this.#boot !== undefined) throw new Error('the machine runs already');
    if (!existsSync(this.#disk))
      await run('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', this.#image.disk, '-F', 'raw', this.#disk]);
    const boot = new Boot(this.#folder, this.journal);
    await boot.listen();
    const { program, args, console: tty } = emulator(this.#image.kind.arch, this.#accelerator);
    const serial = await open(this.serialLog, 'a');
    const child = spawn(
      program,
      [
        ...args,
        ...['-m', `${memoryMb}`, '-smp', '2', '-display', 'none', '-serial', 'stdio', '-no-user-config'],
        ...['-kernel', this.#image.kernel, '-initrd', this.#image.initrd],
        ...['-append', `console=${tty} quiet loglevel=5 panic=0`],
        ...['-rtc', `base=${rtc},clock=vm`],
        // The host keeps what the guest has flushed or written through; what the guest still holds is lost with it.
        ...[
          '-drive',
          `file=${this.#disk},if=none,id=disk,cache=writeback`,
          '-device',
          'virtio-blk-pci,drive=disk',
        ],
        ...['-nic', 'user,model=virtio-net-pci'],
        ...['-virtfs', `local,path=${this.room},mount_tag=room,security_model=none`],
        ...['-device', 'virtio-serial-pci'],
        ...boot.ports.flatMap(({ name, socket }) => [
          ...['-chardev', `socket,id=${name},path=${socket}`],
          ...['-device', `virtserialport,chardev=${name},name=${name}`],
        ]),
        // A hardware watchdog, as a Raspberry Pi has one. On a busy host the emulated machine stands still for longer
        // than its 15 s now and then: it bites only while that is looked at.
        ...['-device', 'i6300esb', '-action', 'watchdog=none'],
        ...['-monitor', `unix:${this.#monitor},server=on,wait=off`],
      ],
      { stdio: ['ignore', serial.fd, serial.fd] },
    );
    await serial.close();
    boot.is(child);
    this.#boot = boot;
    await boot.ready();
  }

  /** Runs a shell's commands in the guest, as root. @throws Error when it takes too long, or the machine ends */
  async try(commands: string, timeoutMs = COMMAND_TIMEOUT_MS): Promise<Ran> {
    if (this.#boot === undefined) throw new Error('the machine is off');
    return await this.#boot.run(commands, timeoutMs);
  }

  /** The same, for what must work. @returns what it wrote @throws Error when its exit code is not 0 */
  async sh(commands: string, timeoutMs?: number): Promise<string> {
    const { code, output } = await this.try(commands, timeoutMs);
    if (code !== 0) throw new Error(`in the machine, exit code ${code}: ${commands}\n${output}`);
    return output.trimEnd();
  }

  /** Does what makes the machine reset itself, and waits until commands can be given again. */
  async resets(how: string): Promise<void> {
    if (this.#boot === undefined) throw new Error('the machine is off');
    this.#boot.expectReset();
    await this.#command('watchdog_action reset');
    this.#boot.run(how, BOOT_TIMEOUT_MS).catch(() => {});
    await this.#boot.ready();
    await this.#command('watchdog_action none');
  }

  /**
   * Whether a text is anywhere on what was written to the disk since the image was made: files, what is left of deleted
   * ones, swap. What the guest has not yet given to its disk is not seen: `sync` first.
   */
  async diskHolds(text: string): Promise<boolean> {
    const disk = createReadStream(this.#disk, { highWaterMark: 1 << 20 });
    let before = Buffer.alloc(0);
    for await (const block of disk as AsyncIterable<Buffer>) {
      const both = Buffer.concat([before, block]);
      if (both.includes(text)) return true;
      before = both.subarray(-Buffer.byteLength(text));
    }
    return false;
  }

  /** The plug is pulled. */
  async cut(): Promise<void> {
    await this.#boot?.kill();
    this.#boot = undefined;
  }

  async powerOff(): Promise<void> {
    const boot = this.#boot;
    if (boot === undefined) return;
    boot.run('systemctl poweroff', COMMAND_TIMEOUT_MS).catch(() => {});
    const timer = setTimeout(() => void boot.kill(), COMMAND_TIMEOUT_MS);
    await boot.ended;
    clearTimeout(timer);
    await boot.kill();
    this.#boot = undefined;
  }

  /** Tells QEMU's monitor. */
  async #command(line: string): Promise<void> {
    const socket = connect(this.#monitor);
    await new Promise((resolve, reject) => socket.once('data', resolve).once('error', reject)); // its prompt
    const answered = new Promise((resolve) =>
      socket.on('data', (text) => `${text}`.includes('(qemu)') && resolve(text)),
    );
    socket.write(`${line}\n`);
    await answered;
    socket.end();
  }

  /** For ends that leave no time. */
  stopNow(): void {
    this.#boot?.killNow();
  }
}

interface Port {
  readonly name: string;
  readonly socket: string;
  readonly server: Server;
}

interface Waiting {
  readonly resolve: (ran: Ran) => void;
  readonly reject: (error: Error) => void;
}

/** The machine from one start of the emulator to its end. */
class Boot {
  readonly ports: readonly Port[];
  readonly ended: Promise<void>;
  readonly #end = Promise.withResolvers<void>();
  readonly #waiting = new Map<number, Waiting>();
  #started = Promise.withResolvers<void>();
  #child: ChildProcess | undefined;
  #agent: Socket | undefined;
  #number = 0;

  constructor(folder: string, journal: EventLog<JournalLine>) {
    this.ended = this.#end.promise;
    this.#started.promise.catch(() => {});
    const port = (name: string, line: (text: string) => void) => {
      const server = createServer((socket) => {
        if (name === 'machine') this.#agent = socket;
        createInterface({ input: socket }).on('line', line);
        socket.on('error', () => {});
      });
      return { name, socket: path.join(folder, `${name}.sock`), server };
    };
    this.ports = [
      port('machine', (line) => this.#told(line)),
      port('journal', (line) => {
        const told = journalLine(line);
        if (told === undefined) return;
        journal.push(told);
        void appendFile(
          path.join(folder, 'journal.log'),
          `${told.atMs.toFixed(0)} ${told.unit}: ${told.message}\n`,
        );
      }),
    ];
  }

  async listen(): Promise<void> {
    for (const { server, socket } of this.ports) {
      await rm(socket, { force: true });
      await new Promise<void>((resolve, reject) => server.on('error', reject).listen(socket, resolve));
    }
  }

  is(child: ChildProcess): void {
    this.#child = child;
    const end = (why: string) => {
      const error = new Error(`the machine ended (${why})`);
      this.#started.reject(error);
      for (const { reject } of this.#waiting.values()) reject(error);
      this.#waiting.clear();
      for (const { server } of this.ports) server.close();
      this.#end.resolve();
    };
    child.on('error', (error) => end(error.message));
    child.on('close', (code, signal) => end(signal ?? `exit code ${code}`));
  }

  async ready(): Promise<void> {
    await within(BOOT_TIMEOUT_MS, 'the machine did not come up', this.#started.promise);
  }

  async run(commands: string, timeoutMs: number): Promise<Ran> {
    this.#number += 1;
    const number = this.#number;
    const ran = new Promise<Ran>((resolve, reject) => this.#waiting.set(number, { resolve, reject }));
    this.#agent?.write(`${number} ${Buffer.from(commands).toString('base64')}\n`);
    return await within(timeoutMs, `no answer from the machine: ${commands}`, ran);
  }

  async kill(): Promise<void> {
    this.killNow();
    await this.ended;
  }

  killNow(): void {
    this.#child?.kill('SIGKILL');
  }

  #told(line: string): void {
    const [number, code, output = ''] = line.split(' ');
    if (number === undefined || !/^\d+$/.test(number)) return;
    if (number === '0') this.#hello();
    this.#waiting
      .get(Number(number))
      ?.resolve({ code: Number(code), output: Buffer.from(output, 'base64').toString() });
    this.#waiting.delete(Number(number));
  }

  /** The agent is there: for the first time, or after a reset, with which whatever was asked is lost. */
  #hello(): void {
    for (const { reject } of this.#waiting.values()) reject(new Error('the machine was reset'));
    this.#waiting.clear();
    this.#started.resolve();
  }

  /** What follows `ready()` waits for the next hello. */
  expectReset(): void {
    this.#started = Promise.withResolvers();
    this.#started.promise.catch(() => {});
  }
}

function journalLine(text: string): JournalLine | undefined {
  try {
    const line = JSON.parse(text) as Readonly<Record<string, unknown>>;
    const unit = line.UNIT ?? line._SYSTEMD_UNIT ?? line.SYSLOG_IDENTIFIER;
    return {
      unit: String(unit),
      message: String(line.MESSAGE),
      atMs: Number(line.__MONOTONIC_TIMESTAMP) / 1000,
    };
  } catch {
    return undefined; // a line that a power cut has broken
  }
}

async function within<T>(ms: number, what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} within ${ms / 1000} s`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
