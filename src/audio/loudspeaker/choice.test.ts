import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Told } from '../../../test/rig/events.ts';
import { temporaryFolders } from '../../../test/rig/folders.ts';
import { VirtualClock } from '../../../test/rig/virtual/clock.ts';
import { AplayPlayer } from './aplay.ts';
import type { LoudspeakerState } from './loudspeaker.ts';
import { PacedLoudspeaker } from './paced.ts';

const folder = temporaryFolders();

describe('what is wrong with aplay', () => {
  const { PATH } = process.env;
  afterEach(() => {
    process.env.PATH = PATH;
  });

  /** Time stands still: no limit of the loudspeaker is reached, however busy the machine is. */
  async function firstState(): Promise<LoudspeakerState> {
    const states = new Told<LoudspeakerState>();
    const clock = new VirtualClock();
    const loudspeaker = new PacedLoudspeaker(new AplayPlayer(clock), { clock });
    loudspeaker.start({
      playing() {},
      drained() {},
      gap() {},
      lost() {},
      interval() {},
      state: states.tell,
    });
    const state = await states.first(() => true);
    await clock.drive(loudspeaker.stop());
    return state;
  }

  it.each([
    ['busy', 'echo "aplay: main:831: audio open error: Device or resource busy" >&2; exit 1'],
    ['died', 'exit 0'],
  ] as const)('"%s" is told apart', async (expected, script) => {
    const programs = folder();
    writeFileSync(join(programs, 'aplay'), `#!/bin/sh\n${script}\n`);
    chmodSync(join(programs, 'aplay'), 0o755);
    process.env.PATH = `${programs}:${PATH}`;
    expect(await firstState()).toMatchObject({ trouble: expected });
  });

  it('says "no player" without aplay', async () => {
    process.env.PATH = folder();
    expect(await firstState()).toMatchObject({ trouble: 'no player' });
  });
});
