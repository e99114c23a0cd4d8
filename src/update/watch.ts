import { sleep } from '../base/time.ts';
import { beginTrial, type DaemonLook, judge } from './health.ts';
import type { Before, NewRelease, Result } from './plan.ts';
import type { Ports } from './ports.ts';

/** While a guest is being served, every fifth look is enough. */
const WHILE_SERVED = 5;

/** Waits until no guest is talking, and notes what works. */
export async function untilVacant(
  release: NewRelease,
  { daemon, cards, clock, signal, limits, say }: Ports,
): Promise<Result> {
  const startedMs = clock.now();
  let heardMs = startedMs;
  let said = false;
  for (;;) {
    const look = await daemon.look();
    const nowMs = clock.now();
    if (look !== undefined) heardMs = nowMs;
    const silent = nowMs - heardMs >= limits.silentMs;
    // Just started, it does not know yet what works.
    const knows = nowMs - startedMs >= limits.silentMs || !starting(look);
    if (silent || (look?.vacant === true && knows)) {
      return { is: 'done', before: { working: working(look?.devices ?? {}), cards: await cards() } };
    }
    if (nowMs - startedMs >= limits.waitMs) {
      const hours = Math.round(limits.waitMs / 360_000) / 10;
      return { is: 'failed', reason: `somebody was being served for ${hours} hours` };
    }
    const served = look?.vacant === false;
    if (served && !said) say(`release ${release.version} waits until the guest has left`);
    said ||= served;
    await sleep(clock, served ? limits.everyMs * WHILE_SERVED : limits.everyMs, signal);
  }
}

function starting(look: DaemonLook | undefined): boolean {
  return look === undefined || Object.values(look.devices).includes('starting');
}

/** Devices that must still work with the new release. Other names count for nothing: a daemon can report anything. */
const DEVICES = ['microphone', 'loudspeaker', 'panel'];

function working(devices: Readonly<Record<string, string>>): string[] {
  return DEVICES.filter((name) => devices[name] === 'working');
}

/**
 * Restarts the daemon: asks it first, so that it can end in good order; uses the service manager if it does not answer or
 * does not end.
 * @param patient waits as long as a guest stays
 */
export async function restart(patient: boolean, ports: Ports): Promise<void> {
  const { daemon, service, clock, signal, limits } = ports;
  const run = (await service.look())?.run;
  const askedMs = clock.now();
  if (!(await daemon.restart('vacant'))) return force(ports);
  let heardMs = askedMs;
  while (clock.now() - askedMs < (patient ? limits.waitMs : limits.endMs)) {
    await sleep(clock, limits.everyMs, signal);
    const service_ = await service.look();
    if (service_ !== undefined) {
      if (service_.run !== run) return;
      continue;
    }
    const look = await daemon.look();
    if (look !== undefined) heardMs = clock.now();
    // It reports whole seconds: at the latest it was started then.
    const started = look !== undefined && clock.now() - look.uptimeS * 1000 >= askedMs;
    if (started || clock.now() - heardMs >= limits.silentMs) return;
  }
  return force(ports);
}

/** If the restart fails, the trial finds the release unhealthy. */
async function force({ service, say }: Ports): Promise<void> {
  await service.restart().catch((error: Error) => say(`the service can't be restarted: ${error.message}`));
}

/** Watches a release that was started until there is a verdict. */
export async function watch(version: string, before: Before, ports: Ports): Promise<Result> {
  const { daemon, service, cards, clock, signal, limits } = ports;
  let trial = beginTrial(clock.now());
  for (;;) {
    const [serviceLook, daemonLook, cardsNow] = await Promise.all([service.look(), daemon.look(), cards()]);
    const sample = { atMs: clock.now(), service: serviceLook, daemon: daemonLook, cards: cardsNow };
    const judged = judge(trial, sample, { version, before }, limits);
    if (judged.verdict?.is === 'healthy') return { is: 'done' };
    if (judged.verdict?.is === 'unhealthy') return { is: 'failed', reason: judged.verdict.reason };
    trial = judged.trial;
    await sleep(clock, limits.everyMs, signal);
  }
}
