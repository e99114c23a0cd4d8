import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { within } from '../../../src/base/time.ts';
import type { ControlPort } from '../../../src/control/port.ts';
import { replyTo } from '../../../src/control/routes.ts';
import type { DaemonPorts } from '../../../src/daemon/ports.ts';
import type { TurnLog } from '../../../src/daemon/turn-log.ts';
import { daemon } from '../../../src/main.ts';
import { phrasebookAnswerer } from '../../../src/standin/main.ts';
import type { Standin } from '../../../src/standin/server/server.ts';
import { dragomanInProcess } from '../command.ts';
import { ConnectProxy } from '../connect-proxy.ts';
import {
  BUTTON_LINES,
  type ControlAnswer,
  type Counter,
  type CounterOptions,
  certificateOf,
  configurationOf,
  LED_LINES,
  type Logged,
  type LogLine,
  logLine,
  NOT_SECURE,
  sayAt,
  untilReady,
} from '../counter.ts';
import type { Desk } from '../desk.ts';
import { DEFAULT_WAIT_MS } from '../event-log.ts';
import { KEY } from '../live.ts';
import { scriptedAnswerer } from '../standin.ts';
import { VirtualCards } from './cards.ts';
import { VirtualClock, type VirtualClockOptions } from './clock.ts';
import { detectorOn } from './detector.ts';
import { eventsOn } from './events.ts';
import { VirtualFiles } from './files.ts';
import { Life } from './life.ts';
import { VirtualGpio } from './lines.ts';
import { VirtualNetwork } from './network.ts';
import { VirtualPhrasebook } from './phrasebook.ts';
import { VirtualLoudspeaker } from './player.ts';
import { VirtualMicrophone } from './recorder.ts';
import { Room } from './room.ts';
import { SERVICE_NAME, virtualService } from './service.ts';

export interface VirtualCounterOptions extends CounterOptions {
  /** Of the clock: the same seed, and the same people, give the same log. */
  readonly seed?: number;
  readonly clock?: VirtualClockOptions;
  /** Sound of the loudspeaker that is older may be dropped, in milliseconds; all is kept by default. */
  readonly keepMs?: number;
  /** The service manager ends a daemon that has not reported for this long, in milliseconds; never by default. */
  readonly watchdogMs?: number;
  /** Is given every line of the log, in place of `logged()`, which then stays empty: for thousands of turns. */
  readonly witness?: (line: Logged) => void;
  /** Stands between the daemon and the world: for tests that plant a bug. */
  readonly between?: (ports: DaemonPorts) => DaemonPorts;
  /** What is done to the world before the daemon starts. */
  readonly prepare?: (world: Pick<VirtualCounter, 'clock' | 'network' | 'desk' | 'cards'>) => void;
}

export interface VirtualDesk extends Desk {
  readonly gpio: VirtualGpio;
  readonly microphone: VirtualMicrophone;
  readonly loudspeaker: VirtualLoudspeaker;
  readonly room: Room;
}

/** The counter in one process, in virtual time: everything but the devices and the wires is what ships. */
export interface VirtualCounter extends Counter {
  readonly clock: VirtualClock;
  readonly network: VirtualNetwork;
  readonly disk: VirtualFiles;
  readonly cards: VirtualCards;
  readonly desk: VirtualDesk;
  readonly standin: Standin;
  control(method: string, route: string, body?: string): ControlAnswer;
  /** What the service manager was sent. */
  readonly notified: readonly string[];
}

export async function openVirtualCounter(options: VirtualCounterOptions = {}): Promise<VirtualCounter> {
  const { midnightInMs } = options;
  const clock = new VirtualClock({
    ...options.clock,
    ...(midnightInMs === undefined ? {} : { wall: new Date(MIDNIGHT.getTime() - midnightInMs) }),
    seed: options.seed ?? 1,
  });
  const wall = () => new Date(clock.wallMs());
  const folder = mkdtempSync(path.join(tmpdir(), 'dragoman-virtual-'));
  const network = new VirtualNetwork(clock, { latencyMs: 10 });
  const service = virtualService(clock, network);
  const {
    answerer = options.listens === true ? await phrasebookAnswerer() : scriptedAnswerer(),
    ...behaviour
  } = options.standin ?? {};
  const secure = certificateOf(options);
  const at =
    secure === undefined
      ? ({ name: 'localhost', protocol: 'http' } as const)
      : ({ name: SERVICE_NAME, protocol: 'https' } as const);
  const standin = await service.standin({ ...behaviour, ...at, answerer });
  if (secure !== undefined) network.certificate(secure);
  const connectProxy =
    options.proxy === undefined ? undefined : new ConnectProxy((host) => network.reach(host), options.proxy);
  const proxyUrl = connectProxy === undefined ? undefined : network.serve('proxy.test', connectProxy.server);
  if (proxyUrl !== undefined) network.onlyThrough(proxyUrl);
  const { echoDb, noiseDbfs = -70, microphoneDelayMs, buttons, lateMs = 0 } = options.desk ?? {};
  const room = new Room(clock, {
    noiseDbfs,
    ...(echoDb === undefined ? {} : { echoDb }),
    ...(microphoneDelayMs === undefined ? {} : { captureDelayMs: microphoneDelayMs }),
    ...(options.keepMs === undefined ? {} : { keepMs: options.keepMs }),
  });
  mkdirSync(path.join(folder, 'cards'));
  const cards = new VirtualCards(path.join(folder, 'cards'));
  const isPlugged = cards.isPlugged.bind(cards);
  const microphone = new VirtualMicrophone(clock, room, { isPlugged });
  const loudspeaker = new VirtualLoudspeaker(clock, room.ear, { isPlugged });
  cards.listen(() => loudspeaker.cardsChanged());
  const gpio = new VirtualGpio(clock, {
    buttons: buttons ?? BUTTON_LINES,
    leds: { ...LED_LINES, ...options.leds },
    lateMs,
  });
  const disk = new VirtualFiles(clock);
  const newLog = () =>
    eventsOn<LogLine>(clock, 'the log', ({ msg, ...rest }) => `${msg} ${JSON.stringify(rest)}`);
  let lines = newLog();
  const logged: Logged[] = [];
  const notified: string[] = [];
  const places = {
    baseUrl: standin.url,
    proxyUrl,
    ledger: path.join(folder, 'ledger'),
    controlSocket: options.controlSocket ?? path.join(folder, 'control.sock'),
  };
  const file = path.join(folder, 'dragoman.toml');
  writeFileSync(file, configurationOf(options, places));

  let runs = Promise.withResolvers<void>();
  let commands: ControlPort | undefined;
  let life = new Life();
  const outside: DaemonPorts = {
    clock,
    releasedAtMs: () => RELEASED.getTime(),
    network,
    files: disk.files,
    environment: {
      ...(options.keyFile === undefined ? { GEMINI_API_KEY: KEY } : {}),
      ALSA_CONFIG_PATH: 'the virtual sound card',
      RUNTIME_DIRECTORY: folder,
      ...options.env,
    },
    cards: cards.places,
    setLevel: () => {},
    startRecorder: microphone.startRecorder,
    player: () => loudspeaker,
    lines: () => gpio.openLines,
    loadDetector: () => detectorOn(clock),
    phrasebookWorker: (book, hungAfterMs) => new VirtualPhrasebook(clock, { book, hungAfterMs }),
    healthPlaces: {
      temperature: path.join(folder, 'temperature'),
      throttled: path.join(folder, 'throttled'),
      sensors: path.join(folder, 'sensors'),
      disks: [],
      updateOutcome: path.join(folder, 'outcome.json'),
      // A clock that is not wrong from the start was set by the network.
      clockSet: wall() < RELEASED ? path.join(folder, 'clock-set') : file,
      lowBytes: 0,
    },
    swapPlaces: {
      swaps: path.join(folder, 'swaps'),
      ownGroup: path.join(folder, 'cgroup'),
      groups: path.join(folder, 'cgroups'),
    },
    addresses: () => (network.up ? 'eth0 198.18.0.99' : ''),
    log: (level) => {
      const mine = life;
      return pino(
        { level, base: null, timestamp: () => `,"time":"${wall().toISOString()}"` },
        {
          write: (text: string) => {
            if (mine.over) return;
            // The folder's name is another one each time.
            const written = { text: text.trimEnd().replaceAll(folder, '/desk'), atMs: clock.now() };
            if (options.witness === undefined) logged.push(written);
            else options.witness(written);
            const line = logLine(text);
            if (line === undefined) return;
            if (line.msg === 'dragoman runs') runs.resolve();
            lines.push(line);
          },
        },
      );
    },
    notify: async () => ({
      report: (...assignments) => void notified.push(...assignments),
      watchdogMs: options.watchdogMs,
    }),
    control: (socket, port) => ({
      start: async () => {
        mkdirSync(path.dirname(socket), { recursive: true });
        void port.then((answers) => {
          commands = answers;
        });
      },
      stop: async () => {
        commands = undefined;
      },
    }),
    watchForBugs: () => {}, // the test runner does
  };

  const desk: VirtualDesk = {
    gpio,
    room,
    microphone,
    loudspeaker,
    recorder: room.ear,
    now: () => clock.now(),
    passes: (untilMs) => clock.passUntil(untilMs),
    press: (button) => gpio.press(button),
    release: (button) => gpio.release(button),
    led: (name) => gpio.led(name),
    ledChanges: () => gpio.changes.all,
    nextLed: (fits, timeoutMs) => gpio.nextLed(fits, timeoutMs),
    untilLed: (name, lit, timeoutMs) => gpio.untilLed(name, lit, timeoutMs),
    speak: (sound) => room.speak(sound),
    recording: (fromMs, toMs) => room.ear.recording(fromMs, toMs),
    stop: async () => {},
  };
  await options.before?.({ desk, network, ledger: places.ledger, wall });
  options.prepare?.({ clock, network, desk, cards });
  const lastGood = options.lastGood === undefined ? undefined : path.join(folder, options.lastGood);
  let end = new AbortController();
  let ended: Promise<void> = Promise.resolve();
  let running = false;
  const startDaemon = async () => {
    if (running) throw new Error('the daemon runs already');
    runs = Promise.withResolvers();
    end = new AbortController();
    life = new Life();
    lines = newLog();
    running = true;
    const ports = life.portsOn(options.between?.(outside) ?? outside);
    ended = daemon({ config: file, lastGood, logLevel: 'debug', signal: end.signal }, ports).finally(() => {
      running = false;
    });
    // Its beginning reads files and takes no time; a configuration that can't be used ends it.
    await Promise.race([runs.promise, ended]);
  };
  await startDaemon();
  const endDaemon = async () => {
    end.abort();
    await clock.drive(ended);
  };
  let stopping: Promise<void> | undefined;
  const stop = async () => {
    if (running) await endDaemon();
    connectProxy?.stop();
    await clock.drive(standin.stop());
    // What is closing would keep the process: ws waits for it in real time.
    network.destroy();
    clock.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  const log: Counter['log'] = (fits, timeoutMs = 10_000) => lines.next(fits, timeoutMs);
  return {
    clock,
    network,
    disk,
    cards,
    desk,
    standin,
    connectProxy,
    ledger: places.ledger,
    configFile: file,
    notified,
    get running() {
      return running;
    },
    startDaemon,
    endDaemon: async () => {
      await endDaemon();
      const left = [...microphone.recorders(), ...loudspeaker.players()];
      if (left.length > 0) throw new Error(`the daemon left processes behind: ${left.join(', ')}`);
    },
    daemonEnds: async (timeoutMs = DEFAULT_WAIT_MS) => {
      const over = ended.then(() => true);
      if ((await clock.drive(within(clock, timeoutMs, over))) === undefined)
        throw new Error(`the daemon has not ended within ${timeoutMs} ms`);
    },
    killDaemon: async () => {
      running = false;
      await clock.drive(life.kill());
      // Nothing of it has an effect any more. But its waits end, and it can be forgotten.
      end.abort();
    },
    wall,
    drive: (wanted) => clock.drive(wanted),
    log,
    turnEnds: async (timeoutMs = 20_000) =>
      (await log((line) => line.msg === 'turn', timeoutMs)) as unknown as TurnLog,
    ready: () => untilReady({ desk, log }),
    say: (sound, button) => sayAt(desk, sound, button),
    logged: () => logged,
    control: (method, route, body = '') => {
      if (commands === undefined) throw new Error('the daemon takes no commands');
      return replyTo(commands, method, route, body);
    },
    command: (...args) => {
      const asks = Promise.withResolvers<void>();
      const ran = dragomanInProcess([...args, '--config', file], {
        clock,
        exchange: async (_socket, method, route, body) => {
          asks.resolve();
          if (commands === undefined) throw Object.assign(new Error('nothing listens'), { code: 'ENOENT' });
          const reply = replyTo(commands, method, route, JSON.stringify(body) ?? '');
          return { code: reply.code, text: JSON.stringify(reply.body) };
        },
      });
      // Its code is loaded and its configuration is read in no time.
      void clock.hold(Promise.race([ran, asks.promise]));
      return ran;
    },
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
    certificate: (kind) => {
      if (secure === undefined) throw new Error(NOT_SECURE);
      network.certificate(kind);
    },
  };
}

/** Before any wall clock of these tests: when the checkout was made must not matter. */
const RELEASED = new Date('2026-01-01T00:00:00Z');
/** Local time, of a day without a change of daylight saving time anywhere. */
const MIDNIGHT = new Date(2026, 11, 2);
