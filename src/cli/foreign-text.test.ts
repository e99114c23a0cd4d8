import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { dragomanInProcess } from '../../test/rig/command.ts';
import { temporaryFolders } from '../../test/rig/folders.ts';
import { VirtualClock } from '../../test/rig/virtual/clock.ts';
import { Fault } from '../kiosk/faults.ts';
import { spokenText } from './commands/development/turn-report.ts';
import { faultText } from './program.ts';
import { Progress } from './progress.ts';

const folder = temporaryFolders();

/** Clears the screen of a terminal, in two ways, and turns what follows round. */
const NAME = 'x\x1b[2J\x9b2J\u202ey';

describe('what others have named or said', () => {
  it.each<[string, () => readonly string[]]>([
    ['the name of a file', () => ['config', 'check', path.join(folder(), NAME)]],
    [
      'a value of the configuration',
      () => {
        const file = path.join(folder(), 'dragoman.toml');
        writeFileSync(
          file,
          `[panel]\ndriver = "${NAME.replace('\x1b', '\\u001b').replace('\x9b', '\\u009b')}"\n`,
        );
        return ['config', 'check', file];
      },
    ],
    ['an argument', () => [NAME]],
    ['an option of a command', () => ['language', NAME, '--side', NAME]],
  ])('is printable where a command prints it: %s', async (_, args) => {
    const { stdout, stderr, code } = await dragomanInProcess(args());
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/2J/);
    expect(stdout + stderr).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
  });

  it('is one printable line in the report of a turn, of a fault, and of what is under way', () => {
    const lines: string[] = [];
    const words = `${NAME}\nanother line`;
    new Progress({ write: (line: string) => lines.push(line) > 0 }, new VirtualClock()).show(words);
    lines.push(spokenText({ text: words, language: 'en' }), faultText(new Fault('service-error', words)));
    const [progress, spoken, fault] = lines.map((line) => line.trimEnd().split('\n'));
    expect(progress).toHaveLength(1);
    expect(spoken).toHaveLength(1);
    expect(fault).toHaveLength(2);
    expect(lines.join('')).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
  });
});
