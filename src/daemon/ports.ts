import type { Logger } from 'pino';
import { CARD_PLACES, type CardPlaces } from '../audio/alsa/cards.ts';
import { setLevel } from '../audio/alsa/volume.ts';
import { AplayPlayer } from '../audio/loudspeaker/aplay.ts';
import type { Player } from '../audio/loudspeaker/player.ts';
import { SpeakerPlayer } from '../audio/loudspeaker/speaker.ts';
import { type StartRecorder, startArecord } from '../audio/microphone/recorder.ts';
import { type Files, REAL_FILES } from '../base/files.ts';
import { type Clock, REAL_TIME } from '../base/time.ts';
import type { ControlPort } from '../control/port.ts';
import { ControlServer } from '../control/server.ts';
import { type Network, SYSTEM_NETWORK } from '../interpreters/network/network.ts';
import { loadSileroDetector, type SpeechDetector } from '../line/detector.ts';
import type { OpenLines } from '../panel/lines.ts';
import { type GpioDoor, linesThrough } from '../panel/open-lines.ts';
import type { Book } from '../phrasebook/book/book.ts';
import { PhrasebookWorker } from '../phrasebook/phrasebook-worker.ts';
import { HEALTH_PLACES, type HealthPlaces, THIS_MACHINE } from '../system/health.ts';
import { openLog } from '../system/log.ts';
import { type Notify, openNotify } from '../system/notify.ts';
import { SWAP_PLACES, type SwapPlaces } from '../system/swap.ts';
import { releaseTime } from '../system/wall-clock.ts';

/** Something that serves commands from outside. */
export interface ControlDoor {
  /** @throws DaemonRuns when another daemon has it; Error when it can't be opened */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Everything outside of the program that a daemon works with: the real world, or a simulated one. */
export interface DaemonPorts {
  readonly clock: Clock;
  /** When this release was made, by the wall clock, in milliseconds: an earlier time is certainly wrong. */
  readonly releasedAtMs: () => number;
  readonly network: Network;
  readonly files: Files;
  /** Of the process: the key may be in it, or where it is. */
  readonly environment: NodeJS.ProcessEnv;
  readonly cards: CardPlaces;
  readonly setLevel: typeof setLevel;
  readonly startRecorder: StartRecorder;
  readonly player: (driver: 'speaker' | 'aplay') => Player;
  readonly lines: (door: GpioDoor) => OpenLines;
  readonly loadDetector: () => Promise<SpeechDetector>;
  /** Recognises and speaks the phrases of a book. @param hungAfterMs without an answer for this long it counts as hung */
  readonly phrasebookWorker: (book: Book, hungAfterMs: number) => PhrasebookWorker;
  readonly healthPlaces: HealthPlaces;
  readonly swapPlaces: SwapPlaces;
  /** The addresses of the machine that can be used now, as one text. */
  readonly addresses: () => string;
  /** @param level of pino; @param screenTaken the terminal's lights have standard output for themselves */
  readonly log: (level: string, screenTaken: boolean) => Logger;
  /** The service manager. @param trouble called with the reason when it can't be notified */
  readonly notify: (trouble: (error: Error) => void) => Promise<Notify>;
  /**
   * Where commands come in.
   * @param socket its path
   * @param port answers commands, as soon as it resolves
   * @param bug called with what should not happen
   */
  readonly control: (
    socket: string,
    port: Promise<ControlPort>,
    bug: (error: unknown) => void,
  ) => ControlDoor;
  /**
   * Errors that nobody caught.
   * @param rejected a promise was rejected; the daemon continues
   * @param uncaught the daemon is to end, for it may be in any state
   */
  readonly watchForBugs: (
    rejected: (reason: unknown) => void,
    uncaught: (error: Error) => Promise<void>,
  ) => void;
}

/** The machine on which this process runs. */
export const REAL_PORTS: DaemonPorts = {
  clock: REAL_TIME,
  releasedAtMs: () => releaseTime(),
  network: SYSTEM_NETWORK,
  files: REAL_FILES,
  environment: process.env,
  cards: CARD_PLACES,
  setLevel,
  startRecorder: startArecord,
  player: (driver) => (driver === 'aplay' ? new AplayPlayer(REAL_TIME) : new SpeakerPlayer(REAL_TIME)),
  lines: (door) => linesThrough(door, REAL_TIME),
  loadDetector: loadSileroDetector,
  phrasebookWorker: (book, hungAfterMs) => new PhrasebookWorker({ book, hungAfterMs, clock: REAL_TIME }),
  healthPlaces: HEALTH_PLACES,
  swapPlaces: SWAP_PLACES,
  addresses: THIS_MACHINE.addresses,
  log: (level, screenTaken) => openLog(level, screenTaken ? process.stderr : process.stdout),
  notify: (trouble) => openNotify(trouble),
  control: (socket, port, bug) => new ControlServer(socket, port, bug),
  watchForBugs: (rejected, uncaught) => {
    process.on('unhandledRejection', rejected);
    process.on('uncaughtException', (error) => {
      void uncaught(error).finally(() => process.exit(1));
    });
  },
};
