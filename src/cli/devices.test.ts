import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from '../../test/rig/folders.ts';
import { devicesCommand } from './devices.ts';
import { devicesCheck } from './devices-check.ts';

const folder = temporaryFolders();

function configured(text: string): { config: string } {
  const config = path.join(folder(), 'dragoman.toml');
  writeFileSync(config, text);
  return { config };
}

describe('dragoman devices', () => {
  it('tells which devices are meant, and why', async () => {
    const told = await devicesCommand(
      configured('[microphone]\ncard = "usb:9-9"\n[loudspeaker]\ndevice = "null"\n'),
      { environment: {} },
    );
    expect(told).toMatch(/^microphone: none: no card "usb:9-9" \(microphone\.card\); there is /m);
    expect(told).toMatch(/^loudspeaker: null: loudspeaker\.device names it$/m);
  });

  it('--check reports what does not work when it is interrupted', async () => {
    const { stdout, exitCode } = await devicesCheck(
      configured('[microphone]\ncard = "Nowhere"\n[loudspeaker]\ncard = "Nowhere"\n'),
      { stderr: process.stderr, environment: {}, signal: AbortSignal.timeout(100) },
    );
    expect(stdout).toMatch(/^microphone does not work: missing: no card "Nowhere"/m);
    expect(stdout).toMatch(/^loudspeaker does not work: missing: no card "Nowhere"/m);
    expect(exitCode).toBe(1);
  });
});
