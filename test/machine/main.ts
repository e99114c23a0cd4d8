import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { seeded } from '../rig/random.ts';
import { appliance } from './appliance.ts';
import { Checks } from './checks.ts';
import { type Cut, cutOnce } from './cuts.ts';
import { DeskInside } from './desk.ts';
import type { Accelerator } from './emulator.ts';
import { image, type Kind } from './image.ts';
import { Machine } from './machine.ts';
import { Releases } from './releases.ts';
import { type Results, writeReport } from './report.ts';
import type { Rig } from './rig.ts';
import { openService, sayings } from './service.ts';
import { step } from './tell.ts';

/** `scripts/test-machine` tells what this does. */

const BUILD = fileURLToPath(new URL('../../build/machine/', import.meta.url));

const { values } = parseArgs({
  options: {
    deb: { type: 'string' },
    arch: { type: 'string', default: 'amd64' },
    suite: { type: 'string', default: 'bookworm' },
    cuts: { type: 'string', default: '20' },
    seed: { type: 'string', default: `${Date.now() % 1_000_000}` },
    accel: { type: 'string', default: 'tcg' },
    report: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
});

function wrong(why: string): never {
  process.stderr.write(`test-machine: ${why}\n`);
  process.exit(2);
}

const { arch, suite, accel } = values;
if (arch !== 'amd64' && arch !== 'arm64') wrong('--arch is amd64 or arm64');
if (suite !== 'bookworm' && suite !== 'trixie') wrong('--suite is bookworm or trixie');
if (accel !== 'tcg' && accel !== 'kvm') wrong('--accel is tcg or kvm');
if (!/^\d+$/.test(values.cuts)) wrong('--cuts is a number');
if (!/^\d+$/.test(values.seed)) wrong('--seed is a number');
if (values.deb === undefined || !existsSync(values.deb)) wrong('--deb names the package');

const kind: Kind = { suite, arch };
const folder = path.join(BUILD, `run-${process.pid}`);
mkdirSync(path.join(folder, 'room'), { recursive: true });
const began = performance.now();
const checks = new Checks();
const cuts: Cut[] = [];
let machine: Machine | undefined;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    machine?.stopNow();
    if (!values.keep) rmSync(folder, { recursive: true, force: true });
    process.exit(1);
  });

const service = await openService();
try {
  const built = await image(kind, values.deb);
  machine = new Machine(built, folder, accel satisfies Accelerator);
  const desk = new DeskInside(machine);
  const rig: Rig = {
    kind,
    machine,
    desk,
    service,
    said: await step('what is said', () => sayings()),
    releases: await step('a release to update to', () =>
      Releases.open(values.deb ?? '', folder, machine?.room ?? ''),
    ),
    checks,
  };
  process.stdout.write(`\nDebian ${suite}, ${arch}, Linux ${built.kernelVersion}\n`);
  const figures = await appliance(rig);
  const random = seeded(Number(values.seed));
  const wanted = figures === undefined ? 0 : Number(values.cuts);
  if (wanted > 0) process.stdout.write(`\n${wanted} power cuts (--seed ${values.seed})\n`);
  for (let number = 1; figures !== undefined && number <= wanted; number += 1) {
    const during = figures.updateSeconds !== undefined && number % 2 === 0 ? 'an update' : 'a turn';
    const left = await checks.that(`cut ${number}, during ${during}: boots into a working desk`, async () => {
      const cut = await cutOnce(
        { ...rig, ...figures, updateSeconds: figures.updateSeconds ?? 0, random },
        during,
      );
      cuts.push(cut);
      if (cut.problems.length > 0)
        throw new Error(`${cut.afterSeconds.toFixed(1)} s in; ${cut.problems.join('; ')}`);
      return `${cut.afterSeconds.toFixed(1)} s in; works after ${Math.round(cut.workingAfterSeconds)} s, ledger ${cut.ledger}${cut.update === '' ? '' : `, ${cut.update}`}`;
    });
    // A machine that does not come up has nothing more to show.
    if (!left && !machine.running) break;
  }
  if (figures !== undefined) await figures.last();
  const results: Results = {
    kind,
    accelerator: accel,
    at: new Date().toISOString(),
    deb: path.basename(values.deb),
    commit: execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim(),
    checks: checks.all,
    figures: figures?.told ?? [],
    cuts,
    seed: Number(values.seed),
    minutes: (performance.now() - began) / 60_000,
  };
  mkdirSync(path.join(BUILD, 'results'), { recursive: true });
  writeFileSync(path.join(BUILD, 'results', `${suite}-${arch}.json`), JSON.stringify(results, undefined, 2));
  if (values.report !== undefined) {
    writeReport(path.join(BUILD, 'results'), values.report);
    process.stdout.write(`\nThe report: ${values.report}\n`);
  }
} catch (error) {
  process.stderr.write(`\n${(error as Error).stack ?? String(error)}\n`);
  await checks.that('the machine could be examined', () => Promise.reject(error as Error));
} finally {
  await machine?.cut();
  await service.stop();
  if (values.keep || checks.failed > 0) process.stdout.write(`The machine's disk and console: ${folder}\n`);
  else rmSync(folder, { recursive: true, force: true });
}
process.stdout.write(`\n${checks.passed} passed, ${checks.failed} failed\n`);
process.exit(checks.failed === 0 && checks.passed > 0 ? 0 : 1);
