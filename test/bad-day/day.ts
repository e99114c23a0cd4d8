/**
 * A day in a bad hotel, in virtual time: eight scripted hours, four in the evening and four around noon, and the night
 * between them. (With both noon and midnight one stretch of eight hours is not enough.)
 */
import { readFile } from 'node:fs/promises';
import { resample } from '../../src/audio/pcm/resample.ts';
import { FAST, flashes, type Look, OFF, ON, SLOW } from '../../src/kiosk/shown/looks.ts';
import { OUT_RATE } from '../../src/standin/protocol/sound.ts';
import { parseConfig } from '../../src/system/config/load.ts';
import type { Config } from '../../src/system/config/schema.ts';
import { type LogLine, logLine } from '../rig/counter.ts';
import { looksIn } from '../rig/looks.ts';
import { recogniser, soundsOfDesk } from '../rig/sounds.ts';
import { scriptedAnswerer } from '../rig/standin.ts';
import {
  openVirtualCounter,
  type VirtualCounter,
  type VirtualCounterOptions,
} from '../rig/virtual/counter.ts';
import { spoken } from '../rig/voices.ts';
import { Diary, LIGHTS } from './diary.ts';
import { type Expectation, expectations } from './expectations.ts';
import { BEGINS, ENDS, type Hotel, QUIET, SCENES, type Scene, WRONG_BEGINNING } from './script.ts';

export interface Day {
  readonly diary: Diary;
  readonly expectations: readonly Expectation[];
  /** Markdown. */
  readonly report: string;
}

export interface DayOptions {
  /** The same seed gives the same day. */
  readonly seed?: number;
  readonly scenes?: readonly Scene[];
  readonly ends?: string;
}

/** A turn without an outcome after this long never has one. */
const PATIENCE_MS = 120_000;
/** By then the outcome of a turn is shown, and its announcement has begun. */
const AFTER_TURN_MS = 4000;

export async function playDay({ seed = 1, scenes = SCENES, ends = ENDS }: DayOptions = {}): Promise<Day> {
  const diary = new Diary(BEGINS);
  const answer = resample(await spoken('Where is the bathroom, please?', 'slt'), 16_000, OUT_RATE);
  const witnesses = new Witnesses();
  const counter = await openVirtualCounter({
    seed,
    secure: 'good',
    microphone: 'listen = "pressed"\n',
    config: `[kiosk]\nquiet_from = "${QUIET.from}"\nquiet_to = "${QUIET.to}"\n`,
    clock: { wall: WRONG_BEGINNING },
    standin: { answerer: scriptedAnswerer({ pcm24k: answer }) },
    witness: ({ text, atMs }) => diary.log(atMs, logLine(text) as LogLine),
    prepare: (world) => witnesses.watch(world),
  });
  const { clock } = counter;
  try {
    const config = parseConfig(await readFile(counter.configFile, 'utf8'), 'a bad day');
    const hotel = hotelAt(counter, diary, await spoken('Do you need a doctor?', 'rms'));
    for (const [time, play] of scenes) {
      await clock.passUntil(diary.msAt(time));
      await play(hotel);
    }
    await clock.passUntil(diary.msAt(ends));
    for (const led of LIGHTS)
      diary.lights[led].push(...looksIn(witnesses.changesMs[led], clock.now(), LOOKS[led]));
    diary.sounds.push(...witnesses.sounds(counter, config, answer));
    const checked = expectations(diary, config);
    return { diary, expectations: checked, report: report(diary, checked, seed) };
  } finally {
    await counter.stop();
  }
}

/** What the script can do at this counter. */
function hotelAt(counter: VirtualCounter, diary: Diary, speech: Int16Array): Hotel {
  const { clock, desk } = counter;
  const happened = (what: string) => diary.happened(clock.now(), what);
  const asksWhile: Hotel['asksWhile'] = async (who, happens, afterMs, ...right) => {
    happened(who);
    diary.presses.push({ atMs: clock.now(), right });
    const happening = clock.pass(speech.length / 16 + afterMs).then(happens);
    await counter.say(speech);
    await happening;
    // A press without an outcome is found in the diary.
    await counter.turnEnds(PATIENCE_MS).catch(() => {});
    await desk.passes(clock.now() + AFTER_TURN_MS);
  };
  return {
    counter,
    asksWhile,
    asks: (who, ...right) => asksWhile(who, () => {}, 0, ...right),
    happened,
    wrong: (name, ...faults) => diary.begin(clock.now(), name, faults),
    over: (what) => {
      diary.end(clock.now());
      happened(what);
    },
  };
}

/** The looks of the lights: one that is cut short counts as the first that matches. */
const LOOKS: Readonly<Record<(typeof LIGHTS)[number], readonly Look[]>> = {
  talk: [OFF, ON, FAST, SLOW, flashes(3)],
  connection: [OFF, SLOW, ON],
  trouble: [OFF, FAST, ON, ...[1, 2, 3, 4, 5].map(flashes)],
};

/** Silence of this length ends a sound, in milliseconds. */
const SILENCE_MS = 1000;

/** Watches every change of the lights, and listens for sound. */
class Witnesses {
  readonly changesMs: Readonly<Record<(typeof LIGHTS)[number], number[]>> = {
    talk: [],
    connection: [],
    trouble: [],
  };
  readonly #sound: { fromMs: number; toMs: number }[] = [];

  watch({ desk }: Parameters<NonNullable<VirtualCounterOptions['prepare']>>[0]): void {
    desk.gpio.changes.listen(({ name, atMs }) => {
      for (const led of LIGHTS) if (led === name) this.changesMs[led].push(atMs);
    });
    desk.room.ear.overhear((startMs, samples) => {
      if (samples.every((sample) => sample === 0)) return;
      const toMs = startMs + samples.length / 48;
      const last = this.#sound.at(-1);
      if (last !== undefined && startMs - last.toMs < SILENCE_MS) last.toMs = toMs;
      else this.#sound.push({ fromMs: startMs, toMs });
    });
  }

  sounds({ desk }: VirtualCounter, { languages }: Config, answer: Int16Array) {
    const heardIn = recogniser([
      { name: 'translation', samples: answer },
      ...soundsOfDesk([languages.host[0] as string, languages.guest]),
    ]);
    return this.#sound.flatMap(({ fromMs, toMs }) => heardIn(desk.recording(fromMs, toMs + SILENCE_MS)));
  }
}

function report(diary: Diary, checked: readonly Expectation[], seed: number): string {
  const list = checked.map(({ what, against }) => {
    const found = against.map((one) => `\n    - ${one}`).join('');
    return `- ${against.length === 0 ? '✓' : '✗ **FAILED:**'} ${what}${found}`;
  });
  return `# A day in a bad hotel

How the desk behaves on a day on which everything fails, minute by minute: what the lights show, what is heard, and
what the log says. \`scripts/bad-day\` writes this page. It runs the daemon as it ships, with its decisions, engine, SDK
and voice detector, against the stand-in; devices, network and time are simulated
([test/README.md](../../test/README.md)). The same seed gives the same day; this seed is ${seed}. The script covers
eight hours, 22:00 to 02:00 and 10:15 to 14:15, and the night between them. Quiet hours are ${QUIET.from} to ${QUIET.to}; the
host speaks English, the guests Spanish.

Events that belong together share a row. \`→\` separates what a light showed in turn, read from its changes. Sounds were
recognised in the loudspeaker's output. A row with "·" is what the desk did by itself. The lights are explained in
[using.md](../desk/using.md#lights), the faults (D..) in [faults.md](../operator/faults.md).

${diary.table()}

## Expectations

${list.join('\n')}
`;
}
