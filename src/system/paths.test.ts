import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolders } from '../../test/rig/folders.ts';
import { soundFolder } from './paths.ts';

const folder = temporaryFolders();
const own = `dragoman-alsa-${process.pid}`;

it("ALSA's configuration lies in systemd's folder, in a checkout's, and for root never where others may write", () => {
  expect(soundFolder({ RUNTIME_DIRECTORY: '/run/dragoman:/run/other' })).toBe('/run/dragoman');
  const build = folder();
  expect(soundFolder({}, build, 0)).toBe(path.join(build, 'run', own));
  expect(soundFolder({}, '/nonexistent', 0)).toBe(path.join('/run', own));
  expect(soundFolder({}, '/nonexistent', 1000)).toBe(path.join(tmpdir(), own));
});
