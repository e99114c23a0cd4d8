import { constants } from 'node:fs';
import { networkInterfaces } from 'node:os';
import path from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import { type Files, isThere, REAL_FILES } from '../base/files.ts';
import type { Clock } from '../base/time.ts';
import type { FaultCode } from '../kiosk/faults.ts';
import { UpdateOutcome } from './update-outcome.ts';
import { ClockJumps } from './wall-clock.ts';

export interface HealthListener {
  /** Something is wrong with the machine, or no longer is. Reported at every look, not only at changes. */
  condition(fault: FaultCode, on: boolean, detail: string): void;
  /** This machine is in another network than before, or in one again. */
  networkChanged(): void;
  /** The wall clock was set by `byMs` milliseconds, forwards or backwards. */
  clockStepped(byMs: number): void;
}

/** Watches the machine that the kiosk runs on. */
export interface Health {
  start(listener: HealthListener): void;
  stop(): void;
}

const LOOK_MS = 10_000;

/** NTP slews small differences; a larger jump means that the clock was set. In milliseconds. */
const STEP_MS = 2000;

/** The kernel driver of the Raspberry Pi's firmware (drivers/hwmon/raspberrypi-hwmon.c); its alarm lasts a while. */
const PI_VOLTAGE_DRIVER = 'rpi_volt';
const PI_VOLTAGE_ALARM = 'in0_lcrit_alarm';

/**
 * The firmware slows the processor down from 80 °C on (raspberrypi.com, documentation of config.txt, temp_limit is 85):
 * from then on everything takes longer. Over again only when it has cooled down, in degrees Celsius.
 */
const HOT_C = 80;
const COOL_C = 75;
/**
 * From here on the firmware is asked whether it slows down: it may have a lower limit. Not before, since the
 * kernel writes a warning with a back trace into its log at the first look (get_throttled_show in the Raspberry Pi's
 * drivers/firmware/raspberrypi.c); other kernels do not have the file.
 */
const WARM_C = 70;
/** Bits of get_throttled that are true now: the supply is weak; the processor's clock is capped; it is throttled. */
const WEAK_SUPPLY = 1;
const SLOWED = 2 | 4;

export const HEALTH_PLACES = {
  /** The processor's temperature, in thousandths of a degree Celsius. */
  temperature: '/sys/class/thermal/thermal_zone0/temp',
  /** What the firmware of a Raspberry Pi throttles, as a hexadecimal number. */
  throttled: '/sys/devices/platform/soc/soc:firmware/get_throttled',
  sensors: '/sys/class/hwmon',
  /**
   * Folders whose file system must have room and take writes. In the service's own view all but its own folders may be
   * read-only (ProtectSystem=strict); the ledger's folder, which the configuration names, then shows the state of the disk.
   */
  disks: ['/', '/var/log'] as readonly string[],
  /** The outcome of the last update. */
  updateOutcome: '/var/lib/dragoman/releases/outcome.json',
  /** Exists when the network has set the clock since the machine's start (systemd-timesyncd.service(8)). */
  clockSet: '/run/systemd/timesync/synchronized',
  /** Less room than this is reported, in bytes: with less than 50 MiB the next update of anything fails. */
  lowBytes: 50 * 1024 * 1024,
};
export type HealthPlaces = Readonly<typeof HEALTH_PLACES>;

/** The inputs of the checks. */
export interface Machine {
  readonly files: Files;
  /** Its addresses, those that can be used now, as one text. */
  readonly addresses: () => string;
}

export const THIS_MACHINE: Machine = { files: REAL_FILES, addresses: addressesInUse };

/** Checks the machine by the files of Linux. A missing part counts as healthy. */
export class MachineHealth implements Health {
  readonly #clock: Clock;
  readonly #places: HealthPlaces;
  readonly #files: Files;
  readonly #update: UpdateOutcome;
  #listener: HealthListener | undefined;
  #stopLooking = () => {};
  /** Whether a disk was writable at the first look: one that becomes read-only is failing. */
  readonly #wasWritable = new Map<string, boolean>();
  #hot = false;
  readonly #addresses: () => string;
  #lastAddresses: string;
  /** The wall clock minus the monotonic one. */
  #offsetMs: number;
  readonly #jumps: ClockJumps;

  constructor(clock: Clock, places: HealthPlaces = HEALTH_PLACES, machine: Machine = THIS_MACHINE) {
    this.#addresses = machine.addresses;
    this.#lastAddresses = machine.addresses();
    this.#clock = clock;
    this.#places = places;
    this.#files = machine.files;
    this.#update = new UpdateOutcome(places.updateOutcome, packageJson.version, machine.files);
    this.#offsetMs = clock.wallMs() - clock.now();
    this.#jumps = new ClockJumps(clock);
  }

  start(listener: HealthListener): void {
    this.#listener = listener;
    this.#look();
  }

  stop(): void {
    this.#listener = undefined;
    this.#stopLooking();
  }

  #look(): void {
    this.#stopLooking = this.#clock.after(LOOK_MS, () => this.#look());
    const offsetMs = this.#clock.wallMs() - this.#clock.now();
    const byMs = offsetMs - this.#offsetMs;
    this.#offsetMs = offsetMs;
    const stepped = Math.abs(byMs) >= STEP_MS;
    if (stepped) this.#listener?.clockStepped(byMs);
    const addresses = this.#addresses();
    if (addresses !== this.#lastAddresses) this.#listener?.networkChanged();
    this.#lastAddresses = addresses;
    void this.#report('clock-jumped', this.#jump(stepped));
    void this.#report('under-voltage', voltageAlarm(this.#places.sensors, this.#files));
    void this.#report('too-hot', this.#heat());
    void this.#report('disk-full', this.#diskTrouble());
    void this.#report('update-failed', this.#update.trouble());
  }

  /** @param looked what is wrong; undefined where all is well */
  async #report(fault: FaultCode, looked: Promise<string | undefined>): Promise<void> {
    const detail = await looked;
    this.#listener?.condition(fault, detail !== undefined, detail ?? '');
  }

  async #jump(stepped: boolean): Promise<string | undefined> {
    // Some programs set the clock without creating the file.
    return this.#jumps.look(stepped || (await isThere(this.#places.clockSet, this.#files)));
  }

  async #heat(): Promise<string | undefined> {
    const celsius = await temperature(this.#places.temperature, this.#files);
    const slowed =
      celsius !== undefined && celsius >= WARM_C && (await isSlowed(this.#places.throttled, this.#files));
    this.#hot = slowed || (celsius !== undefined && celsius >= (this.#hot ? COOL_C : HOT_C));
    if (!this.#hot) return undefined;
    return `${celsius?.toFixed(0)} °C${slowed ? ', and the firmware has slowed the processor down' : ''}`;
  }

  async #diskTrouble(): Promise<string | undefined> {
    const problems: string[] = [];
    for (const disk of this.#places.disks) {
      const writable = await isWritable(disk, this.#files);
      if (!this.#wasWritable.has(disk)) this.#wasWritable.set(disk, writable);
      // A disk that was read-only from the start is meant to be.
      if (!this.#wasWritable.get(disk)) continue;
      const problem = writable
        ? await lackOfRoom(disk, this.#places.lowBytes, this.#files)
        : `${disk} has become read-only`;
      if (problem !== undefined) problems.push(problem);
    }
    return problems.length === 0 ? undefined : problems.join('; ');
  }
}

/** Interfaces that are up and not the loopback, with their addresses. */
function addressesInUse(): string {
  return Object.entries(networkInterfaces())
    .flatMap(([name, addresses = []]) =>
      addresses.filter(({ internal }) => !internal).map(({ address }) => `${name} ${address}`),
    )
    .toSorted()
    .join(', ');
}

async function voltageAlarm(sensors: string, files: Files): Promise<string | undefined> {
  for (const name of await files.readdir(sensors).catch(() => [])) {
    const folder = path.join(sensors, name);
    const driver = await files.readFile(path.join(folder, 'name'), 'utf8').catch(() => '');
    if (driver.trim() !== PI_VOLTAGE_DRIVER) continue;
    const file = path.join(folder, PI_VOLTAGE_ALARM);
    if ((await files.readFile(file, 'utf8').catch(() => '')).trim() === '1') return `${file} is raised`;
  }
  return undefined;
}

/** In degrees Celsius; undefined where there is no such sensor. */
async function temperature(file: string, files: Files): Promise<number | undefined> {
  const text = (await files.readFile(file, 'utf8').catch(() => '')).trim();
  return /^-?\d+$/.test(text) ? Number(text) / 1000 : undefined;
}

/** Whether the firmware has slowed the processor down for its heat. A weak supply makes it do so as well. */
async function isSlowed(file: string, files: Files): Promise<boolean> {
  const bits = Number.parseInt(await files.readFile(file, 'utf8').catch(() => '0'), 16);
  return (bits & SLOWED) !== 0 && (bits & WEAK_SUPPLY) === 0;
}

async function isWritable(folder: string, files: Files): Promise<boolean> {
  return files.access(folder, constants.W_OK).then(
    () => true,
    // Not being allowed to write there says nothing about the disk.
    (error: NodeJS.ErrnoException) => error.code !== 'EROFS',
  );
}

async function lackOfRoom(folder: string, lowBytes: number, files: Files): Promise<string | undefined> {
  const disk = await files.statfs(folder).catch(() => undefined);
  if (disk === undefined || disk.blocks === 0) return undefined;
  const freeBytes = disk.bavail * disk.bsize;
  return freeBytes >= lowBytes ? undefined : `${Math.round(freeBytes / 2 ** 20)} MiB free at ${folder}`;
}
