import type { Logger } from 'pino';
import type { LoudspeakerState, LoudspeakerTrouble } from '../audio/loudspeaker/loudspeaker.ts';
import { FlatLine, NO_SOUND } from '../audio/microphone/flat-line.ts';
import type { MicrophoneState, MicrophoneTrouble } from '../audio/microphone/microphone.ts';
import type { Frame } from '../audio/pcm/frame.ts';
import type { Effect, KioskEvent } from '../kiosk/events.ts';
import { FAULTS, type Fault, type FaultCode } from '../kiosk/faults.ts';
import { lights } from '../kiosk/lights.ts';
import {
  faultsOf,
  initialState,
  isVacant,
  type KioskState,
  languagesFor,
  microphoneOff,
  routeAhead,
  runningTurn,
  type Settings,
  waitsForSpeech,
} from '../kiosk/state.ts';
import { type Status, status } from '../kiosk/status.ts';
import { nextDeadlineMs, transition } from '../kiosk/transition.ts';
import { afterSign, afterState, doubt, FRESH_VITALS } from '../kiosk/vitals.ts';
import { wordingOf } from '../kiosk/wording.ts';
import type { ButtonRole, Panel } from '../panel/panel.ts';
import type { BudgetState } from '../spending/budget.ts';
import type { Health } from '../system/health.ts';
import { wallDate } from '../time.ts';
import type { Budget } from '../turn/marks.ts';
import type { Accounts } from './accounts.ts';
import { Engines, type Interpreters } from './engines.ts';
import { turnLog } from './turn-log.ts';
import { type TurnPorts, Turns } from './turns.ts';

export interface KioskPorts extends TurnPorts {
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
  /** How often an idle desk looks whether the service can be reached, in milliseconds; 0 for never. */
  readonly reachCheckMs: number;
  /** What there is to say of the configuration, in words. */
  readonly notes: readonly string[];
  /** Whether it is a quiet hour now. */
  readonly quiet: (now: Date) => boolean;
}

const MICROPHONE_FAULTS: Readonly<Record<MicrophoneTrouble, FaultCode>> = {
  missing: 'microphone-missing',
  busy: 'microphone-busy',
  stalled: 'microphone-stalled',
  'wrong format': 'microphone-format',
  ended: 'microphone-failed',
  'no recorder': 'recorder-missing',
};

const LOUDSPEAKER_FAULTS: Readonly<Record<LoudspeakerTrouble, FaultCode>> = {
  missing: 'loudspeaker-missing',
  busy: 'loudspeaker-busy',
  gone: 'loudspeaker-missing',
  died: 'loudspeaker-failed',
  stalled: 'loudspeaker-failed',
  'no player': 'player-missing',
};

const QUIET_CHECK_MS = 30_000;

/** Whoever waits for the desk to be vacant has waited for minutes. */
const VACANCY_CHECK_MS = 1000;

/** Carries what happens to the mind and what the mind wants to the ports. It decides nothing. */
export class Kiosk {
  readonly #ports: KioskPorts;
  readonly #options: KioskOptions;
  readonly #turns: Turns;
  #state: KioskState;
  readonly #engines: Engines;
  #stopDeadline = () => {};
  #stopQuietCheck = () => {};
  #stopReachCheck = () => {};
  /** That which is being handled, and what is still to be. */
  #events: KioskEvent[] = [];
  /** Something has changed for which the next engine is to be made ready. */
  #unprepared = false;
  #lastDelay = '';
  readonly #flatLine = new FlatLine();
  #vitals = FRESH_VITALS;
  #watcher: (state: KioskState) => void = () => {};
  #stopped = false;

  constructor(ports: KioskPorts, options: KioskOptions) {
    this.#ports = ports;
    this.#options = options;
    this.#state = initialState(options.mind, ports.clock.now());
    this.#engines = new Engines(ports.interpreters, ports.clock, ports.log, {
      service: (engine, service) => this.#happens({ event: 'service', engine, service, atMs: this.#now() }),
      condition: ({ code, detail }, on) => this.condition(code, on, detail),
      facts: (fault) => this.#facts(fault),
      languages: () => languagesFor(this.#state, undefined),
      busy: (engine) => !waitsForSpeech(this.#state) && runningTurn(this.#state)?.engine === engine,
    });
    this.#turns = new Turns(ports, this.#engines, options, {
      happens: (event) => this.#happens(event),
      delayed: (turn, fault) => this.#delayed(turn, fault),
      bug: (error) => ports.log.error({ err: error }, 'a bug: the turn could not be carried out'),
    });
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

  /** @param watcher told of each state that the kiosk comes to, from now on */
  watch(watcher: (state: KioskState) => void): void {
    this.#watcher = watcher;
  }

  /** Why the daemon should be taken not to function. @param lagMs of the event loop, in milliseconds */
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
   * Somebody chose the guest's language. A turn that goes on keeps those that it began with.
   * @param language a canonical BCP-47 code; undefined: it is to be heard again
   * @returns whether it holds now: the host's language is none for a guest
   */
  chooseLanguage(language: string | undefined): boolean {
    this.#happens({ event: 'language chosen', language, atMs: this.#now() });
    const { guest } = this.#state.speakers;
    const pinned = guest?.by === 'pinned' ? guest.code : undefined;
    if (pinned === language)
      this.#ports.log.info({ language: pinned ?? 'auto' }, "the guest's language was chosen");
    return pinned === language;
  }

  /** Somebody says that the guest has left. */
  guestLeft(): void {
    this.#happens({ event: 'guest left', atMs: this.#now() });
  }

  /** Starts whatever can be started; what can't is shown, told in the log and tried again. */
  start(): void {
    const { panel, microphone, loudspeaker, health, log } = this.#ports;
    this.#show();
    if (microphoneOff(this.#state)) this.#turns.switchMicrophone(true);
    panel.start({
      button: (role, down, atMs) => this.#button(role, down, atMs),
      chatter: (roles) =>
        this.condition('button-stuck', roles.length > 0, `the line keeps moving: ${roles.join(', ')}`),
      state: (working, detail) => {
        const is = working ? 'working' : 'panel-missing';
        this.#device('panel', is, detail);
      },
    });
    loudspeaker.start({
      playing: (playback, atMs) => this.#turns.playing(playback, atMs),
      drained: (playback) => this.#turns.drained(playback),
      gap: (playback, ms) => this.#ports.log.warn({ playback, gapMs: Math.round(ms) }, 'the sound had a gap'),
      lost: (playback) => this.#turns.lost(playback),
      interval: (startMs, endMs) => this.#ports.mask.interval(startMs, endMs),
      state: (state) => this.#loudspeakerState(state),
    });
    loudspeaker.setVolume(this.#state.volumePercent);
    microphone.start({
      frame: (frame) => this.#frame(frame),
      state: (state) => this.#microphoneState(state),
    });
    health.start({
      condition: (fault, on, detail) => this.condition(fault, on, detail),
      networkChanged: () => {
        log.info('the network has changed');
        this.#engines.tryNow();
      },
      // Certificates that were not valid yet may be now.
      clockStepped: (byMs) => {
        log.warn({ byMs: Math.round(byMs) }, 'the clock was set');
        this.#engines.tryNow();
      },
    });
    this.#engines.start();
    this.#ports.accounts.watch((state) => this.#money(state));
    this.#prepare();
    this.#checkQuiet();
    this.#checkReachLater();
  }

  /** Ends the turn that goes on, and everything that was started. */
  async stop(): Promise<void> {
    this.#happens({ event: 'stop', atMs: this.#now() });
    this.#stopped = true;
    this.#stopDeadline();
    this.#stopQuietCheck();
    this.#stopReachCheck();
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

  /** What happens while effects are carried out is the next thing to happen: each is done whole. */
  #happens(event: KioskEvent): void {
    this.#events.push(event);
    if (this.#events.length > 1) return;
    try {
      for (const next of this.#events) this.#handle(next);
    } finally {
      this.#events = [];
    }
    if (this.#unprepared) this.#prepare();
  }

  #handle(event: KioskEvent): void {
    if (this.#stopped) return;
    const before = this.#state;
    const { state, effects } = transition(before, event);
    this.#state = state;
    this.#vitals = afterState(this.#vitals, state);
    this.#tellFaults(before, state);
    for (const effect of effects) this.#do(effect);
    this.#show();
    this.#watcher(state);
    this.#arm();
    // Another engine serves from now on: it is to be ready, and whether it can be had is to be seen.
    if (routeAhead(before).engine !== routeAhead(state).engine) this.#unprepared = true;
  }

  /** One effect, one port. */
  #do(effect: Effect): void {
    const { loudspeaker } = this.#ports;
    switch (effect.effect) {
      case 'begin turn':
        this.#turns.begin(effect);
        // Whoever presses wants it to work: what was given up for a while is tried again, for the turns to come.
        if (!effect.continues) this.#engines.tryNow();
        return;
      case 'move turn':
        this.#ports.log.warn({ turn: effect.turn, route: effect.route }, 'the turn goes to another engine');
        this.#turns.move(effect);
        return;
      case 'conversation':
        this.#turns.conversation(effect.open);
        return;
      case 'answer question':
        this.#turns.answerQuestion(effect.turn, effect.agreed);
        return;
      case 'end utterance':
        this.#turns.end(effect.turn, effect.releasedAtMs);
        return;
      case 'drop turn':
        this.#turns.drop(effect.turn);
        return;
      case 'report turn':
        this.#report(effect);
        return;
      case 'silence':
        loudspeaker.silence();
        return;
      case 'cue':
        loudspeaker.cue(effect.cue);
        return;
      case 'prompt':
        this.#ports.log.debug({ prompt: effect.prompt, languages: effect.languages }, 'says');
        this.#turns.prompt(effect.prompt, effect.languages);
        return;
      case 'repeat':
        this.#turns.repeat();
        return;
      case 'set volume':
        loudspeaker.setVolume(effect.percent);
        return;
      case 'microphone':
        this.#ports.log.info(`the microphone is ${effect.off ? 'off' : 'on'}`);
        // Whether it works is not known while it is off.
        if (effect.off) this.#vitals = afterSign(this.#vitals, 'microphone', 'away', this.#now());
        this.#turns.switchMicrophone(effect.off);
        return;
      case 'forget answer':
        this.#turns.forgetAnswer();
        return;
      case 'forget guest':
        this.#turns.forget(effect.but);
        this.#ports.accounts.guestLeft();
        return;
    }
  }

  #report({ turn, outcome, fault }: Extract<Effect, { effect: 'report turn' }>): void {
    const record = this.#turns.record(turn);
    this.#ports.accounts.turn(outcome, record);
    const line = turnLog(turn, outcome, fault, record, this.#options.budget);
    if (outcome === 'failed') this.#ports.log.warn(line, 'turn');
    else this.#ports.log.info(line, 'turn');
    const answered = outcome === 'translated' || outcome === 'not understood';
    if (answered && record !== undefined) this.#engines.worked(record.engine);
    // The next session is opened while people listen and talk; by what is known when all this has been thought of.
    this.#unprepared = true;
  }

  #button(role: ButtonRole, down: boolean, atMs: number): void {
    switch (role) {
      case 'talk':
      case 'talk-host':
      case 'talk-guest':
        this.#happens({ event: down ? 'talk pressed' : 'talk released', button: role, atMs });
        return;
      case 'mute':
        this.#happens({ event: 'muted', on: down, atMs });
        return;
      case 'repeat':
        if (down) this.#happens({ event: 'repeat pressed', atMs });
        return;
      case 'language':
        this.#happens({ event: down ? 'language pressed' : 'language released', atMs });
        return;
      case 'volume-up':
      case 'volume-down':
        if (down) this.#happens({ event: 'volume pressed', step: role === 'volume-up' ? 1 : -1, atMs });
        return;
    }
  }

  #frame(frame: Frame): void {
    const { activity } = this.#state;
    const flat = this.#flatLine.push(frame, activity.doing === 'listening' && !activity.gated);
    if (flat !== undefined)
      this.#device('microphone', flat ? 'microphone-stalled' : 'working', flat ? NO_SOUND : '');
    this.#turns.frame(frame);
  }

  #microphoneState(state: MicrophoneState): void {
    this.#sign('microphone', state);
    if (state.kind === 'working') {
      if (state.detail !== undefined)
        this.#ports.log.info({ device: 'microphone', detail: state.detail }, 'works, but');
      this.#device('microphone', 'working', '');
    } else this.#device('microphone', MICROPHONE_FAULTS[state.trouble], state.detail);
  }

  #loudspeakerState(state: LoudspeakerState): void {
    this.#sign('loudspeaker', state);
    if (state.kind === 'working') this.#device('loudspeaker', 'working', '');
    else this.#device('loudspeaker', LOUDSPEAKER_FAULTS[state.trouble], state.detail);
  }

  #sign(device: 'microphone' | 'loudspeaker', state: MicrophoneState | LoudspeakerState): void {
    const is = state.kind === 'working' ? 'works' : state.trouble === 'stalled' ? 'hangs' : 'away';
    this.#vitals = afterSign(this.#vitals, device, is, this.#now());
  }

  #device(device: 'microphone' | 'loudspeaker' | 'panel', is: 'working' | FaultCode, detail: string): void {
    if (this.#state.devices[device] !== is) {
      if (is === 'working') this.#ports.log.info({ device }, 'works');
      else {
        this.#ports.log.warn({ device, ...this.#facts(is), detail }, FAULTS[is].title);
      }
    }
    this.#happens({ event: 'device', device, is, atMs: this.#now() });
  }

  #money(state: BudgetState): void {
    if (state.is !== this.#state.money.is) {
      if (state.is === 'within') this.#ports.log.info('the money is within its budgets');
      else {
        const { which, endsAt } = state;
        const dollars = { spent: state.spent / 1e6, budget: state.budget / 1e6 };
        this.#ports.log.warn({ budget: state.is, which, dollars, endsAt }, 'a budget is nearly or all spent');
      }
    }
    this.#happens({ event: 'money', money: { is: state.is }, atMs: this.#now() });
  }

  /** Told once for each fault of a turn: a turn may be tried many times for the same. */
  #delayed(turn: number, { code, detail, entry }: Fault): void {
    const line = { turn, fault: code, id: entry.id, detail };
    const known = `${turn} ${code}`;
    if (this.#lastDelay === known) this.#ports.log.debug(line, 'the turn is tried again');
    else this.#ports.log.warn(line, 'the turn is tried again');
    this.#lastDelay = known;
  }

  /** Something is wrong with what the kiosk runs on, or no longer is. */
  condition(fault: FaultCode, on: boolean, detail: string): void {
    if (this.#state.conditions.includes(fault) === on) return;
    if (on) this.#ports.log.warn({ ...this.#facts(fault), detail }, FAULTS[fault].title);
    else this.#ports.log.info({ fault, id: FAULTS[fault].id }, 'is over');
    this.#happens({ event: 'condition', fault, on, atMs: this.#now() });
  }

  /** An idle desk has no connection that could be lost; so it looks now and then, and knows before the guest comes. */
  #checkReachLater(): void {
    const { clock } = this.#ports;
    const everyMs = this.#options.reachCheckMs;
    if (everyMs === 0) return;
    this.#stopReachCheck = clock.after(everyMs, () => {
      this.#checkReachLater();
      if (this.#state.activity.doing === 'nothing') this.#engines.check();
    });
  }

  #now(): number {
    return this.#ports.clock.now();
  }

  /** What the log says of a fault. The title stays English, to be searched for; the hint is for who stands there. */
  #facts(fault: FaultCode) {
    const { hint } = wordingOf(fault, this.#state.speakers.host);
    return { fault, id: FAULTS[fault].id, hint };
  }

  #prepare(): void {
    this.#unprepared = false;
    if (this.#state.stopping) return;
    const { engine } = routeAhead(this.#state);
    if (engine !== undefined) this.#engines.prepare(engine);
  }

  #checkQuiet(): void {
    const on = this.#options.quiet(wallDate(this.#ports.clock));
    this.#stopQuietCheck = this.#ports.clock.after(QUIET_CHECK_MS, () => this.#checkQuiet());
    if (on !== this.#state.quiet) this.#happens({ event: 'quiet', on, atMs: this.#now() });
  }

  #show(): void {
    this.#ports.panel.show(lights(this.#state, this.#options.languageLeds));
  }

  /** Wakes the mind when it wants to be woken. */
  #arm(): void {
    this.#stopDeadline();
    const deadlineMs = nextDeadlineMs(this.#state);
    if (deadlineMs === undefined || this.#stopped) return;
    // Not a moment early: a tick before its deadline would only ask for the next one.
    const waitMs = Math.max(1, Math.ceil(deadlineMs - this.#now()));
    this.#stopDeadline = this.#ports.clock.after(waitMs, () =>
      this.#happens({ event: 'tick', atMs: this.#now() }),
    );
  }

  /** Faults that nobody else tells: those that the mind finds by itself. */
  #tellFaults(before: KioskState, after: KioskState): void {
    const stuck = (state: KioskState) =>
      faultsOf(state).includes('button-stuck') && !state.conditions.includes('button-stuck');
    if (stuck(after) && !stuck(before)) {
      this.#ports.log.warn(this.#facts('button-stuck'), FAULTS['button-stuck'].title);
    }
  }
}
