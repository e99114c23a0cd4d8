import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, vi } from 'vitest';
import { ask } from '../../src/control/client.ts';
import { type StatusAnswer, statusAnswer } from '../../src/control/protocol.ts';
import type { TurnLog } from '../../src/daemon/turn-log.ts';
import { startPhrasebookStandin } from '../../src/standin/main.ts';
import type { Standin } from '../../src/standin/server/server.ts';
import type { Ran } from '../rig/command.ts';
import { type Log, type LogLine, sayAt } from '../rig/counter.ts';
import { KEY } from '../rig/live.ts';
import { monotonicMs } from '../rig/real/clock.ts';
import { logOf } from '../rig/real/counter.ts';
import { type Desk, startDesk } from '../rig/real/desk.ts';
import { type DeskProcess, type ProcessInfo, processes } from '../rig/real/processes.ts';
import { spoken } from '../rig/voices.ts';
import { Machine } from './machine.ts';

const LEDS = { talk: 22, connection: 27, trouble: 23, 'language-es': 24 };
/** Where the desk is on the machine. Not below /tmp, of which a unit has one of its own, nor /run, which boots empty. */
const DESK = '/opt/desk';
/** The package, on the machine. */
export const PACKAGE = '/opt/dragoman.deb';
const UNIT = 'dragoman.service';
const DROP_INS = `/etc/systemd/system/${UNIT}.d`;
export const CONFIG = '/etc/dragoman/dragoman.toml';

/** How long the desk may take to serve, from the start of the unit. On this machine alone it takes about 2 s. */
const READY_MS = 60_000;

export interface ApplianceOptions {
  /** Root file systems, the topmost first. */
  readonly layers: readonly string[];
  /** Lies at /opt/dragoman.deb. */
  readonly package: string;
  /** false: nobody has stored a key yet. */
  readonly key?: boolean;
  /** false: nobody has configured the desk yet. */
  readonly configured?: boolean;
  /** More of the configuration, as TOML. */
  readonly config?: string;
  /** More of the unit's section [Service]. */
  readonly service?: string;
  /** More arguments of systemd-nspawn. */
  readonly nspawn?: readonly string[];
}

/**
 * The device on a counter: a machine with the virtual desk bound in, and the stand-in on this side of its network.
 * Nothing is on yet.
 */
export async function openAppliance(options: ApplianceOptions): Promise<Appliance> {
  const standin = await startPhrasebookStandin();
  let desk: Desk | undefined;
  try {
    desk = await startDesk({ buttons: { talk: 17, repeat: 5 }, leds: LEDS, noiseDbfs: -70 });
    return new Appliance(options, desk, standin);
  } catch (error) {
    await Promise.all([desk?.stop(), standin.stop()]);
    throw error;
  }
}

export class Appliance {
  readonly desk: Desk;
  readonly standin: Standin;
  readonly machine: Machine;
  #journal: DeskProcess | undefined;
  #log: Log | undefined;

  constructor(options: ApplianceOptions, desk: Desk, standin: Standin) {
    this.desk = desk;
    this.standin = standin;
    // The daemon has a user of its own in there.
    chmodSync(desk.folder, 0o755);
    copyFileSync(desk.env.LD_PRELOAD ?? '', path.join(desk.folder, 'alsa-faults.so'));
    const alsa = readFileSync(desk.env.ALSA_CONFIG_PATH ?? '', 'utf8').replaceAll(desk.folder, DESK);
    writeFileSync(path.join(desk.folder, 'asound-inside.conf'), alsa);
    this.machine = new Machine({
      layers: options.layers,
      nspawn: [
        // Nobody can make a folder in sysfs.
        '--tmpfs=/sys/class:mode=755',
        `--bind=${desk.gpio.folder}:/sys/class/gpio`,
        `--bind-ro=${desk.folder}:${DESK}`,
        `--bind-ro=${options.package}:${PACKAGE}`,
        ...(options.nspawn ?? []),
      ],
    });
    // What stands in for the hardware, and where the service is. All else is as the package has it.
    this.writeOff(
      `${DROP_INS}/desk.conf`,
      `[Service]
Environment=ALSA_CONFIG_PATH=${DESK}/asound-inside.conf LD_PRELOAD=${DESK}/alsa-faults.so ALSA_DESK_FAULTS=${DESK}/faults
ExecPaths=${DESK}
${options.service ?? ''}`,
    );
    if (options.configured !== false) this.writeOff(CONFIG, this.configuration(options.config));
    if (options.key !== false) this.writeOff('/var/lib/dragoman/credentials/gemini-api-key', KEY, 0o600);
  }

  /** The configuration of this desk, and more. */
  configuration(more = ''): string {
    const leds = Object.entries(LEDS).map(
      ([name, line]) => `${name.replace('language-', 'languages.')} = ${line}`,
    );
    return `[service]
base_url = "${this.standin.url}"
[interpreters]
engines = ["dialogue"]
[kiosk]
guest_idle_s = 5
# On a busy machine the stand-in takes its time: that is no fault of the device, and the cue for it no translation.
reassure_after_ms = 15000
[turn]
deliver_within_s = 60
[live]
connect_timeout_ms = 30000
setup_timeout_ms = 30000
answer_timeout_ms = 30000
answer_stall_ms = 30000
[microphone]
device = "mic"
[loudspeaker]
device = "speaker"
[panel.buttons]
talk = 17
repeat = 5
[panel.leds]
${leds.join('\n')}
${more}`;
  }

  /** Takes a file that was put there so from the machine while it is off. */
  removeOff(inside: string): void {
    rmSync(path.join(this.machine.written, inside));
  }

  /** Puts a file on the machine while it is off. */
  writeOff(inside: string, text: string, mode = 0o644): void {
    const file = path.join(this.machine.written, inside);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text, { mode });
  }

  async boot(): Promise<void> {
    await this.machine.boot();
    // Before there is a journal, nobody can follow it.
    await this.until(() => this.machine.run('systemctl', 'is-active', 'systemd-journal-flush.service'));
    this.#journal = this.machine.spawn(
      'journalctl',
      '--follow',
      '--boot',
      '--lines=all',
      '--output=cat',
      `--unit=${UNIT}`,
    );
    this.#log = logOf(this.#journal);
  }

  /** Everything that the unit has told since the machine was booted. */
  get told(): readonly string[] {
    return this.#journal?.output.all.map(({ text }) => text) ?? [];
  }

  log(fits: (line: LogLine) => boolean, timeoutMs?: number): Promise<LogLine> {
    if (this.#log === undefined) throw new Error('the machine was never on');
    return this.#log.log(fits, timeoutMs);
  }

  /** A command of `dragoman`, as root at the device. */
  dragoman(...args: readonly string[]): Promise<Ran> {
    return this.machine.try('dragoman', ...args);
  }

  /** @throws while the daemon does not answer */
  status(): Promise<StatusAnswer> {
    return ask(this.machine.file('/run/dragoman/control.sock'), 'GET', '/status', statusAnswer);
  }

  /** A property of a unit as systemd has it. */
  async property(name: string, unit = UNIT): Promise<string> {
    return (await this.machine.run('systemctl', 'show', '--value', `--property=${name}`, unit)).trim();
  }

  async mainPid(): Promise<number> {
    return Number(await this.property('MainPID'));
  }

  /** Sends a signal to one of its processes, by its id on the machine. */
  async kill(signal: NodeJS.Signals, pid: number): Promise<void> {
    await this.machine.run('sh', '-c', `kill -${signal.slice(3)} ${pid}`);
  }

  /** Until the unit has told systemd that it is ready, the devices work and the service has been reached. */
  async serves(timeoutMs = READY_MS): Promise<StatusAnswer> {
    return await this.until(async () => {
      expect(await this.property('ActiveState')).toBe('active');
      const status = await this.status();
      expect(status).toMatchObject({
        devices: { microphone: 'working', loudspeaker: 'working', panel: 'working' },
        service: { is: 'ready' },
      });
      return status;
    }, timeoutMs);
  }

  /** Until something holds that is asserted. */
  async until<T>(holds: () => Promise<T>, timeoutMs = READY_MS): Promise<T> {
    try {
      return await vi.waitFor(holds, { timeout: timeoutMs, interval: 100 });
    } catch (error) {
      const unit = await this.machine.try('systemctl', '--no-pager', '--lines=0', 'status', UNIT);
      (error as Error).message += `\n${unit.stdout}${unit.stderr}`;
      throw error;
    }
  }

  /** The main process of the daemon and those that it has started, by their ids on this side. */
  processes(): ProcessInfo[] {
    const own = new Set(this.machine.processesOf(UNIT));
    return processes().filter(({ pid }) => own.has(pid));
  }

  /** Nothing but the trouble light, and it steadily: what is left of a dead daemon. */
  get looksDead(): boolean {
    const { desk } = this;
    return desk.led('trouble') && !desk.led('talk') && !desk.led('connection') && !desk.led('language-es');
  }

  /** Until the daemon is another process than before, the lights having been dead in between, and serves again. */
  async comesBack(before: number): Promise<void> {
    await vi.waitFor(() => expect(this.looksDead).toBe(true), { timeout: 60_000, interval: 20 });
    await this.serves();
    expect(await this.mainPid()).not.toBe(before);
  }

  /** Presses, says a sentence in Spanish, and waits for its translation. @returns it with where it was heard */
  async turn(): Promise<TurnLog & { readonly heardFromMs: number; readonly heardToMs: number }> {
    const log = this.#log as Log;
    this.#journal?.output.skip();
    const heardFromMs = await sayAt(this.desk, await spoken('Tengo alergia a la penicilina.', 'es'));
    const turn = await log.turnEnds(60_000);
    return { ...turn, heardFromMs, heardToMs: monotonicMs() };
  }

  async stop(): Promise<void> {
    await this.machine.stop();
    await Promise.all([this.desk.stop(), this.standin.stop()]);
  }
}
