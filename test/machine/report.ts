import { globSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Check } from './checks.ts';
import type { Cut } from './cuts.ts';
import type { Kind } from './image.ts';

export interface Figure {
  readonly name: string;
  readonly value: string;
}

/** What one run has shown. */
export interface Results {
  readonly kind: Kind;
  readonly accelerator: string;
  /** ISO date. */
  readonly at: string;
  readonly deb: string;
  /** Of the checkout that the run was made from; a package of elsewhere may be another. */
  readonly commit: string;
  readonly checks: readonly Check[];
  readonly figures: readonly Figure[];
  readonly cuts: readonly Cut[];
  readonly seed: number;
  readonly minutes: number;
}

const HEAD = `# The appliance in a whole virtual machine: the last report

What the built Debian package does on a complete Debian system: limits, faults, updates, power cuts.
\`./scripts/test-machine\` writes this page; do not edit it. The package runs in a virtual machine: QEMU with software
emulation, Debian's own kernel with its gpio-sim as button and lights, snd-aloop as a sound card whose other end is the
room, real cgroups, and the unit with all its hardening. The service is the stand-in, on the host. Times are those of the
emulation on a host that also did other work; they promise nothing. A power cut is SIGKILL to the emulator: what the guest
had not yet written to its disk is lost. What an SD card itself does when its power fails (torn writes, or lost writes that
it had acknowledged) is not simulated.
`;

/** @param folder holds a JSON file of each kind of machine that was looked at */
export function writeReport(folder: string, file: string): void {
  const all = globSync('*.json', { cwd: folder })
    .toSorted()
    .map((name) => JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as Results);
  writeFileSync(file, `${HEAD}${all.map(section).join('')}`);
}

function section({
  kind,
  accelerator,
  at,
  deb,
  commit,
  checks,
  figures,
  cuts,
  seed,
  minutes,
}: Results): string {
  const passed = checks.filter((check) => check.passed).length;
  const lines = [
    `\n## Debian ${kind.suite}, ${kind.arch}\n`,
    `${at.slice(0, 16).replace('T', ' ')} UTC, \`${deb}\` of ${commit}, QEMU (${accelerator}), ${Math.round(minutes)} minutes: **${passed} passed, ${checks.length - passed} failed**.\n`,
    '| check | passed | observed | s |\n|---|---|---|---|',
    ...checks.map(
      (check) =>
        `| ${check.title} | ${check.passed ? 'yes' : '**no**'} | ${cell(check.seen)} | ${check.seconds} |`,
    ),
    '\n| figure | value |\n|---|---|',
    ...figures.map(({ name, value }) => `| ${name} | ${cell(value)} |`),
  ];
  if (cuts.length > 0) {
    lines.push(
      `\nPower cuts (\`--seed ${seed}\`): when they happened, and what was found afterwards.\n`,
      '| | during | after (s) | last log line | e2fsck -fn | works after (s) | release | update | ledger | problems |',
      '|---|---|---|---|---|---|---|---|---|---|',
      ...cuts.map((cut, i) =>
        [
          `| ${i + 1}`,
          cut.during,
          cut.afterSeconds.toFixed(1),
          cell(cut.last),
          cut.fsck,
          Number.isFinite(cut.workingAfterSeconds) ? cut.workingAfterSeconds.toFixed(0) : '–',
          cut.release,
          cell(cut.update),
          cut.ledger,
          `${cell(cut.problems.join('; '))} |`,
        ].join(' | '),
      ),
    );
  }
  return `${lines.join('\n')}\n`;
}

function cell(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|').trim();
  return line.length > 300 ? `${line.slice(0, 300)} …` : line;
}
