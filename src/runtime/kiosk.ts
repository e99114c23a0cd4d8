import type { Logger } from 'pino';
import type { LoudspeakerState, LoudspeakerTrouble } from '../audio/loudspeaker/loudspeaker.ts';
import type { MicrophoneState, MicrophoneTrouble } from '../audio/microphone/microphone.ts';
import type { Availability } from '../interpreters/interpreter.ts';
import type { Effect, KioskEvent } from '../kiosk/events.ts';
import { FAULTS, type FaultCode } from '../kiosk/faults.ts';
import { lights } from '../kiosk/lights.ts';
import { retryDelayMs } from '../kiosk/retry.ts';
import { faultsOf, initialState, type KioskState, type Settings } from '../kiosk/state.ts';
import { nextDeadlineMs, transition } from '../kiosk/transition.ts';
import type { ButtonRole, Panel } from '../panel/panel.ts';
import type { Budget } from '../turn/marks.ts';
import { turnLog } from './turn-log.ts';
import { type TurnPorts, Turns } from './turns.ts';

export interface KioskPorts extends TurnPorts {
  readonly panel: Panel;
  readonly log: Logger;
}

export interface KioskOptions {
  readonly mind: Settings;
  readonly tailMs: number;
  readonly preRollMs: number;
  readonly budget: Budget;
  /** Languages with an LED of their own. */
  readonly languageLeds: readonly string[];
  /** Whether it is a quiet hour now. */
  readonly quiet: (now: Date) => boolean;
}

const MICROPHONE_FAULTS: Readonly<Record<MicrophoneTrouble, FaultCode>> = {
  missing: 'microphone-missing',
  busy: 'microphone-busy',
  stalled: 'microphone-stalled',
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

/** Carries what happens to the mind and what the mind wants to the ports. It decides nothing. */
export class Kiosk {
  readonly #ports: KioskPorts;
  readonly #options: KioskOptions;
  readonly #turns: Turns;
  #state: KioskState;
  #deadline: NodeJS.Timeout | undefined;
  #quietCheck: NodeJS.Timeout | undefined;
  #serviceRetry: NodeJS.Timeout | undefined;
  #serviceFailures = 0;
  #stopped = false;

  constructor(ports: KioskPorts, options: KioskOptions) {
    this.#ports = ports;
    this.#options = options;
    this.#state = initialState(options.mind, performance.now());
    this.#turns = new Turns(
      ports,
      options,
      (event) => this.#happens(event),
      (error) => ports.log.error({ err: error }, 'a bug: the turn could not be carried out'),
    );
  }

  get state(): KioskState {
    return this.#state;
  }

  /** Starts whatever can be started; what can't is shown, told in the log and tried again. */
  start(): void {
    const { panel, microphone, loudspeaker, interpreter } = this.#ports;
    this.#show();
    panel.start({
      button: (role, down, atMs) => this.#button(role, down, atMs),
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
      frame: (frame) => this.#turns.frame(frame),
      state: (state) => this.#microphoneState(state),
    });
    interpreter.watch((availability) => this.#service(availability));
    this.#prepare();
    this.#checkQuiet();
    this.#quietCheck = setInterval(() => this.#checkQuiet(), QUIET_CHECK_MS);
  }

  /** Ends the turn that goes on, and everything that was started. */
  async stop(): Promise<void> {
    this.#happens({ event: 'stop', atMs: performance.now() });
    this.#stopped = true;
    clearTimeout(this.#deadline);
    clearInterval(this.#quietCheck);
    clearTimeout(this.#serviceRetry);
    const { panel, microphone, loudspeaker, interpreter, log } = this.#ports;
    const ends = await Promise.allSettled([
      panel.stop(),
      microphone.stop(),
      loudspeaker.stop(),
      interpreter.stop(),
    ]);
    for (const end of ends)
      if (end.status === 'rejected') log.error({ err: end.reason }, 'a part did not stop cleanly');
  }

  #happens(event: KioskEvent): void {
    if (this.#stopped) return;
    const before = this.#state;
    const { state, effects } = transition(before, event);
    this.#state = state;
    this.#tellFaults(before, state);
    for (const effect of effects) this.#do(effect);
    this.#show();
    this.#arm();
  }

  /** One effect, one port. */
  #do(effect: Effect): void {
    const { loudspeaker } = this.#ports;
    switch (effect.effect) {
      case 'begin turn':
        this.#turns.begin(effect.turn, effect.pressedAtMs, {
          host: this.#state.settings.host,
          guest: effect.guest,
        });
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
        this.#turns.prompt(effect.prompt, effect.languages);
        return;
      case 'repeat':
        this.#turns.repeat();
        return;
      case 'set volume':
        loudspeaker.setVolume(effect.percent);
        return;
      case 'forget guest':
        this.#turns.forget();
        return;
    }
  }

  #report({ turn, outcome, fault }: Extract<Effect, { effect: 'report turn' }>): void {
    const line = turnLog(turn, outcome, fault, this.#turns.record(turn), this.#options.budget);
    if (outcome === 'failed') this.#ports.log.warn(line, 'turn');
    else this.#ports.log.info(line, 'turn');
    // The next session is opened while people listen and talk. After a failure the retry rule decides.
    if (outcome !== 'failed') this.#prepare();
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
        if (down) this.#happens({ event: 'language pressed', atMs });
        return;
      case 'volume-up':
      case 'volume-down':
        if (down) this.#happens({ event: 'volume pressed', step: role === 'volume-up' ? 1 : -1, atMs });
        return;
    }
  }

  #microphoneState(state: MicrophoneState): void {
    if (state.kind === 'working') this.#device('microphone', 'working', '');
    else this.#device('microphone', MICROPHONE_FAULTS[state.trouble], state.detail);
  }

  #loudspeakerState(state: LoudspeakerState): void {
    if (state.kind === 'working') this.#device('loudspeaker', 'working', '');
    else this.#device('loudspeaker', LOUDSPEAKER_FAULTS[state.trouble], state.detail);
  }

  #device(device: 'microphone' | 'loudspeaker' | 'panel', is: 'working' | FaultCode, detail: string): void {
    if (this.#state.devices[device] !== is) {
      if (is === 'working') this.#ports.log.info({ device }, 'works');
      else this.#ports.log.warn({ device, fault: is, detail, hint: FAULTS[is].hint }, FAULTS[is].title);
    }
    this.#happens({ event: 'device', device, is, atMs: performance.now() });
  }

  #service(availability: Availability): void {
    const atMs = performance.now();
    if (this.#stopped) return;
    if (availability.is !== 'unreachable') {
      if (availability.is === 'ready') this.#serviceFailures = 0;
      // Trying again in the background is no news until it succeeds.
      if (availability.is === 'connecting' && this.#state.service.is === 'unreachable') return;
      this.#happens({ event: 'service', service: availability, atMs });
      return;
    }
    const { fault } = availability;
    this.#serviceFailures += 1;
    const waitMs = retryDelayMs(fault.entry.retry, this.#serviceFailures, Math.random());
    const known = this.#state.service.is === 'unreachable' && this.#state.service.fault === fault.code;
    const { code, detail, entry } = fault;
    const line = { fault: code, detail, hint: entry.hint, retryInMs: Math.round(waitMs) };
    if (known) this.#ports.log.debug(line, fault.entry.title);
    else this.#ports.log.warn(line, fault.entry.title);
    this.#happens({ event: 'service', service: { is: 'unreachable', fault: fault.code }, atMs });
    clearTimeout(this.#serviceRetry);
    this.#serviceRetry = setTimeout(() => this.#prepare(), waitMs);
  }

  #prepare(): void {
    if (this.#state.stopping) return;
    const { settings, guest } = this.#state;
    this.#ports.interpreter.prepare({ host: settings.host, guest: guest?.code ?? settings.guestDefault });
  }

  #checkQuiet(): void {
    const on = this.#options.quiet(new Date());
    if (on !== this.#state.quiet) this.#happens({ event: 'quiet', on, atMs: performance.now() });
  }

  #show(): void {
    this.#ports.panel.show(lights(this.#state, this.#options.languageLeds));
  }

  /** Wakes the mind when it wants to be woken. */
  #arm(): void {
    clearTimeout(this.#deadline);
    const deadlineMs = nextDeadlineMs(this.#state);
    if (deadlineMs === undefined || this.#stopped) return;
    const waitMs = Math.max(1, Math.ceil(deadlineMs - performance.now()));
    this.#deadline = setTimeout(() => this.#happens({ event: 'tick', atMs: performance.now() }), waitMs);
  }

  /** Faults that nobody else tells: those that the mind finds by itself. */
  #tellFaults(before: KioskState, after: KioskState): void {
    const stuck = (state: KioskState) => faultsOf(state).includes('button-stuck');
    if (stuck(after) && !stuck(before))
      this.#ports.log.warn({ fault: 'button-stuck' }, FAULTS['button-stuck'].title);
  }
}
