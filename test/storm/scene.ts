import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { DaemonStatus } from '../../src/control/port.ts';
import type { DaemonPorts } from '../../src/daemon/ports.ts';
import { FAULTS, type RetryRule } from '../../src/kiosk/faults.ts';
import type { LedgerEntry } from '../../src/spending/entry.ts';
import { readLines } from '../../src/spending/lines.ts';
import type { Logged } from '../rig/counter.ts';
import { openVirtualCounter, type VirtualCounter } from '../rig/virtual/counter.ts';
import { TURN_FAULTS } from './faults.ts';
import { type DeskSettings, inWords, type Round, SENTENCES, type Step } from './history.ts';
import { answering, markedSpeech } from './speech.ts';
import { type Violation, Watch } from './watch.ts';
import { BAD_KEY, happens, KeyFile, repaired } from './world.ts';

/** A fault is over within this, in milliseconds: the wait of its retry rule and the time to connect. */
const BACK_MS: Readonly<Record<RetryRule, number>> = {
  'at once': 70_000,
  backoff: 70_000,
  slow: 110_000,
  // Nothing was changed at the device; whether the other end changed is tried this often.
  'when changed': 16 * 60_000,
};
/** Hands-free, a conversation ends when nobody has spoken for 30 s; a turn in progress is over as well by then. */
const SETTLES_MS = 100_000;
/** A button's level counts when it has been steady for this long. */
const SETTLE_MS = 40;
/** The interval at which people look at the desk. */
const LOOK_MS = 1000;
const DAY_MS = 86_400_000;
/** The budgets are checked every minute. */
const BUDGET_SEEN_MS = 61_000;
/** By then, what was spent while the clock was three days fast is in the past. */
const MOST_DAYS = 6;
/** The most timers of an idle desk. */
const MOST_TIMERS = 60;
/** The connection in use, the spare, and those being closed. */
const MOST_CONNECTIONS = 6;
/** Heard sound is kept as long as an echo needs it. */
const KEEP_MS = 5000;

export interface Playing {
  /** Gets the lines of the timeline. */
  readonly tell?: (atMs: number, who: string, what: string) => void;
  /** For tests that plant a bug. */
  readonly between?: (ports: DaemonPorts) => DaemonPorts;
  /** Called with what the desk is doing, once a second. */
  readonly looked?: (status: DaemonStatus | undefined, atMs: number) => void;
  /** Called after each round. */
  readonly roundEnded?: (index: number, turns: number) => void;
}

class Violated extends Error {
  override readonly name = 'Violated';
  readonly violation: Violation;

  constructor(violation: Violation) {
    super(`${violation.invariant}: ${violation.what}`);
    this.violation = violation;
  }
}

/** A desk, its faults, and the watch. */
export class Scene {
  readonly counter: VirtualCounter;
  readonly watch: Watch;
  readonly hash = createHash('sha256');
  readonly figures = { logBytes: 0, logLines: 0, restarts: 0 };
  violation: Violation | undefined;
  readonly #settings: DeskSettings;
  readonly #playing: Playing;
  readonly #speech: ReadonlyMap<number, Int16Array>;
  /** Utterances so far, and the latest with each mark. */
  #spoken = 0;
  readonly #latestWith = new Map<number, number>();
  readonly #key: KeyFile;
  /** What the ledger should hold, of the daemons that have ended properly. */
  #bills = 0;
  #billedMs = 0;
  #lost = false;
  #stopLooking = () => {};

  static async open(
    seed: number,
    settings: DeskSettings,
    speech: readonly Int16Array[],
    playing: Playing,
  ): Promise<Scene> {
    // Lines that the counter logs before the scene exists.
    const early: Logged[] = [];
    let scene: Scene | undefined;
    const { talkMode, listen, engines, turnsPerConnection, echoDb, microphoneDelayMs, dailyBudget } =
      settings;
    const key = new KeyFile();
    key.becomes('good');
    const counter = await openVirtualCounter({
      seed,
      secure: 'good',
      keepMs: KEEP_MS,
      engines,
      desk: {
        ...(echoDb === undefined ? {} : { echoDb }),
        ...(microphoneDelayMs === undefined ? {} : { microphoneDelayMs }),
        buttons: BUTTONS,
      },
      buttons: `${Object.entries(BUTTONS)
        .map(([name, line]) => `${name} = ${line}`)
        .join('\n')}\n`,
      microphone: `listen = "${listen}"\n`,
      spending: dailyBudget === undefined ? '' : `daily_budget = ${dailyBudget}\nwhen_spent = "stop"\n`,
      config: `[prompts]\nfolder = "/nowhere"\n[turn]\nmode = "${talkMode}"\n[live]\nturns_per_connection = ${turnsPerConnection}\n`,
      keyFile: key.file,
      standin: { answerer: answering((sentence) => scene?.latestWith(sentence)), badKeys: [BAD_KEY] },
      witness: (line) => {
        if (scene === undefined) early.push(line);
        else scene.#logged(line);
      },
      ...(playing.between === undefined ? {} : { between: playing.between }),
    });
    scene = new Scene(counter, settings, speech, playing, key);
    for (const line of early) scene.#logged(line);
    return scene;
  }

  private constructor(
    counter: VirtualCounter,
    settings: DeskSettings,
    speech: readonly Int16Array[],
    playing: Playing,
    key: KeyFile,
  ) {
    this.counter = counter;
    this.#settings = settings;
    this.#playing = playing;
    this.#key = key;
    this.#speech = markedSpeech(speech);
    const { clock, desk } = counter;
    this.watch = new Watch(
      {
        now: () => clock.now(),
        status: () => this.#status(),
        led: (name) => desk.led(name),
        recorders: () => desk.microphone.recorders().length,
      },
      (violation) => {
        this.violation ??= violation;
        this.#line('!', `${violation.invariant}: ${violation.what}`);
      },
    );
    desk.gpio.changes.listen((change) => {
      this.hash.update(`${change.atMs} ${change.line} ${change.lit}\n`);
      this.#line('light', `${change.name ?? change.line} ${change.lit ? 'on' : 'off'}`);
      this.watch.led(change);
    });
    let before: unknown = 'silence';
    desk.room.ear.overhear((startMs, samples) => {
      const heard = this.watch.sound(samples);
      if (heard !== before) {
        this.hash.update(`${startMs} heard ${heard}\n`);
        this.#line('sound', typeof heard === 'number' ? `the answer to sentence ${heard}` : heard);
      }
      before = heard;
    });
    counter.standin.on((event) => {
      this.watch.standin(event);
      const { type } = event;
      this.#line('service', 'connection' in event ? `${type} (connection ${event.connection.id})` : type);
    });
  }

  /** The desk is ready for its first guest. */
  async begins(): Promise<void> {
    const { clock } = this.counter;
    const look = () => {
      const status = this.watch.look();
      this.#playing.looked?.(status, clock.now());
      this.#stopLooking = clock.after(LOOK_MS, look);
    };
    look();
    await this.#recovers(true, 'backoff');
  }

  async plays({ name, steps, patient }: Round): Promise<void> {
    this.#line('round', name);
    this.watch.disturbed = steps.some(disturbs);
    this.watch.lightsCount = !steps.some((step) => step.do === 'gpio');
    for (const step of steps) await this.#does(step);
    await this.#turnsEnd();
    await this.#repaired(patient);
    this.watch.roundEnds();
    this.#check();
  }

  /** Everything works, a guest is translated, and the daemon ends and leaves nothing behind. */
  async ends(): Promise<void> {
    const { clock, network } = this.counter;
    await this.#repaired(true);
    this.watch.disturbed = false;
    if (this.#settings.talkMode === 'hold') {
      this.#line('round', 'the last guest');
      await this.#does({ do: 'press', button: 'talk', right: ['translated'] });
      await this.#does({ do: 'speak', sentence: 0 });
      await this.#does({ do: 'release', button: 'talk' });
      await this.#turnsEnd();
      this.watch.roundEnds();
      this.#check();
    }
    await clock.pass(70_000); // the spare lapses
    if (network.connections > MOST_CONNECTIONS)
      this.watch.violated('memory and handles stay flat', `${network.connections} connections are open`);
    if (clock.pending.length > MOST_TIMERS)
      this.watch.violated('memory and handles stay flat', `${clock.pending.length} timers are armed`);
    await this.#daemonEnds();
    this.#check();
  }

  async stop(): Promise<void> {
    this.#stopLooking();
    await this.counter.stop();
    this.#key.remove();
  }

  /** @returns the number of the latest utterance that had the mark of this sentence */
  latestWith(sentence: number): number | undefined {
    return this.#latestWith.get(sentence);
  }

  #line(who: string, what: string): void {
    this.#playing.tell?.(this.counter.clock.now(), who, what);
  }

  #status(): DaemonStatus | undefined {
    if (!this.counter.running) return undefined;
    try {
      return this.counter.control('GET', '/status').body as DaemonStatus;
    } catch {
      return undefined; // it is starting, or ending
    }
  }

  #logged({ text, atMs }: Logged): void {
    // The folder has a new name each time.
    const line = { text: text.replaceAll(this.#key.folder, '/key'), atMs };
    this.hash.update(`${line.atMs} ${line.text}\n`);
    this.figures.logLines += 1;
    this.figures.logBytes += line.text.length + 1;
    this.#line('log', line.text);
    const told = this.watch.logged(line);
    if (told?.msg !== 'turn') return;
    const sentMs = Number(told.sentSeconds) * 1000;
    if (sentMs > 0) this.#bills += 1;
    this.#billedMs += sentMs;
  }

  #check(): void {
    if (this.violation !== undefined) throw new Violated(this.violation);
  }

  async #does(step: Step): Promise<void> {
    const { clock, desk } = this.counter;
    this.#line('step', inWords(step));
    switch (step.do) {
      case 'press':
        if (step.right !== undefined) this.watch.pressed(step.right);
        desk.press(step.button);
        break;
      case 'release':
        if (step.button === 'talk') this.watch.released();
        desk.release(step.button);
        break;
      case 'bounce':
        this.watch.pressed(step.right);
        await clock.passUntil(desk.gpio.bounce(step.button, step.edges, step.withinMs));
        break;
      case 'speak':
        await this.#speaks(step.sentence);
        break;
      case 'begin to speak':
        void this.#speaks(step.sentence);
        break;
      case 'wait':
        await clock.pass(step.ms);
        break;
      case 'until': {
        const untilMs = clock.now() + step.atMostMs;
        while (
          clock.now() < untilMs &&
          ![step.activity, 'nothing', undefined].includes(this.#status()?.activity)
        )
          await clock.pass(20);
        break;
      }
      case 'until ready': {
        const untilMs = clock.now() + 16 * 60_000;
        while (clock.now() < untilMs && this.#status()?.service.is !== 'ready') await clock.pass(500);
        break;
      }
      case 'daemon':
        await this.#restarts(step.ends, step.awayMs);
        break;
      default:
        happens(this.counter, this.#key, step);
    }
    this.#check();
  }

  async #speaks(sentence: number): Promise<void> {
    const sound = this.#speech.get(sentence) ?? new Int16Array(0);
    this.#spoken += 1;
    this.#latestWith.set(sentence, this.#spoken * SENTENCES + sentence);
    this.watch.spoke(sentence, this.#spoken * SENTENCES + sentence, sound.length / 16);
    await this.counter.desk.speak(sound).ended;
  }

  async #restarts(ends: 'in good order' | 'killed', awayMs: number): Promise<void> {
    const { clock } = this.counter;
    if (ends === 'killed') {
      this.#lost = true;
      await this.counter.killDaemon();
    } else await this.#daemonEnds();
    await clock.pass(awayMs);
    this.watch.daemonStarted();
    this.figures.restarts += 1;
    await this.counter.startDaemon();
  }

  /** The daemon ends properly. The ledger agrees with what was sent. */
  async #daemonEnds(): Promise<void> {
    await this.counter.endDaemon();
    if (this.#lost) return;
    const entries = ledgerIn(this.counter.ledger);
    const sentMs = entries.reduce((sum, entry) => sum + entry.sentMs, 0);
    if (entries.length < this.#bills)
      this.watch.violated(
        'lights, sound, log and ledger agree',
        `${this.#bills} turns were sent, ${entries.length} are in the ledger`,
      );
    // The log has hundredths of a second.
    if (Math.abs(sentMs - this.#billedMs) > 10 * this.#bills)
      this.watch.violated(
        'what the ledger says was spent is what was sent',
        `${sentMs} ms in the ledger, ${this.#billedMs} ms in the log`,
      );
  }

  /** Until every turn of the round has its outcome; the fault lasts meanwhile. */
  async #turnsEnd(): Promise<void> {
    const { clock } = this.counter;
    const untilMs = clock.now() + SETTLES_MS;
    const isOver = () => {
      const activity = this.#status()?.activity;
      return activity === undefined || (activity === 'nothing' && !this.watch.awaits);
    };
    await clock.pass(SETTLE_MS); // a button that was released is read
    while (clock.now() < untilMs && !isOver()) {
      await clock.pass(50);
      this.#check();
    }
  }

  /** Everything is repaired, and all buttons are released. */
  async #repaired(patient: boolean): Promise<void> {
    repaired(this.counter, this.#key);
    for (const button of Object.keys(BUTTONS)) this.counter.desk.release(button);
    this.#line('step', 'all is repaired');
    const status = this.#status();
    const rules = status?.faults.map(({ code }) => FAULTS[code].retry) ?? [];
    const slowest = rules.toSorted((a, b) => BACK_MS[b] - BACK_MS[a])[0] ?? 'backoff';
    await this.#recovers(patient, slowest);
  }

  /** What was broken recovers, without anybody touching anything. */
  async #recovers(patient: boolean, rule: RetryRule): Promise<void> {
    const { clock } = this.counter;
    const beganMs = clock.now();
    let untilMs = beganMs + Math.max(BACK_MS[rule], SETTLES_MS);
    let nextDayMs = beganMs;
    let days = 0;
    for (;;) {
      this.#check();
      const missing = this.#missing(patient);
      if (missing.length === 0) return;
      if (missing.includes('budget-spent') && clock.now() >= nextDayMs && days < MOST_DAYS) {
        // The next day: a guest comes tomorrow. Two budgets in 24 hours: the desk is unplugged overnight.
        clock.stepWall(DAY_MS);
        if (days > 0) await this.#restarts('in good order', 1000);
        days += 1;
        nextDayMs = clock.now() + BUDGET_SEEN_MS;
        untilMs = Math.max(untilMs, nextDayMs + BUDGET_SEEN_MS);
      }
      const longest = missing.includes('service') ? 16 * 60_000 : 0;
      if (clock.now() > Math.max(untilMs, beganMs + longest)) {
        const after = Math.round(clock.now() - beganMs);
        this.watch.violated(
          'what is repaired works again',
          `not back after ${after} ms: ${missing.join(', ')}`,
        );
        continue;
      }
      await clock.pass(200);
    }
  }

  /** The parts of the desk that don't work. */
  #missing(patient: boolean): string[] {
    const status = this.#status();
    if (status === undefined) return ['daemon'];
    const { devices, faults, service, activity } = status;
    const missing: string[] = activity === 'nothing' ? [] : [activity];
    for (const device of ['microphone', 'loudspeaker', 'panel'] as const) {
      // One that is opened at a press reports nothing before it.
      if (device === 'microphone' && this.#settings.listen === 'pressed') continue;
      if (devices[device] !== 'working') missing.push(device);
    }
    const money = faults.some(({ code }) => code === 'budget-spent');
    if (money) missing.push('budget-spent');
    // Every other time the next guest presses without waiting for the service.
    if (patient && !money && service.is !== 'ready') missing.push('service');
    return missing;
  }
}

const BUTTONS = { talk: 17, repeat: 5, language: 6, 'volume-up': 13, 'volume-down': 19, mute: 26 };

function disturbs(step: Step): boolean {
  if (step.do === 'loudspeaker' || step.do === 'daemon') return true;
  if (step.do === 'next turns') return step.faults.some(hasItsOwnSound);
  return step.do === 'signal' && step.to === 'players';
}

/** These answers can't be distinguished from other sound. */
function hasItsOwnSound(fault: string): boolean {
  const steps = TURN_FAULTS.get(fault)?.steps ?? [];
  return steps.some((step) => 'answer' in step && step.answer.pcm24k !== undefined);
}

function ledgerIn(folder: string): readonly LedgerEntry[] {
  if (!existsSync(folder)) return []; // nothing was written yet
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .toSorted()
    .flatMap((name) => readLines(readFileSync(path.join(folder, name), 'latin1')).entries);
}
