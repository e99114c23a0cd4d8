import type { CueName } from '../../src/audio/cues.ts';
import type {
  Loudspeaker,
  LoudspeakerListener,
  LoudspeakerTrouble,
  Playback,
} from '../../src/audio/loudspeaker/loudspeaker.ts';
import type { Output, OutputListener, Player } from '../../src/audio/loudspeaker/player.ts';
import type {
  Microphone,
  MicrophoneListener,
  MicrophoneTrouble,
} from '../../src/audio/microphone/microphone.ts';
import type { FaultCode } from '../../src/kiosk/faults.ts';
import type { Led } from '../../src/kiosk/lights.ts';
import type { Look } from '../../src/kiosk/looks.ts';
import type { ButtonRole, Panel, PanelListener } from '../../src/panel/panel.ts';
import type { Health, HealthListener } from '../../src/system/health.ts';
import type { Clock } from '../../src/time.ts';

/** The devices of a fast desk: each works until a test says otherwise. */

/** The quietest sample that counts as sound: cues and tones are far above it. */
const AUDIBLE = 300;
const DEVICE_SAMPLES_PER_MS = 48;

/** A device that plays by the clock, in memory, and can be lost. */
export class ShakyPlayer implements Player {
  readonly latencyMs = 0;
  readonly #clock: Clock;
  /** Sound that came out of it since the beginning, in milliseconds. */
  audibleMs = 0;
  #away: LoudspeakerTrouble | undefined;
  #output: OutputListener | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  open(listener: OutputListener): Output {
    this.#output = listener;
    const cancel = this.#clock.after(0, () => {
      if (this.#away === undefined) listener.ready();
      else this.#lose(this.#away);
    });
    return {
      pid: undefined,
      waitingMs: 0,
      write: (samples) => this.#hear(samples),
      end: async () => {
        cancel();
        if (this.#output === listener) this.#output = undefined;
      },
    };
  }

  async stop(): Promise<void> {}

  /** It ends, and the next one that is opened works. */
  die(): void {
    this.#lose('died');
  }

  /** It is away until it is back. */
  leave(trouble: LoudspeakerTrouble): void {
    this.#away = trouble;
    this.#lose(trouble);
  }

  comeBack(): void {
    this.#away = undefined;
  }

  #lose(trouble: LoudspeakerTrouble): void {
    const output = this.#output;
    this.#output = undefined;
    output?.failed(trouble, 'made by the test');
  }

  #hear(samples: Int16Array): void {
    let audible = 0;
    for (const sample of samples) if (Math.abs(sample) > AUDIBLE) audible++;
    // A tone is below the threshold for a little of each of its periods.
    this.audibleMs += audible / DEVICE_SAMPLES_PER_MS;
  }
}

/** A microphone that can be in trouble: nothing is heard then. */
export class ShakyMicrophone implements Microphone {
  readonly #microphone: Microphone;
  #listener: MicrophoneListener | undefined;
  #troubled = false;

  constructor(microphone: Microphone) {
    this.#microphone = microphone;
  }

  start(listener: MicrophoneListener): void {
    this.#listener = listener;
    this.#microphone.start({
      frame: (frame) => {
        if (!this.#troubled) listener.frame(frame);
      },
      state: (state) => listener.state(state),
    });
  }

  open(): void {
    this.#microphone.open();
  }

  close(): void {
    this.#microphone.close();
  }

  stop(): Promise<void> {
    return this.#microphone.stop();
  }

  fail(trouble: MicrophoneTrouble): void {
    this.#troubled = true;
    this.#listener?.state({ kind: 'trouble', trouble, detail: 'made by the test', retryInMs: 500 });
  }

  comeBack(): void {
    this.#troubled = false;
    this.#listener?.state({ kind: 'working' });
  }
}

/** Something that was to be heard at the desk, or that ended it. */
export type Sound =
  | { readonly sound: 'translation' | 'repeat' | 'heard to the end' | 'lost' | 'silence' }
  | { readonly sound: 'cue'; readonly cue: CueName }
  | { readonly sound: 'prompt'; readonly prompt: string };

/** Passes everything on, and tells what is asked of the loudspeaker. */
export class OverheardLoudspeaker implements Loudspeaker {
  readonly #loudspeaker: Loudspeaker;
  readonly #tell: (sound: Sound) => void;
  readonly #what: () => Sound;
  #sounding = false;

  /** @param what the next playback is */
  constructor(loudspeaker: Loudspeaker, what: () => Sound, tell: (sound: Sound) => void) {
    this.#loudspeaker = loudspeaker;
    this.#what = what;
    this.#tell = tell;
  }

  get figures() {
    return this.#loudspeaker.figures;
  }

  start(listener: LoudspeakerListener): void {
    const over = (sound: 'heard to the end' | 'lost') => {
      this.#sounding = false;
      this.#tell({ sound });
    };
    this.#loudspeaker.start({
      playing: (...facts) => listener.playing(...facts),
      drained: (...facts) => {
        over('heard to the end');
        listener.drained(...facts);
      },
      gap: (...facts) => listener.gap(...facts),
      lost: (...facts) => {
        over('lost');
        listener.lost(...facts);
      },
      interval: (...facts) => listener.interval(...facts),
      state: (state) => listener.state(state),
    });
  }

  begin(): Playback {
    this.#tell(this.#what());
    this.#sounding = true;
    return this.#loudspeaker.begin();
  }

  silence(): void {
    if (this.#sounding) this.#tell({ sound: 'silence' });
    this.#sounding = false;
    this.#loudspeaker.silence();
  }

  cue(name: CueName): void {
    this.#tell({ sound: 'cue', cue: name });
    this.#loudspeaker.cue(name);
  }

  setVolume(percent: number): void {
    this.#loudspeaker.setVolume(percent);
  }

  stop(): Promise<void> {
    return this.#loudspeaker.stop();
  }
}

export type Looks = Readonly<Record<Led, Look>>;

/** Buttons pressed by program, lights that are told. */
export class FakePanel implements Panel {
  readonly #clock: Clock;
  readonly #tell: (looks: Looks) => void;
  #listener: PanelListener | undefined;
  #shown = '';

  /** @param tell gets every change */
  constructor(clock: Clock, tell: (looks: Looks) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  start(listener: PanelListener): void {
    this.#listener = listener;
    listener.state(true, '');
  }

  show(looks: Looks): void {
    const shown = JSON.stringify(looks);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#tell(looks);
  }

  async stop(): Promise<void> {
    this.#listener = undefined;
  }

  press(role: ButtonRole): void {
    this.#listener?.button(role, true, this.#clock.now());
  }

  release(role: ButtonRole): void {
    this.#listener?.button(role, false, this.#clock.now());
  }
}

/** The machine, in the health that a test gives it. */
export class FakeHealth implements Health {
  #listener: HealthListener | undefined;

  start(listener: HealthListener): void {
    this.#listener = listener;
  }

  stop(): void {
    this.#listener = undefined;
  }

  condition(fault: FaultCode, on: boolean): void {
    this.#listener?.condition(fault, on, 'made by the test');
  }

  clockStepped(byMs: number): void {
    this.#listener?.clockStepped(byMs);
  }
}
