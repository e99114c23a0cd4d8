/**
 * A day in a bad hotel, compressed: eight scripted hours, four in the evening and four around noon, and the night
 * between them. (Noon and midnight are both wanted, so one stretch of eight hours would not do.)
 */
import { readFile } from 'node:fs/promises';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import type { FaultCode } from '../../src/kiosk/faults.ts';
import { isQuiet } from '../../src/runtime/quiet.ts';
import { startStandin } from '../../src/standin/server.ts';
import { parseConfig } from '../../src/system/config.ts';
import { scriptedAnswerer } from '../rig/standin.ts';
import { openDoor } from '../support/door.ts';
import { FastClock } from '../support/fast-clock.ts';
import { FastDesk } from '../support/fast-desk.ts';
import { spoken } from '../support/voices.ts';
import { Diary, type Episode } from './diary.ts';
import { type Expectation, expectations } from './expectations.ts';
import { BEGINS, DAY, ENDS, EVENING, type Hotel, type Outcome, QUIET } from './script.ts';

/** A night has to pass in seconds; nobody listens then, so the microphone must not count its frames. */
const SPEEDS = { busy: 20, idle: 6000 };
const CONFIG = `[microphone]\nlisten = "pressed"\n[kiosk]\nquiet_from = "${QUIET.from}"\nquiet_to = "${QUIET.to}"\n`;

export interface Day {
  readonly diary: Diary;
  readonly expectations: readonly Expectation[];
  /** Markdown. */
  readonly report: string;
}

export async function playDay(): Promise<Day> {
  const beganMs = performance.now();
  const clock = new FastClock(SPEEDS.busy);
  const standin = await startStandin({ answerer: scriptedAnswerer(), clock });
  const door = await openDoor({ host: '127.0.0.1', port: standin.port }, { tls: {} });
  setDefaultCACertificates([...getCACertificates('default'), await readFile(door.caFile, 'utf8')]);
  const config = parseConfig(`[service]\nbase_url = "${door.url}"\n${CONFIG}`, 'a bad day');
  const diary = new Diary(BEGINS);
  const startMs = clock.now();
  const sinceStart = () => clock.now() - startMs;
  const desk = await FastDesk.open({
    clock,
    config,
    speeds: SPEEDS,
    quiet: () => isQuiet(localTime(diary.timeAt(sinceStart())), QUIET.from, QUIET.to),
    witness: {
      lights: (looks) => diary.lights(looks, sinceStart()),
      sound: (sound) => diary.sound(sound, sinceStart()),
      log: (line) => diary.log(line, sinceStart()),
    },
  });
  const wishes: { turn: number; right: readonly Outcome[] }[] = [];
  const faults = new Map<Episode, readonly FaultCode[]>();
  const speech = await spoken('Do you need a doctor?', 'rms');
  const asksWhile: Hotel['asksWhile'] = async (who, happens, afterMs, ...right) => {
    diary.happened(sinceStart(), who);
    const turn = desk.press();
    diary.presses.push({ turn, atMs: sinceStart() });
    wishes.push({ turn, right });
    const outcome = desk.outcome(turn);
    const speechMs = (speech.length * 1000) / 16_000;
    const happening = clock.wait(speechMs + afterMs).then(happens);
    await desk.say(speech);
    desk.release();
    await happening;
    await outcome;
    await clock.wait(4000); // what came of it is shown, and what is to be said about it is heard
  };
  const hotel: Hotel = {
    desk,
    door,
    standin,
    asksWhile,
    asks: (who, ...right) => asksWhile(who, async () => {}, 0, ...right),
    wrong: (name, ...codes) => {
      const episode = diary.begin(sinceStart(), name);
      faults.set(episode, codes);
      return (what) => {
        episode.toMs = sinceStart();
        diary.happened(sinceStart(), what);
      };
    },
    happened: (what) => diary.happened(sinceStart(), what),
  };
  const until = async (time: string) => {
    const waitMs = diary.msAt(time) - sinceStart();
    if (waitMs > 0) await desk.idle(waitMs);
  };
  try {
    for (const [time, play] of [...EVENING, ...DAY]) {
      await until(time);
      await play(hotel);
    }
    await until(ENDS);
  } finally {
    await desk.stop();
    await door.stop();
    await standin.stop();
    clock.stop();
  }
  const checked = expectations(diary, config, faults, wishes);
  const seconds = ((performance.now() - beganMs) / 1000).toFixed(0);
  return { diary, expectations: checked, report: report(diary, checked, seconds) };
}

function localTime(time: string): Date {
  return new Date(`2000-01-01T${time}`);
}

function report(diary: Diary, checked: readonly Expectation[], seconds: string): string {
  const list = checked.map(({ what, against }) => {
    const found = against.map((one) => `\n    - ${one}`).join('');
    return `- ${against.length === 0 ? '✓' : '✗ **NOT SO:**'} ${what}${found}`;
  });
  return `# A day in a bad hotel

Written by \`scripts/bad-day\`. The kiosk with its real mind, engine, SDK, voice detector and TLS, against the stand-in
behind a door that plays the hotel's network; only the devices are virtual, and time goes up to ${SPEEDS.idle} times
as fast (this day took ${seconds} s). Eight scripted hours, 22:00 to 02:00 and 10:15 to 14:15, and the night between
them. Quiet hours from ${QUIET.from} to ${QUIET.to}; host English, guests Spanish.

What belongs together is one line; \`→\` is what a light did next. A line "·" is what the desk did by itself. The
lights are explained in the README, the faults (D..) in [faults.md](faults.md).

${diary.table()}

## Expected of this day

${list.join('\n')}
`;
}
