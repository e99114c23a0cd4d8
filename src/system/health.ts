import { constants } from 'node:fs';
import { access, readdir, readFile, statfs } from 'node:fs/promises';
import path from 'node:path';
import type { FaultCode } from '../kiosk/faults.ts';
import type { Clock } from '../turn/clock.ts';

export interface HealthListener {
  /** Something is wrong with the machine, or no longer is. Told at every look, not only at changes. */
  condition(fault: FaultCode, on: boolean, detail: string): void;
  /** The clock of the day was set, forwards or backwards, by so many milliseconds. */
  clockStepped(byMs: number): void;
}

/** Looks after the machine that the kiosk runs on. */
export interface Health {
  start(listener: HealthListener): void;
  stop(): void;
}

const LOOK_MS = 10_000;

/** NTP slews small differences; what jumps by more was set. */
const STEP_MS = 2000;

/** Less free than this, and the next update of anything fails, in bytes. */
const DISK_LOW_BYTES = 50 * 1024 * 1024;

/** The kernel driver of the Raspberry Pi's firmware (drivers/hwmon/raspberrypi-hwmon.c); its alarm lasts a while. */
const PI_VOLTAGE_DRIVER = 'rpi_volt';
const PI_VOLTAGE_ALARM = 'in0_lcrit_alarm';

export interface HealthPlaces {
  /** Where sensors are. */
  readonly sensors: string;
  /** Folders whose file system must have room and take writes. */
  readonly disks: readonly string[];
}

export const HEALTH_PLACES: HealthPlaces = { sensors: '/sys/class/hwmon', disks: ['/', '/var/log'] };

/** The machine as Linux tells of it. What a machine does not have is taken to be well. */
export class MachineHealth implements Health {
  readonly #clock: Clock;
  readonly #places: HealthPlaces;
  readonly #wallMs: () => number;
  #listener: HealthListener | undefined;
  #stopLooking = () => {};
  /** The clock of the day minus the monotonic one. */
  #offsetMs: number;

  constructor(clock: Clock, places: HealthPlaces = HEALTH_PLACES, wallMs: () => number = Date.now) {
    this.#clock = clock;
    this.#places = places;
    this.#wallMs = wallMs;
    this.#offsetMs = wallMs() - clock.now();
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
    const offsetMs = this.#wallMs() - this.#clock.now();
    const byMs = offsetMs - this.#offsetMs;
    this.#offsetMs = offsetMs;
    if (Math.abs(byMs) >= STEP_MS) this.#listener?.clockStepped(byMs);
    void this.#lookAtVoltage();
    void this.#lookAtDisks();
  }

  async #lookAtVoltage(): Promise<void> {
    const alarm = await voltageAlarm(this.#places.sensors);
    this.#listener?.condition('under-voltage', alarm !== undefined, alarm ?? '');
  }

  async #lookAtDisks(): Promise<void> {
    const problems: string[] = [];
    for (const disk of this.#places.disks) {
      const problem = await diskProblem(disk);
      if (problem !== undefined) problems.push(problem);
    }
    this.#listener?.condition('disk-full', problems.length > 0, problems.join('; '));
  }
}

async function voltageAlarm(sensors: string): Promise<string | undefined> {
  for (const name of await readdir(sensors).catch(() => [])) {
    const folder = path.join(sensors, name);
    const driver = await readFile(path.join(folder, 'name'), 'utf8').catch(() => '');
    if (driver.trim() !== PI_VOLTAGE_DRIVER) continue;
    const file = path.join(folder, PI_VOLTAGE_ALARM);
    if ((await readFile(file, 'utf8').catch(() => '')).trim() === '1') return `${file} is raised`;
  }
  return undefined;
}

async function diskProblem(folder: string): Promise<string | undefined> {
  const disk = await statfs(folder).catch(() => undefined);
  if (disk === undefined || disk.blocks === 0) return undefined;
  const freeBytes = disk.bavail * disk.bsize;
  // A disk that was made read-only on purpose, and never was anything else, is not full.
  if (freeBytes >= DISK_LOW_BYTES) return undefined;
  const writable = await access(folder, constants.W_OK).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'EROFS',
  );
  if (!writable) return undefined;
  return `${Math.round(freeBytes / 1024 / 1024)} MiB free at ${folder}`;
}
