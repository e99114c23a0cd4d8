import { pino } from 'pino';
import { ClockedMicrophone } from '../../src/audio/clocked.ts';
import { PacedLoudspeaker } from '../../src/audio/loudspeaker/paced.ts';
import { Mask } from '../../src/audio/mask.ts';
import type { Prompts } from '../../src/audio/prompts.ts';
import type { Interpreter } from '../../src/interpreters/interpreter.ts';
import { worldOf } from '../../src/interpreters/network/dial.ts';
import type { Prompt } from '../../src/kiosk/sounds.ts';
import { NO_ACCOUNTS } from '../../src/runtime/accounts.ts';
import { dialogueFrom } from '../../src/runtime/interpreters.ts';
import { Kiosk } from '../../src/runtime/kiosk.ts';
import type { TurnLog } from '../../src/runtime/turn-log.ts';
import { endingGateFrom, gateFrom, kioskOptions, preRollFrom } from '../../src/runtime/wire.ts';
import { OUT_RATE } from '../../src/standin/audio.ts';
import type { Config } from '../../src/system/config.ts';
import { loadSileroDetector } from '../../src/voice/detector.ts';
import type { LogLine } from '../rig/counter.ts';
import { tone } from '../rig/standin.ts';
import type { FastClock } from './fast-clock.ts';
import {
  FakeHealth,
  FakePanel,
  type Looks,
  OverheardLoudspeaker,
  ShakyMicrophone,
  ShakyPlayer,
  type Sound,
} from './fast-devices.ts';
import { KEY } from './live.ts';

/** What is seen and heard at the desk, and logged, as it happens; times are the clock's. */
export interface FastDeskWitness {
  lights?(looks: Looks, atMs: number): void;
  sound?(sound: Sound, atMs: number): void;
  log?(line: LogLine, atMs: number): void;
}

export interface FastDeskOptions {
  readonly clock: FastClock;
  /** With service.base_url. */
  readonly config: Config;
  readonly witness: FastDeskWitness;
  /** Whether it is a quiet hour, in place of the machine's own time of day. */
  readonly quiet?: () => boolean;
  /** How fast time goes while somebody talks or a connection is being opened, and while nothing goes on. */
  readonly speeds: { readonly busy: number; readonly idle: number };
}

/** What is tried in the background is over after this: time-outs to connect and to set up, and some. In milliseconds. */
const TRIED_MS = 10_000;

/** A turn that has no outcome after so long, on the clock, never will have one. */
const PATIENCE_MS = 120_000;

/**
 * The kiosk with everything that is real but its devices: mind, turns, gate and detector, engine, SDK and sockets.
 * On a fast clock: thousands of turns, or days.
 */
export class FastDesk {
  readonly clock: FastClock;
  readonly kiosk: Kiosk;
  readonly panel: FakePanel;
  readonly health = new FakeHealth();
  readonly microphone: ShakyMicrophone;
  readonly player: ShakyPlayer;
  readonly #mouth: ClockedMicrophone;
  readonly #pace: Pace;
  readonly #outcomes = new Map<number, (line: TurnLog) => void>();
  #latest: TurnLog | undefined;

  static async open(options: FastDeskOptions): Promise<FastDesk> {
    return new FastDesk(options, await loadSileroDetector());
  }

  private constructor(
    { clock, config, witness, quiet, speeds }: FastDeskOptions,
    detector: Awaited<ReturnType<typeof loadSileroDetector>>,
  ) {
    this.clock = clock;
    this.#pace = new Pace(clock, speeds);
    this.#mouth = new ClockedMicrophone(clock, config.microphone.listen);
    this.microphone = new ShakyMicrophone(this.#mouth);
    this.player = new ShakyPlayer(clock);
    this.panel = new FakePanel(clock, (looks) => witness.lights?.(looks, clock.now()));
    const log = pino(
      { level: 'debug', base: null, timestamp: false },
      {
        write: (text: string) => {
          const line = JSON.parse(text) as LogLine;
          witness.log?.(line, clock.now());
          if (line.msg === 'turn') this.#ended(line as unknown as TurnLog);
        },
      },
    );
    let prompt: Sound | undefined;
    const prompts = toldPrompts((asked, languages) => {
      prompt = { sound: 'prompt', prompt: `${asked} (${languages.join(', ')})` };
    });
    const what = (): Sound => {
      const told = prompt ?? {
        sound: this.kiosk.state.activity.doing === 'repeating' ? 'repeat' : 'translation',
      };
      prompt = undefined;
      return told;
    };
    const loudspeaker = new PacedLoudspeaker(this.player, {
      clock,
      volume: config.loudspeaker.volume,
      leadInMs: config.loudspeaker.lead_in_ms,
    });
    const interpreters = {
      dialogue: this.#pace.watched(dialogueFrom(config, async () => KEY, worldOf(clock))),
    };
    const mind = kioskOptions(config, interpreters, clock);
    this.kiosk = new Kiosk(
      {
        panel: this.panel,
        microphone: this.microphone,
        loudspeaker: new OverheardLoudspeaker(loudspeaker, what, (sound) =>
          witness.sound?.(sound, clock.now()),
        ),
        interpreters,
        detector,
        gate: (noiseDbfs, ends) =>
          ends ? endingGateFrom(config, detector) : gateFrom(config, detector, noiseDbfs),
        preRoll: preRollFrom(config),
        mask: new Mask(config.loudspeaker.echo_tail_ms),
        accounts: NO_ACCOUNTS,
        prompts,
        health: this.health,
        clock,
        log,
      },
      quiet === undefined ? mind : { ...mind, quiet },
    );
  }

  start(): void {
    this.kiosk.start();
  }

  /** Is heard from now on, whether anybody listens or not; resolves when it has been said. */
  async say(sound: Int16Array): Promise<void> {
    this.#mouth.say(sound);
    await this.clock.wait((sound.length * 1000) / 16_000);
  }

  /** @returns the number of the turn that this begins */
  press(): number {
    this.#pace.busy(this);
    this.panel.press('talk');
    return this.kiosk.state.turns;
  }

  release(): void {
    this.panel.release('talk');
  }

  /** The one outcome of a turn; undefined when there is none after two minutes. */
  outcome(turn: number): Promise<TurnLog | undefined> {
    if (this.#latest?.turn === turn) return Promise.resolve(this.#latest); // at the press already
    return new Promise((resolve) => {
      const cancel = this.clock.after(PATIENCE_MS, () => resolve(undefined));
      this.#outcomes.set(turn, (line) => {
        cancel();
        resolve(line);
      });
    });
  }

  /** Nobody is there for so long: time flies, but for what the kiosk tries by itself. */
  async idle(ms: number): Promise<void> {
    this.#pace.idle(this);
    await this.clock.wait(ms);
    this.#pace.busy(this);
  }

  async stop(): Promise<void> {
    this.#pace.busy(this);
    await this.kiosk.stop();
  }

  #ended(line: TurnLog): void {
    this.#latest = line;
    this.#outcomes.get(line.turn)?.(line);
    this.#outcomes.delete(line.turn);
  }
}

/** Prompts as long as spoken ones are, without anybody to record them. */
function toldPrompts(asked: (prompt: Prompt, languages: readonly string[]) => void): Prompts {
  return {
    sound: (prompt, languages) => {
      asked(prompt, languages);
      return tone(1.5 * languages.length, OUT_RATE, 220);
    },
  };
}

/**
 * How fast time goes: sockets take the wall's time, so it must not fly while one is being opened, or every
 * connection would seem to time out.
 */
class Pace {
  readonly #clock: FastClock;
  readonly #speeds: FastDeskOptions['speeds'];
  readonly #busy = new Set<unknown>();

  constructor(clock: FastClock, speeds: FastDeskOptions['speeds']) {
    this.#clock = clock;
    this.#speeds = speeds;
  }

  busy(who: unknown): void {
    this.#busy.add(who);
    this.#set();
  }

  idle(who: unknown): void {
    this.#busy.delete(who);
    this.#set();
  }

  /** The interpreter, while it is seen to what it is doing. */
  watched(interpreter: Interpreter): Interpreter {
    let stopTrying = () => {};
    return {
      abilities: interpreter.abilities,
      watch: (watcher) =>
        interpreter.watch({
          availability: (availability) => {
            stopTrying();
            if (availability.is === 'connecting') {
              this.busy('opening');
              stopTrying = this.#clock.after(TRIED_MS, () => this.idle('opening'));
            } else this.idle('opening');
            watcher.availability(availability);
          },
          condition: (fault, on) => watcher.condition(fault, on),
        }),
      check: async () => {
        this.busy('looking');
        await interpreter.check().finally(() => this.idle('looking'));
      },
      prepare: (languages) => interpreter.prepare(languages),
      interpret: (...turn) => interpreter.interpret(...turn),
      forget: () => interpreter.forget(),
      stop: () => interpreter.stop().finally(() => stopTrying()),
    };
  }

  #set(): void {
    this.#clock.speed = this.#busy.size > 0 ? this.#speeds.busy : this.#speeds.idle;
  }
}
