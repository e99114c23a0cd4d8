import type { DaemonStatus } from '../../src/control/port.ts';
import type { TurnLog } from '../../src/daemon/turn-log.ts';
import type { StandinEvent } from '../../src/standin/record.ts';
import type { Logged, LogLine } from '../rig/counter.ts';
import { logLine } from '../rig/counter.ts';
import type { LedChange } from '../rig/desk.ts';
import { ANYTHING } from './history.ts';
import { type Heard, heardIn, WINDOW_MS } from './sounds.ts';

/** A broken promise. */
export interface Violation {
  readonly invariant: string;
  readonly what: string;
  readonly atMs: number;
}

/** What the watch sees of the desk. */
export interface Seen {
  now(): number;
  /** Undefined while no daemon runs. */
  status(): DaemonStatus | undefined;
  led(name: string): boolean;
  /** How many recorders run. */
  recorders(): number;
}

/** A press that begins a turn. */
interface Press {
  readonly right: readonly string[];
  readonly atMs: number;
  releasedMs: number | undefined;
}

interface Spoken {
  readonly sentence: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** An utterance fails 15 s after its release (turn.deliver_within_s); this includes everything that follows. */
const LATEST_MS = 20_000;
/** By then a turn that waits longer than kiosk.reassure_after_ms, 2 s, has been announced. */
const REASSURED_MS = 3200;
/** A press is held to its limit, 60 s, and then its turn is delivered; an utterance of the gate may be as long. */
const LONGEST_LISTENING_MS = 66_000;
/** A light shows its look within one period of it. */
const SHOWN_MS = 4500;
/** How much of a translation of 600 ms or more has to be heard. */
const HEARD_MS = 480;
/** Anything shorter is the edge of a sound. */
const CERTAIN_MS = 60;
/** Sound from before a press may belong to its turn: the pre-roll and what arrives late. */
const BEFORE_PRESS_MS = 700;
/** How long after the switch a recorder may still run. */
const MUTED_MS = 500;
const SPOKEN_KEPT = 40;
const TEXTS_KEPT = 200;

/** The mark of a sentence in the texts of its interpretation, and nowhere else. */
export const tokenOf = (sentence: number) => `wq${sentence}x`;
const TOKEN = /wq(\d+)x/g;

/**
 * Watches a desk: what is logged, shown, heard and sent, as it happens. Reports what contradicts the promises, or
 * each other.
 */
export class Watch {
  readonly #desk: Seen;
  readonly #report: (violation: Violation) => void;
  /** Of the daemon that runs. */
  #latestReported = 0;
  #latestBegun = 0;
  readonly #begun = new Map<number, number>();
  #presses: Press[] = [];
  #ended: TurnLog[] = [];
  #spoken: Spoken[] = [];
  #mutedSinceMs: number | undefined;
  /** Texts that were spoken while the microphone was off from their beginning on. */
  readonly #mutedTexts = new Map<number, number>();
  #guest = 0;
  #wasVacant = true;
  /** The guest of each spoken text. */
  readonly #guestOfText = new Map<number, number>();
  /**
   * Answers that may be repeated: that of the latest translated turn, and those that were cut off after it. Whether
   * such an answer was complete is not visible here.
   */
  #repeatable: readonly { readonly guest: number; readonly sentences: readonly number[] }[] = [];
  #heardMs = new Map<string, number>();
  #run: { heard: Heard; ms: number } = { heard: 'silence', ms: 0 };
  #activity = 'nothing';
  #activitySinceMs = 0;
  #soundMs = Number.NEGATIVE_INFINITY;
  #loudspeakerSinceMs: number | undefined;
  #faultsSinceMs: number | undefined;
  #wellSinceMs: number | undefined;
  #unreachableSinceMs: number | undefined;
  #litSinceMs = new Map<string, number>();
  #troubleLitMs = Number.NEGATIVE_INFINITY;
  /** The loudspeaker or the daemon is disturbed: less may be heard than was sent. */
  disturbed = false;
  /** The quiet of the night or a missing panel hides lights. */
  lightsCount = true;
  turns = 0;
  readonly outcomes = new Map<string, number>();
  latestOutcomeMs = 0;

  constructor(desk: Seen, report: (violation: Violation) => void) {
    this.#desk = desk;
    this.#report = report;
  }

  get latestReported(): number {
    return this.#latestReported;
  }

  /** Whether a press has not had its outcome. */
  get awaits(): boolean {
    const exact = !this.#presses.some(({ right }) => right.includes(ANYTHING));
    return exact && this.#ended.length < this.#presses.length;
  }

  violated(invariant: string, what: string): void {
    this.#report({ invariant, what, atMs: this.#desk.now() });
  }

  // ---- Events

  logged({ text }: Logged): LogLine | undefined {
    if (TOKEN.test(text)) this.violated('nothing said is logged', text);
    TOKEN.lastIndex = 0;
    const line = logLine(text);
    if (line === undefined) {
      this.violated('the log is JSON', text);
      return undefined;
    }
    if (line.level >= 50)
      this.violated('no error of the device itself', `${line.msg}: ${text.slice(0, 1000)}`);
    this.look();
    if (line.msg === 'turn') this.#turnEnded(line as unknown as TurnLog);
    return line;
  }

  led({ name, lit }: LedChange): void {
    if (name === undefined) return;
    const nowMs = this.#desk.now();
    if (lit) this.#litSinceMs.set(name, nowMs);
    else this.#litSinceMs.delete(name);
    if (name === 'trouble') this.#troubleLitMs = nowMs;
    this.look();
  }

  /** @returns what is heard at the end of it */
  sound(samples: Int16Array): Heard {
    let latest: Heard = 'silence';
    for (const heard of heardIn(samples)) latest = this.#sound(heard, WINDOW_MS);
    return latest;
  }

  #sound(heard: Heard, ms: number): Heard {
    if (heard === 'silence') return heard;
    this.#soundMs = this.#desk.now();
    this.#run = this.#run.heard === heard ? { heard, ms: this.#run.ms + ms } : { heard, ms };
    if (heard === 'other') return heard;
    const status = this.look();
    if (status === undefined) return heard;
    const repeated = status.activity === 'repeating';
    const turn = status.turn ?? this.#latestBegun;
    const right = repeated ? this.#repeatable.flatMap(({ sentences }) => sentences) : this.#sentencesOf(turn);
    if (!right.includes(heard)) {
      if (this.#run.ms >= CERTAIN_MS) {
        const where = repeated ? 'the repetition' : `turn ${turn}`;
        this.violated(
          'nothing of one turn in another',
          `${where} let the answer to sentence ${heard} be heard, not to ${right.join(', ')}`,
        );
      }
      return heard;
    }
    if (repeated) {
      const own = this.#repeatable.some(
        ({ guest, sentences }) => guest === this.#guest && sentences.includes(heard),
      );
      if (!own && this.#run.ms >= CERTAIN_MS)
        this.violated('nothing crosses a guest boundary', `an earlier guest's answer ${heard} was repeated`);
      return heard;
    }
    const key = `${turn}`;
    this.#heardMs.set(key, (this.#heardMs.get(key) ?? 0) + ms);
    return heard;
  }

  standin(event: StandinEvent): void {
    if (event.type === 'trouble') this.violated('the stand-in has no trouble', event.message);
    if (event.type === 'heard') {
      const { setup, history } = event.connection;
      this.#checkTexts(event.text, setup, [setup, history]);
    }
    if (event.type === 'answered' && event.request.kind === 'hear') {
      const { text = '', body } = event.request;
      this.#checkTexts(text, Object(body).systemInstruction, body);
    }
  }

  pressed(right: readonly string[]): void {
    this.#presses.push({ right, atMs: this.#desk.now(), releasedMs: undefined });
  }

  released(): void {
    const press = this.#presses.at(-1);
    if (press !== undefined) press.releasedMs ??= this.#desk.now();
  }

  /** @param text the number of the text that is made of it */
  spoke(sentence: number, text: number, ms: number): void {
    this.look();
    this.#guestOfText.set(text, this.#guest);
    if (this.#guestOfText.size > TEXTS_KEPT)
      this.#guestOfText.delete(this.#guestOfText.keys().next().value ?? text);
    const fromMs = this.#desk.now();
    this.#spoken.push({ sentence, fromMs, toMs: fromMs + ms });
    if (this.#spoken.length > SPOKEN_KEPT) this.#spoken.shift();
    if (this.#mutedSinceMs !== undefined) this.#mutedTexts.set(text, fromMs + ms);
  }

  /** A new daemon: it counts from one again, without a guest. */
  daemonStarted(): void {
    this.#latestReported = 0;
    this.#latestBegun = 0;
    this.#begun.clear();
    this.#heardMs.clear();
    this.#guest += 1;
    this.#wasVacant = true;
    this.#repeatable = [];
    this.#presses = [];
    this.#ended = [];
    this.#activity = 'nothing';
    this.#activitySinceMs = this.#desk.now();
  }

  // ---- Invariants

  /** Checks the state: at every event, and periodically. */
  look(): DaemonStatus | undefined {
    const status = this.#desk.status();
    const nowMs = this.#desk.now();
    if (status === undefined) {
      this.#faultsSinceMs = undefined;
      this.#wellSinceMs = undefined;
      this.#unreachableSinceMs = undefined;
      return undefined;
    }
    if (status.vacant && !this.#wasVacant) this.#guest += 1;
    this.#wasVacant = status.vacant;
    const { turn } = status;
    if (turn !== undefined && turn > this.#latestBegun) {
      if (turn !== this.#latestBegun + 1)
        this.violated(
          'exactly one outcome for each turn',
          `turn ${turn} began after turn ${this.#latestBegun}`,
        );
      this.#latestBegun = turn;
      this.#begun.set(turn, nowMs);
      this.#begun.delete(turn - 5);
    }
    if (turn !== undefined && turn <= this.#latestReported)
      this.violated('exactly one outcome for each turn', `turn ${turn} continues after its outcome`);
    const activity = `${status.activity} ${turn}`;
    if (activity !== this.#activity) {
      this.#activity = activity;
      this.#activitySinceMs = nowMs;
    }
    this.#checkMute(status, nowMs);
    this.#checkWaiting(status, nowMs);
    this.#checkLights(status, nowMs);
    return status;
  }

  /** A round is over and the desk is idle. @param exact whether each press began one turn */
  roundEnds(): void {
    const presses = this.#presses;
    const ended = this.#ended;
    this.#presses = [];
    this.#ended = [];
    if (presses.some(({ right }) => right.includes(ANYTHING))) return;
    if (presses.length !== ended.length) {
      this.violated(
        'exactly one outcome for each turn',
        `${presses.length} presses, ${ended.length} outcomes`,
      );
      return;
    }
    presses.forEach(({ right }, i) => {
      const { outcome, fault } = ended[i] as TurnLog;
      const is = fault === undefined ? outcome : `${outcome}: ${fault}`;
      if (!right.includes(is))
        this.violated('the right outcome', `${is}, where ${right.join(' or ')} was due`);
    });
  }

  #turnEnded(line: TurnLog): void {
    const { turn, outcome, fault } = line;
    const nowMs = this.#desk.now();
    this.turns += 1;
    this.latestOutcomeMs = nowMs;
    const key = fault === undefined ? outcome : `${outcome}: ${fault}`;
    this.outcomes.set(key, (this.outcomes.get(key) ?? 0) + 1);
    if (turn !== this.#latestReported + 1)
      this.violated(
        'exactly one outcome for each turn',
        `turn ${turn} was reported after turn ${this.#latestReported}`,
      );
    this.#latestReported = turn;
    if (turn > this.#latestBegun) {
      this.#latestBegun = turn;
      this.#begun.set(turn, nowMs);
    }
    const press = this.#presses[this.#ended.length];
    this.#ended.push(line);
    const waitedMs = nowMs - (press?.releasedMs ?? nowMs);
    if (
      this.#presses.length > 0 &&
      press !== undefined &&
      !press.right.includes(ANYTHING) &&
      waitedMs > LATEST_MS
    )
      this.violated(
        'nobody waits longer than promised',
        `${key} came ${Math.round(waitedMs)} ms after the release`,
      );
    const heardMs = this.#heardMs.get(`${turn}`) ?? 0;
    this.#heardMs.delete(`${turn}`);
    if (outcome === 'translated') {
      if (heardMs < HEARD_MS && !this.disturbed)
        this.violated(
          'lights, sound, log and ledger agree',
          `translated, but only ${Math.round(heardMs)} ms of the answer were heard`,
        );
      this.#repeatable = [{ guest: this.#guest, sentences: this.#sentencesOf(turn) }];
    }
    if (outcome === 'cancelled' && line.receivedSeconds > 0)
      this.#repeatable = [...this.#repeatable, { guest: this.#guest, sentences: this.#sentencesOf(turn) }];
    if (outcome === 'nothing said' && heardMs >= CERTAIN_MS)
      this.violated(
        'lights, sound, log and ledger agree',
        `nothing said, but ${Math.round(heardMs)} ms of an answer were heard`,
      );
  }

  #checkMute({ muted }: DaemonStatus, nowMs: number): void {
    if (!muted) {
      // What was still being said may be heard.
      if (this.#mutedSinceMs !== undefined)
        for (const [text, untilMs] of this.#mutedTexts) if (untilMs > nowMs) this.#mutedTexts.delete(text);
      this.#mutedSinceMs = undefined;
      return;
    }
    this.#mutedSinceMs ??= nowMs;
    if (nowMs - this.#mutedSinceMs > MUTED_MS && this.#desk.recorders() > 0)
      this.violated('muted means mute', 'a recorder runs while the microphone is switched off');
  }

  #checkWaiting({ activity, devices, conversation }: DaemonStatus, nowMs: number): void {
    const sinceMs = nowMs - this.#activitySinceMs;
    if (devices.loudspeaker !== 'working') this.#loudspeakerSinceMs = undefined;
    else this.#loudspeakerSinceMs ??= nowMs;
    if (activity === 'listening' && sinceMs > LONGEST_LISTENING_MS)
      this.violated(
        'nobody waits longer than promised',
        `somebody is listened to for ${Math.round(sinceMs)} ms`,
      );
    if (activity !== 'awaiting translation') return;
    if (sinceMs > LATEST_MS)
      this.violated(
        'nobody waits longer than promised',
        `no outcome ${Math.round(sinceMs)} ms after the release`,
      );
    // Hands-free, there is no cue: somebody may still be speaking.
    if (conversation) return;
    const audible = nowMs - (this.#loudspeakerSinceMs ?? nowMs) > sinceMs && !this.disturbed;
    if (sinceMs > REASSURED_MS && audible && this.#soundMs < this.#activitySinceMs)
      this.violated(
        'nobody waits longer than promised',
        `nothing was heard ${Math.round(sinceMs)} ms after the release`,
      );
  }

  #checkLights(status: DaemonStatus, nowMs: number): void {
    if (!this.lightsCount || status.devices.panel !== 'working') {
      this.#faultsSinceMs = undefined;
      this.#wellSinceMs = undefined;
      this.#unreachableSinceMs = undefined;
      return;
    }
    const lit = (name: string) => this.#desk.led(name);
    if (lit('trouble')) this.#troubleLitMs = nowMs;
    if (status.faults.length > 0) {
      this.#faultsSinceMs ??= nowMs;
      this.#wellSinceMs = undefined;
    } else {
      this.#wellSinceMs ??= nowMs;
      this.#faultsSinceMs = undefined;
    }
    if (status.service.is === 'unreachable') this.#unreachableSinceMs ??= nowMs;
    else this.#unreachableSinceMs = undefined;
    const since = (ms: number | undefined) => (ms === undefined ? 0 : nowMs - ms);
    if (since(this.#faultsSinceMs) > SHOWN_MS && nowMs - this.#troubleLitMs > SHOWN_MS) {
      const codes = status.faults.map(({ code }) => code).join(', ');
      this.violated('lights, sound, log and ledger agree', `${codes}, and the light of trouble stays dark`);
    }
    if (since(this.#wellSinceMs) > SHOWN_MS && lit('trouble'))
      this.violated('lights, sound, log and ledger agree', 'all is well, and the light of trouble is lit');
    const shown = since(this.#litSinceMs.get('connection'));
    if (since(this.#unreachableSinceMs) > SHOWN_MS && lit('connection') && shown > SHOWN_MS)
      this.violated('lights, sound, log and ledger agree', 'no service can be reached, and its light is lit');
    const idle = status.activity === 'nothing' && nowMs - this.#activitySinceMs > SHOWN_MS;
    if (idle && nowMs - this.latestOutcomeMs > SHOWN_MS && lit('talk'))
      this.violated('lights, sound, log and ledger agree', 'the desk is idle, and the talk light is lit');
  }

  /**
   * The earlier turns of a session or a request belong to the guest whose sentence it hears, and none of them is part of
   * its instruction.
   * @param given everything that it was given
   */
  #checkTexts(heard: string, instruction: unknown, given: unknown): void {
    const [instructed] = (JSON.stringify(instruction) ?? '').match(TOKEN) ?? [];
    if (instructed !== undefined)
      this.violated('nothing said is an instruction', `an instruction holds ${instructed}`);
    const [, spoken] = heard.match(/wq(\d+)x/) ?? [];
    if (spoken === undefined) return;
    if (this.#mutedTexts.has(Number(spoken)))
      this.violated('muted means mute', `text ${spoken} was spoken while the microphone was switched off`);
    const guest = this.#guestOfText.get(Number(spoken));
    for (const [, text] of JSON.stringify(given).matchAll(TOKEN)) {
      if (this.#guestOfText.get(Number(text)) !== guest)
        this.violated(
          'nothing crosses a guest boundary',
          `what hears text ${spoken} was given text ${text} of an earlier guest`,
        );
    }
  }

  #sentencesOf(turn: number): number[] {
    const begunMs = this.#begun.get(turn) ?? Number.POSITIVE_INFINITY;
    const overMs = this.#begun.get(turn + 1) ?? Number.POSITIVE_INFINITY;
    return this.#spoken
      .filter(({ fromMs, toMs }) => toMs >= begunMs - BEFORE_PRESS_MS && fromMs <= overMs)
      .map(({ sentence }) => sentence);
  }
}
