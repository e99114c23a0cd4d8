import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { dragomanInProcess } from '../../../../test/rig/command.ts';
import { type RigStandinOptions, serviceRig } from '../../../../test/rig/engines.ts';
import { temporaryFolders } from '../../../../test/rig/folders.ts';
import { KEY } from '../../../../test/rig/live.ts';
import { tone } from '../../../../test/rig/standin.ts';
import { detectorOn } from '../../../../test/rig/virtual/detector.ts';
import { VirtualFiles } from '../../../../test/rig/virtual/files.ts';
import { MissingDependency } from '../../../phrasebook/libraries.ts';
import { OUT_RATE } from '../../../standin/protocol/sound.ts';
import type { Speech } from '../../prompts/render.ts';

const folder = temporaryFolders();
const rig = serviceRig();

const speech: Speech = { voices: async () => '', speak: async () => tone(1, OUT_RATE) };
const noSpeech: Speech = {
  ...speech,
  speak: () => Promise.reject(new MissingDependency('espeak-ng is missing')),
};

/** `dragoman probe` with a service. @param config further lines of its configuration */
async function probe(
  args: readonly string[],
  {
    config = '',
    options = {},
    with: spoken = speech,
  }: {
    readonly config?: string;
    readonly options?: RigStandinOptions;
    readonly with?: Speech;
  } = {},
) {
  const { clock, network } = rig;
  const service = await rig.another('probed.test', { protocol: 'https', ...options });
  const file = path.join(folder(), 'dragoman.toml');
  await writeFile(file, `[service]\nbase_url = "${service.url}"\n${config}`);
  return dragomanInProcess(['probe', '--config', file, ...args], {
    environment: { GEMINI_API_KEY: KEY },
    clock,
    speech: spoken,
    service: {
      network,
      files: new VirtualFiles(clock).files,
      loadDetector: () => detectorOn(clock),
      startStandin: () => rig.another('standin.test'),
    },
  });
}

describe('dragoman probe', () => {
  it('states the cost before it asks, then what it has found, in 80 columns', async () => {
    const { stdout, stderr } = await probe([]);
    expect(stderr).toMatch(/^This costs about \$0\.\d{3} and takes about 2 minutes\. Ctrl-C ends it\.\n/);
    expect(stdout).toMatch(/^holds {4}The service offers the configured models/);
    expect(stdout).toMatch(
      /; it cost about \$0\.\d{3}\.\ndocs\/developers\/assumptions\.md says what depends on each\.\n$/,
    );
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('costs nothing with the stand-in, and says so, for programs, too', async () => {
    const { stdout, stderr } = await probe(['--standin', '--json']);
    expect(stderr).toMatch(/^This costs nothing \(it uses a local stand-in\)/);
    expect(JSON.parse(stdout)).toMatchObject({ expectedDollars: 0, dollars: 0 });
  });

  it('checks the models of engines that the desk leaves out', async () => {
    const { stdout } = await probe(['--json'], { config: '[interpreters]\nengines = ["phrasebook"]\n' });
    const { findings } = JSON.parse(stdout);
    expect(findings).toContainEqual(expect.objectContaining({ assumption: 'hearing', verdict: 'holds' }));
  });

  it('has the exit code 1 where an assumption fails', async () => {
    const { code, stdout } = await probe([], { config: '[live]\nmodels = ["gemini-99-live"]\n' });
    expect(stdout).toContain('FAILS    The service offers the configured models');
    expect(stdout).toContain('-> live.models: choose among ');
    expect(code).toBe(1);
  });

  it('says what to do where the service refuses the key, and has the exit code 5', async () => {
    const { code, stdout, stderr } = await probe([], { options: { badKeys: [KEY] } });
    expect(stderr).toMatch(/dragoman: key-refused: .*: HTTP 400: .*\n {2}what to do: Make a new key/);
    expect(stdout).toBe('');
    expect(code).toBe(5);
  });

  it('says what is missing where nothing can speak, before it asks the service for anything', async () => {
    const { code, stderr } = await probe([], { with: noSpeech });
    expect(stderr).toBe('dragoman: espeak-ng is missing\n');
    expect(code).toBe(1);
  });
});
