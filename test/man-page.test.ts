import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { wholeProgram } from './rig/command.ts';

const MAKER = fileURLToPath(new URL('../packaging/man-page.ts', import.meta.url));

describe('the manual page', () => {
  const page = execFileSync(process.execPath, [MAKER, '2026-12-01', '1.2.3'], { encoding: 'utf8' });

  it('has every command with its options, exit codes and examples', async () => {
    const commands = (await wholeProgram()).below().flatMap((one) => [one, ...one.below()]);
    for (const command of commands.filter(({ runs }) => runs)) {
      const name = command.parent?.name() === 'dragoman' ? '' : `${command.parent?.name()} `;
      const [, entry = ''] = page.split(`\n.SS dragoman ${name}${command.name()}\n`);
      const own = entry.split(/\n\.S[SH] /)[0] ?? '';
      const visible = command.options.filter(({ hidden }) => !hidden);
      for (const { flags } of visible) expect(own).toContain(`.B ${flags.replaceAll('-', '\\-')}\n`);
      expect(own).toMatch(/^Exit codes:$/m);
      expect(own).toMatch(/^Examples:$/m);
    }
    expect(page).not.toContain('stop\\-at');
  });

  it('has the date, the version, files and environment', () => {
    expect(page).toMatch(/^\.TH DRAGOMAN 1 "2026-12-01" "dragoman 1\.2\.3" "User Commands"$/m);
    expect(page).toMatch(/^\.SH FILES$[\s\S]*^\.SH ENVIRONMENT$[\s\S]*GEMINI_API_KEY/m);
  });

  it.skipIf(spawnSync('groff', ['--version']).status !== 0)(
    'is one that groff prints without a warning',
    () => {
      const { status, stderr } = spawnSync('groff', ['-man', '-ww', '-z', '-Tutf8'], {
        input: page,
        encoding: 'utf8',
      });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    },
  );
});
