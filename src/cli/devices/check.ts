import { NO_SOUND } from '../../audio/microphone/flat-line.ts';
import { levelDbfs } from '../../audio/pcm/level.ts';
import { abortAfter } from '../../base/time.ts';
import { soundFrom } from '../../daemon/compose.ts';
import { type DaemonPorts, REAL_PORTS } from '../../daemon/ports.ts';
import type { Config } from '../../system/config/schema.ts';
import { openLog } from '../../system/log.ts';
import type { Outside } from '../outside.ts';

/** Frames of 20 ms that are recorded: three seconds, by the clock too, but for what came at once at first. */
const FRAMES = 150;
const LEAST_MS = 2500;
/** A device that gives or takes nothing for this long is not there, in milliseconds. */
const LIMIT_MS = 10_000;

/** The devices that are checked: those of this machine, or simulated ones. */
type CheckedPorts = Pick<DaemonPorts, 'clock' | 'cards' | 'setLevel' | 'startRecorder' | 'player'>;

/** Whether a device works, and what was seen. */
interface Checked {
  readonly works: boolean;
  readonly detail: string;
}

/**
 * Records three seconds and plays a tone, as the daemon does, with the devices of the configuration. The daemon must
 * not run: it holds the loudspeaker.
 */
export async function checkDevices(
  config: Config,
  { stderr, environment, signal }: Pick<Outside, 'stderr' | 'environment' | 'signal'>,
  ports: CheckedPorts = REAL_PORTS,
): Promise<{ readonly microphone: Checked; readonly loudspeaker: Checked; readonly text: string }> {
  const { clock } = ports;
  const { microphone, loudspeaker } = soundFrom(
    { ...config, microphone: { ...config.microphone, listen: 'always' } },
    openLog('silent', stderr, environment),
    { ...ports, environment },
  );
  const late = abortAfter(clock, LIMIT_MS);
  const limit = AbortSignal.any([late.signal, signal]);

  const recorded = new Promise<string | Error>((resolve) => {
    const arrivals: number[] = [];
    const levels: number[] = [];
    const values = new Set<number>();
    let trouble = 'no sound came from it';
    let odd = '';
    const beganMs = clock.now();
    microphone.start({
      frame: ({ samples }) => {
        arrivals.push(clock.now());
        levels.push(levelDbfs(samples));
        // Two are enough to know that there is sound.
        for (const sample of values.size < 2 ? samples : []) values.add(sample);
        const lastedMs = clock.now() - (arrivals[0] as number);
        if (arrivals.length < FRAMES || lastedMs < LEAST_MS) return;
        if (values.size === 1) resolve(new Error(NO_SOUND));
        else resolve(`${recordingText(arrivals, levels, beganMs)}${odd}`);
      },
      state: (state) => {
        if (state.kind === 'working') odd = state.detail === undefined ? '' : `; ${state.detail}`;
        else trouble = `${state.trouble}: ${state.detail}`;
        if (state.kind === 'trouble' && state.trouble === 'wrong format') resolve(new Error(state.detail));
      },
    });
    whenAborted(limit, () => resolve(new Error(trouble)));
  });

  const played = new Promise<string | Error>((resolve) => {
    let trouble = 'it did not open';
    const beganMs = clock.now();
    let openMs = 0;
    loudspeaker.start({
      playing() {},
      drained() {},
      gap() {},
      lost() {},
      interval: (startMs, endMs) => {
        if (endMs === undefined) return;
        const toneMs = Math.round(endMs - startMs);
        resolve(`open after ${Math.round(openMs)} ms, played a tone of ${toneMs} ms`);
      },
      state: (state) => {
        if (state.kind === 'trouble') {
          trouble = `${state.trouble}: ${state.detail}`;
          return;
        }
        openMs = clock.now() - beganMs;
        loudspeaker.cue('ready');
      },
    });
    whenAborted(limit, () => resolve(new Error(trouble)));
  });

  const [heard, tone] = await Promise.all([recorded, played]);
  late.cancel();
  await Promise.all([microphone.stop(), loudspeaker.stop()]);
  const checked = (result: string | Error): Checked =>
    result instanceof Error ? { works: false, detail: result.message } : { works: true, detail: result };
  const found = { microphone: checked(heard), loudspeaker: checked(tone) };
  const text = Object.entries(found).map(
    ([what, { works, detail }]) => `${what} ${works ? 'works' : 'does not work'}: ${detail}\n`,
  );
  return { ...found, text: text.join('') };
}

/** At once where it is aborted already. */
function whenAborted(signal: AbortSignal, then: () => void): void {
  if (signal.aborted) then();
  else signal.addEventListener('abort', then, { once: true });
}

/** How even it comes: frames that came in one chunk come at the same moment. */
function recordingText(arrivals: readonly number[], levels: readonly number[], beganMs: number): string {
  const steps = arrivals.slice(1).map((at, i) => at - (arrivals[i] as number));
  const together = steps.filter((ms) => ms < 1).length;
  const middle = (values: readonly number[]) =>
    values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;
  const lasted = (arrivals.at(-1) as number) - (arrivals[0] as number);
  return (
    `first sound after ${Math.round((arrivals[0] as number) - beganMs)} ms, then ${arrivals.length} frames of 20 ms in ` +
    `${Math.round(lasted)} ms, ${middle(steps).toFixed(1)} ms apart (median; ${together} came together with the one ` +
    `before, the longest wait was ${Math.round(Math.max(...steps))} ms), ${middle(levels).toFixed(0)} dBFS`
  );
}
