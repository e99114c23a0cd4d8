import type { Logger } from 'pino';
import { FlatLine, NO_SOUND } from '../audio/microphone/flat-line.ts';
import type { Frame } from '../audio/pcm/frame.ts';
import { wallDate } from '../base/time.ts';
import { nextDeadlineMs } from '../kiosk/deadlines.ts';
import type { Effect, EffectOf, KioskEvent } from '../kiosk/events.ts';
import type { FaultCode } from '../kiosk/faults.ts';
import { journal } from '../kiosk/shown/journal.ts';
import { lights } from '../kiosk/shown/lights.ts';
import { type Status, status } from '../kiosk/shown/status.ts';
import {
  type Device,
  initialState,
  isVacant,
  type KioskState,
  microphoneOff,
  type Settings,
} from '../kiosk/state.ts';
import { transition } from '../kiosk/transition.ts';
import { afterSign, afterState, doubt, FRESH_VITALS, type Sign } from '../kiosk/vitals.ts';
import { type LinePorts, Turns } from '../line/turns.ts';
import type { Panel } from '../panel/panel.ts';
import type { Health } from '../system/health.ts';
import type { Budget } from '../turn/marks.ts';
import type { Accounts } from './accounts.ts';
import { Engines, type Interpreters } from './engines.ts';
import {
  buttonEvent,
  deviceEvent,
  loudspeakerEvent,
  microphoneEvent,
  moneyEvent,
  signOf,
} from './reports.ts';
import { turnLog } from './turn-log.ts';

export interface KioskPorts extends LinePorts {
  readonly interpreters: Interpreters;
  readonly panel: Panel;
  readonly health: Health;
  readonly accounts: Accounts;
  readonly log: Logger;
}

export interface KioskOptions {
  readonly mind: Settings;
  readonly tailMs: number;
  readonly preRollMs: number;
  readonly budget: Budget;
  /** Languages with an LED of their own. */
  readonly languageLeds: readonly string[];
  /** Notes on the configuration, for the operator. */
  readonly notes: readonly string[];
  /** Whether it is a quiet hour now. */
  readonly quiet: (now: Date) => boolean;
}

type EffectHandlers = { readonly [E in Effect['effect']]: (effect: EffectOf<E>) => void };

/** How often it is checked whether a quiet hour has begun or ended, in milliseconds. */
const QUIET_CHECK_MS = 30_000;

/** How often it is checked whether the desk is vacant, in milliseconds. */
const VACANCY_CHECK_MS = 1000;

/**
 * The loop between the world and the mind: what the ports report becomes events, and the effects of each transition go
 * to the ports. Every decision is the mind's (`src/kiosk/`).
 */
export class Kiosk {
  readonly #ports: KioskPorts;
  readonly #options: KioskOptions;
  readonly #turns: Turns;
  #state: KioskState;
  readonly #engines: Engines;
  readonly #handlers: EffectHandlers;
  #stopDeadline = () => {};
  #stopQuietCheck = () => {};
  /** Queued events; the first is being handled. */
  #events: KioskEvent[] = [];
  readonly #flatLine = new FlatLine();
  #vitals = FRESH_VITALS;
  #watcher: (state: KioskState) => void = () => {};
  #stopped = false;

  constructor(ports: KioskPorts, options: KioskOptions) {
    const { clock, log } = ports;
    this.#ports = ports;
    this.#options = options;
    this.#state = initialState(options.mind, clock.now());
    const happens = (event: KioskEvent) => this.#happens(event);
    this.#engines = new Engines(ports.interpreters, clock, log, happens);
    this.#turns = new Turns(ports, (engine) => this.#engines.get(engine), options, {
      happens,
      bug: (error) => log.error({ err: error }, 'a bug: the turn could not be carried out'),
    });
    this.#handlers = this.#effectHandlers();
  }

  get state(): KioskState {
    return this.#state;
  }

  status(): Status {
    return status(this.#state);
  }

  /** Notes for the operator besides the faults. */
  get notes(): readonly string[] {
    return [...this.#options.notes, ...this.#engines.notes];
  }

  /** @param watcher called with each state of the kiosk from now on */
  watch(watcher: (state: KioskState) => void): void {
    this.#watcher = watcher;
  }

  /** Why the daemon no longer functions; undefined while it does. @param lagMs of the event loop, in milliseconds */
  doubt(lagMs: number): string | undefined {
    return doubt(this.#vitals, this.#now(), lagMs);
  }

  /** Whether nobody is being served. */
  get vacant(): boolean {
    return isVacant(this.#state, this.#now());
  }

  /** Resolves as soon as nobody is being served. */
  async untilVacant(): Promise<void> {
    while (!this.vacant && !this.#stopped) {
      await new Promise<void>((resolve) => this.#ports.clock.after(VACANCY_CHECK_MS, resolve));
    }
  }

  /**
   * Somebody chose the guest's language. A turn in progress keeps the languages it began with.
   * @param language a canonical BCP-47 code; undefined for whatever is heard
   * @returns whether it holds now: a guest can't have the host's language
   */
  chooseLanguage(language: string | undefined): boolean {
    this.#happens({ event: 'language chosen', language, atMs: this.#now() });
    const { guest } = this.#state.speakers;
    return (guest?.by === 'pinned' ? guest.code : undefined) === language;
  }

  /** The guest has left. */
  guestLeft(): void {
    this.#happens({ event: 'guest left', atMs: this.#now() });
  }

  /** Starts everything. A part that can't be started is shown, logged and retried. */
  start(): void {
    const { panel, microphone, loudspeaker, health, log, mask } = this.#ports;
    const { listening, speaking } = this.#turns;
    this.#show();
    if (microphoneOff(this.#state)) listening.switchOff(true);
    panel.start({
      button: (role, down, atMs) => {
        const event = buttonEvent(role, down, atMs);
        if (event !== undefined) this.#happens(event);
      },
      chatter: (roles) =>
        this.condition('button-stuck', roles.length > 0, `the line keeps moving: ${roles.join(', ')}`),
      state: (working, detail) =>
        this.#happens(deviceEvent('panel', working ? 'working' : 'panel-missing', detail, this.#now())),
    });
    loudspeaker.start({
      playing: (playback, atMs) => speaking.playing(playback, atMs),
      drained: (playback) => speaking.drained(playback),
      gap: (playback, ms) => log.warn({ playback, gapMs: Math.round(ms) }, 'the sound had a gap'),
      lost: (playback) => speaking.lost(playback),
      interval: (startMs, endMs) => mask.interval(startMs, endMs),
      state: (state) => {
        this.#sign('loudspeaker', signOf(state));
        this.#happens(loudspeakerEvent(state, this.#now()));
      },
    });
    microphone.start({
      frame: (frame) => this.#frame(frame),
      state: (state) => {
        this.#sign('microphone', signOf(state));
        this.#happens(microphoneEvent(state, this.#now()));
      },
    });
    health.start({
      condition: (fault, on, detail) => this.condition(fault, on, detail),
      networkChanged: () => this.#happens({ event: 'network changed', atMs: this.#now() }),
      // Certificates that were not valid yet may be now.
      clockStepped: (byMs) => this.#happens({ event: 'clock set', byMs, atMs: this.#now() }),
    });
    this.#engines.start();
    this.#ports.accounts.watch((state) => this.#happens(moneyEvent(state, this.#now())));
    this.#happens({ event: 'start', atMs: this.#now() });
    this.#checkQuiet();
  }

  /** Ends the turn in progress, and everything that was started. */
  async stop(): Promise<void> {
    this.#happens({ event: 'stop', atMs: this.#now() });
    this.#stopped = true;
    this.#stopDeadline();
    this.#stopQuietCheck();
    this.#ports.health.stop();
    const { panel, microphone, loudspeaker, log } = this.#ports;
    const ends = await Promise.allSettled([
      panel.stop(),
      microphone.stop(),
      loudspeaker.stop(),
      this.#engines.stop(),
      this.#ports.accounts.stop(),
    ]);
    for (const end of ends)
      if (end.status === 'rejected') log.error({ err: end.reason }, 'a part did not stop cleanly');
  }

  /** An event that happens while effects are carried out is handled after them. */
  #happens(event: KioskEvent): void {
    this.#events.push(event);
    if (this.#events.length > 1) return;
    try {
      for (const next of this.#events) this.#handle(next);
    } finally {
      this.#events = [];
    }
  }

  #handle(event: KioskEvent): void {
    if (this.#stopped) return;
    const before = this.#state;
    const step = transition(before, event);
    this.#state = step.state;
    for (const { level, message, fields } of journal(before, event, step))
      this.#ports.log[level](fields ?? {}, message);
    this.#vitals = afterState(this.#vitals, step.state);
    for (const effect of step.effects) (this.#handlers[effect.effect] as (effect: Effect) => void)(effect);
    this.#show();
    this.#watcher(step.state);
    this.#arm();
  }

  /** One effect, one port. */
  #effectHandlers(): EffectHandlers {
    const { loudspeaker, accounts } = this.#ports;
    const turns = this.#turns;
    const { listening, speaking } = turns;
    return {
      'begin turn': (effect) => turns.begin(effect),
      'move turn': (effect) => turns.move(effect),
      conversation: ({ open }) => listening.conversation(open),
      'answer question': ({ turn, agreed }) => turns.answerQuestion(turn, agreed),
      'end utterance': ({ turn, releasedAtMs }) => turns.release(turn, releasedAtMs),
      'drop turn': ({ turn }) => turns.drop(turn),
      'report turn': (effect) => this.#report(effect),
      silence: () => loudspeaker.silence(),
      cue: ({ cue }) => loudspeaker.cue(cue),
      prompt: ({ prompt, languages }) => speaking.prompt(prompt, languages),
      repeat: () => speaking.repeat(),
      'set volume': ({ percent }) => loudspeaker.setVolume(percent),
      microphone: ({ off }) => {
        // Whether it works is not known while it is off.
        if (off) this.#sign('microphone', 'away');
        listening.switchOff(off);
      },
      'prepare engine': ({ engine, languages }) => this.#engines.get(engine).prepare(languages),
      'check engine': ({ engine }) => this.#engines.check(engine),
      'forget answer': () => turns.forgetAnswer(),
      'forget guest': ({ but }) => {
        this.#engines.forget(turns.forget(but));
        accounts.guestLeft();
      },
    };
  }

  #report({ turn, outcome, fault }: EffectOf<'report turn'>): void {
    const record = this.#turns.record(turn);
    this.#ports.accounts.turn(outcome, record);
    const line = turnLog(turn, outcome, fault, record, this.#options.budget);
    this.#ports.log[outcome === 'failed' ? 'warn' : 'info'](line, 'turn');
  }

  #frame(frame: Frame): void {
    const { activity } = this.#state;
    const flat = this.#flatLine.push(frame, activity.doing === 'listening' && !activity.gated);
    if (flat === true) this.#happens(deviceEvent('microphone', 'microphone-stalled', NO_SOUND, this.#now()));
    if (flat === false) this.#happens(deviceEvent('microphone', 'working', undefined, this.#now()));
    this.#turns.listening.frame(frame);
  }

  /** Something is wrong with what the kiosk runs on, or no longer is. */
  condition(fault: FaultCode, on: boolean, detail: string): void {
    if (this.#state.conditions.includes(fault) === on) return;
    this.#happens({ event: 'condition', fault, on, detail, atMs: this.#now() });
  }

  #sign(part: Device, sign: Sign): void {
    this.#vitals = afterSign(this.#vitals, part, sign, this.#now());
  }

  #now(): number {
    return this.#ports.clock.now();
  }

  #checkQuiet(): void {
    const on = this.#options.quiet(wallDate(this.#ports.clock));
    this.#stopQuietCheck = this.#ports.clock.after(QUIET_CHECK_MS, () => this.#checkQuiet());
    if (on !== this.#state.quiet) this.#happens({ event: 'quiet', on, atMs: this.#now() });
  }

  #show(): void {
    this.#ports.panel.show(lights(this.#state, this.#options.languageLeds));
  }

  /** Arms the timer for the next deadline of the mind. */
  #arm(): void {
    this.#stopDeadline();
    const deadlineMs = nextDeadlineMs(this.#state);
    if (deadlineMs === undefined || this.#stopped) return;
    // Never early: a tick before its deadline would only arm the next one.
    const waitMs = Math.max(1, Math.ceil(deadlineMs - this.#now()));
    this.#stopDeadline = this.#ports.clock.after(waitMs, () =>
      this.#happens({ event: 'tick', atMs: this.#now() }),
    );
  }
}
