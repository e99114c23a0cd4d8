import type { Logger } from 'pino';
import { alsoText } from '../audio/alsa/choice.ts';
import { AlsaDevices } from '../audio/alsa/devices.ts';
import type { Loudspeaker } from '../audio/loudspeaker/loudspeaker.ts';
import { PacedLoudspeaker } from '../audio/loudspeaker/paced.ts';
import { ArecordMicrophone } from '../audio/microphone/arecord.ts';
import type { Microphone } from '../audio/microphone/microphone.ts';
import { type LoadedPrompts, loadPrompts } from '../audio/prompts.ts';
import type { Clock } from '../base/time.ts';
import { KeyPlaces } from '../interpreters/gemini/key-places.ts';
import { worldOf } from '../interpreters/gemini/world.ts';
import { proxiesFrom, proxyText } from '../interpreters/network/proxies.ts';
import type { Device, TalkMode } from '../kiosk/state.ts';
import { WINDOW_MS } from '../line/detector.ts';
import { EndingGate } from '../line/ending-gate.ts';
import { HoldGate } from '../line/hold-gate.ts';
import { Mask } from '../line/mask.ts';
import { DEFAULT_PRE_ROLL, PreRoll } from '../line/pre-roll.ts';
import { type Book, BookError } from '../phrasebook/book/book.ts';
import { loadDeskBook } from '../phrasebook/book/own-book.ts';
import { budgetsOf } from '../spending/budget.ts';
import { speakerByButton } from '../system/config/panel.ts';
import { type Config, deskLanguages } from '../system/config/schema.ts';
import { apiKey } from '../system/credentials.ts';
import { MachineHealth } from '../system/health.ts';
import { retiredModelNotes } from '../system/models.ts';
import { ledgerFolder, promptsFolder, soundFolder } from '../system/paths.ts';
import { clockSet, notBeforeRelease } from '../system/wall-clock.ts';
import type { Budget } from '../turn/marks.ts';
import { openAccounts } from './accounts.ts';
import type { Interpreters } from './engines.ts';
import { interpretersFrom, routeFrom } from './interpreters.ts';
import type { KioskOptions, KioskPorts } from './kiosk.ts';
import { panelFrom } from './panel.ts';
import type { DaemonPorts } from './ports.ts';
import { isQuiet } from './quiet.ts';
import type { StartTimes } from './start-times.ts';

/** Frames captured before a press arrive up to this much later (USB, ALSA and pipe), in milliseconds. */
const GATE_LOOK_BACK_MS = 300;

/** Builds the parts from the configuration: the only place that knows both. */

/** How much sound is kept before a press, in milliseconds. */
export function keptBeforePressMs({ gate }: Config): number {
  return gate.preRollMs + GATE_LOOK_BACK_MS;
}

/** @param mode unless it is `hold`, the tail is the silence that the gate waits for, in whole windows */
export function budgetFrom({ budget, gate }: Config, mode: TalkMode): Budget {
  return {
    tail: mode === 'hold' ? budget.tailMs : Math.max(budget.tailMs, gate.endAfterMs + WINDOW_MS),
    gate: budget.gateMs,
    uplink: budget.uplinkMs,
    service: budget.serviceMs,
    downlink: budget.downlinkMs,
    playback: budget.playbackMs,
  };
}

/** Everything that a kiosk needs, not yet started. @param quit called when the user quits at the terminal */
export async function kioskPorts(
  config: Config,
  log: Logger,
  times: StartTimes,
  outside: DaemonPorts,
  quit: () => void,
): Promise<KioskPorts> {
  const { clock, files, environment, healthPlaces, addresses } = outside;
  const detector = await outside.loadDetector();
  times.reached('detector');
  const { spending, service } = config;
  const proxies = proxiesFrom(service.proxy, environment);
  const proxy = proxies(new URL(service.baseUrl));
  if (proxy !== undefined) log.info(`the service is reached by ${proxyText(proxy)}`);
  return {
    panel: panelFrom(config, outside, quit),
    ...soundFrom(config, log, outside),
    interpreters: interpretersFrom(
      config,
      () => apiKey(environment, service.keyFile, files),
      await bookFrom(config, log),
      worldOf(clock, outside.network, proxies, keyPlacesFrom(log)),
      outside.phrasebookWorker,
    ),
    detector,
    gate: (noiseDbfs, ends) =>
      ends ? new EndingGate(detector, config.gate) : new HoldGate(detector, config.gate, noiseDbfs),
    preRoll: new PreRoll({ ...DEFAULT_PRE_ROLL, keepMs: keptBeforePressMs(config) }),
    mask: new Mask(config.loudspeaker.echoTailMs),
    prompts: await promptsFrom(config, log),
    health: new MachineHealth(
      clock,
      { ...healthPlaces, disks: [...healthPlaces.disks, ledgerFolder(config)] },
      { files, addresses },
    ),
    accounts: await openAccounts(ledgerFolder(config), {
      budgets: budgetsOf(spending.dailyBudget, spending.monthlyBudget, spending.warnAt),
      trouble: (error) => {
        if (error === undefined) log.info('the ledger is written again');
        else log.warn({ err: error, folder: ledgerFolder(config) }, 'the ledger cannot be written');
      },
      clock: notBeforeRelease(clock, outside.releasedAtMs()),
      files,
      clockSet: async (signal) => {
        if (await clockSet(clock, signal, outside.releasedAtMs())) return;
        log.warn('the clock is wrong: it is before this release was made, and nobody sets it');
      },
    }),
    clock,
    log,
  };
}

function keyPlacesFrom(log: Logger): KeyPlaces {
  return new KeyPlaces((use) => {
    const detail = 'it is in the address from now on, where proxies may log it';
    log.warn({ use, detail }, 'the service does not take the API key in the header');
  });
}

/** Devices that report their state by themselves. A microphone that opens only for a turn does not. */
export function expectedDevices({ microphone }: Config): readonly Device[] {
  return microphone.listen === 'always' ? ['panel', 'microphone', 'loudspeaker'] : ['panel', 'loudspeaker'];
}

/**
 * @param interpreters the configured engines
 * @param notes on the machine, for the operator
 */
export function kioskOptions(
  config: Config,
  interpreters: Interpreters,
  clock: Clock,
  notes: readonly string[],
): KioskOptions {
  const { languages, turn, kiosk, panel, loudspeaker, microphone } = config;
  return {
    mind: {
      ...turn,
      ...kiosk,
      hosts: languages.host,
      guestDefault: languages.guest,
      guestChoices: languages.guests.length === 0 ? [languages.guest] : languages.guests,
      route: routeFrom(config, interpreters, clock),
      talkMode: turn.mode,
      speakerByButton: speakerByButton(panel),
      volumePercent: loudspeaker.volume,
      muteSwitch: panel.driver === 'gpio' && panel.buttons.mute !== undefined,
      opensMicrophone: microphone.listen === 'pressed',
      checkEveryMs: config.service.checkMs,
    },
    tailMs: turn.tailMs,
    preRollMs: config.gate.preRollMs,
    budget: budgetFrom(config, turn.mode),
    languageLeds: Object.keys(panel.leds.languages),
    notes: [...retiredModelNotes(config), ...notes],
    quiet: (now) => isQuiet(now, kiosk.quietFrom, kiosk.quietTo),
  };
}

/** The phrasebook's book. If the desk's own file has mistakes, they are logged, and the built-in book is used. */
async function bookFrom({ phrasebook: { file } }: Config, log: Logger): Promise<Book> {
  try {
    return await loadDeskBook(file);
  } catch (error) {
    if (!(error instanceof BookError)) throw error;
    const hint = 'dragoman phrasebook check lists the mistakes';
    log.error({ file, mistakes: error.message, hint }, "the desk's own phrases can't be used");
    return loadDeskBook(undefined);
  }
}

/** The spoken prompts. Cues replace those that are missing or can't be used, which is logged once. */
async function promptsFrom(config: Config, log: Logger): Promise<LoadedPrompts> {
  const folder = promptsFolder(config);
  const prompts = await loadPrompts(folder);
  const missing = prompts
    .missing(deskLanguages(config))
    .map(({ prompt, language }) => `${prompt} (${language})`);
  if (missing.length > 0 || prompts.problems.length > 0) {
    const hint = 'dragoman prompts prepare renders them; dragoman prompts list shows what there is';
    log.warn(
      { folder, missing, problems: prompts.problems, hint },
      'spoken prompts are missing or have faults: cues replace them',
    );
  }
  return prompts;
}

/** Microphone and loudspeaker, on the configured sound cards. */
export function soundFrom(
  config: Pick<Config, 'microphone' | 'loudspeaker'>,
  log: Logger,
  outside: Pick<DaemonPorts, 'clock' | 'environment' | 'cards' | 'setLevel' | 'startRecorder' | 'player'>,
): { readonly microphone: Microphone; readonly loudspeaker: Loudspeaker } {
  const { clock, startRecorder } = outside;
  const { driver, leadInMs, volume } = config.loudspeaker;
  const { listen } = config.microphone;
  const { capture, playback } = devicesFrom(config, log, outside);
  return {
    microphone: new ArecordMicrophone({ routing: capture, listen, clock, startRecorder }),
    loudspeaker: new PacedLoudspeaker(outside.player(driver), { routing: playback, leadInMs, volume, clock }),
  };
}

/** The sound cards. Sets the level of a card when it is chosen. */
export function devicesFrom(
  { microphone, loudspeaker }: Pick<Config, 'microphone' | 'loudspeaker'>,
  log: Logger,
  { clock, environment, cards, setLevel }: Pick<DaemonPorts, 'clock' | 'environment' | 'cards' | 'setLevel'>,
): AlsaDevices {
  return new AlsaDevices({
    microphone,
    loudspeaker,
    environment,
    folder: soundFolder(environment),
    places: cards,
    clock,
    chosen: (direction, { index, id, name, usbPort }, signal, choice) => {
      const also = alsoText(direction, choice);
      log.info(
        { direction, card: id, name, usbPort, why: choice.why, ...(also === '' ? {} : { also }) },
        'the sound card is chosen',
      );
      const level = direction === 'playback' ? loudspeaker.mixerPercent : microphone.gainPercent;
      setLevel(index, direction, level, clock, signal, (set) => {
        if (set.length > 0) log.info({ card: id, set }, 'its level is set');
      });
    },
  });
}
