import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { levelDbfs } from '../src/audio/pcm/level.ts';
import { resample } from '../src/audio/pcm/resample.ts';
import { readWav, writeWav } from '../src/audio/pcm/wav.ts';
import { Interruption } from '../src/cli/program.ts';
import type { Answerer } from '../src/standin/answerer.ts';
import { phrasebookAnswerer } from '../src/standin/main.ts';
import type { PhrasebookAnswerer } from '../src/standin/phrasebook-answerer.ts';
import { dragomanInProcess, type Ran, wholeProgram } from './rig/command.ts';
import { ConnectProxy } from './rig/connect-proxy.ts';
import { serviceRig } from './rig/engines.ts';
import { temporaryFolders } from './rig/folders.ts';
import { KEY } from './rig/live.ts';
import { detectorOn } from './rig/virtual/detector.ts';
import { VirtualFiles } from './rig/virtual/files.ts';
import { HUMAN_RECORDINGS, noise, sequence, silence, spoken } from './rig/voices.ts';

/** `dragoman` in this process; turns go through a service in virtual time. */

const folder = temporaryFolders();
const rig = serviceRig(() => ({ protocol: 'https' }));

let mind: PhrasebookAnswerer;
beforeAll(async () => {
  mind = await phrasebookAnswerer();
  await mind.start();
});
afterAll(() => mind.stop());

/** The mind of the stand-ins of all tests, which starts a child and reads dictionaries. */
const answerer: Answerer = {
  start: async () => {},
  stop: async () => {},
  answerSpeech: (sound) => mind.answerSpeech(sound),
  answerText: (text) => mind.answerText(text),
};

async function inFile(name: string, content: string | Uint8Array): Promise<string> {
  const file = path.join(folder(), name);
  await writeFile(file, content);
  return file;
}

const wav = (samples: Int16Array, rate = 16_000) => inFile('in.wav', writeWav(samples, rate));

/** @param environment of the command; its stand-in listens and answers */
function turn(args: readonly string[], environment: Record<string, string> = {}): Promise<Ran> {
  const { clock, network } = rig;
  return dragomanInProcess(['turn', ...args], {
    environment,
    clock,
    service: {
      network,
      files: new VirtualFiles(clock).files,
      loadDetector: () => detectorOn(clock),
      startStandin: () => rig.another('standin.test', { answerer }),
    },
  });
}

/** A configuration with this service. */
const configured = (url: string, more = '') =>
  inFile('dragoman.toml', `[service]\nbase_url = "${url}"\n${more}`);

/** A WAV file of two channels. */
function stereo(samples: Int16Array, rate: number): Uint8Array {
  const file = writeWav(
    Int16Array.from({ length: samples.length * 2 }, (_, i) => samples[i >> 1] as number),
    rate,
  );
  const view = new DataView(file.buffer);
  view.setUint16(22, 2, true);
  view.setUint32(28, rate * 4, true);
  view.setUint16(32, 4, true);
  return file;
}

describe('dragoman turn', () => {
  it('translates what a guest says, and the translation can be heard', async () => {
    const file = await wav(await spoken('Tengo alergia a la penicilina.', 'es'));
    const out = path.join(folder(), 'out.wav');
    const { code, stdout, stderr } = await turn([file, '--standin', '--json', '--out', out]);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({
      outcome: 'translated',
      heard: { text: 'Tengo alergia a la penicilina.', language: 'es' },
      said: { text: 'I am allergic to penicillin.', language: 'en' },
      attempts: 1,
    });
    expect(report.marks.pressed).toBe(0);
    for (const name of [
      'released',
      'speechStarted',
      'captured',
      'gated',
      'sent',
      'heard',
      'firstAudio',
      'answered',
    ]) {
      expect(report.marks).toHaveProperty(name, expect.any(Number));
    }
    expect(report.speechSeconds).toBeGreaterThan(1);
    expect(report.billedSeconds).toBeGreaterThanOrEqual(report.speechSeconds);
    const { samples, sampleRate } = readWav(await readFile(out));
    expect(sampleRate).toBe(24_000);
    expect(samples.length / 24_000).toBeCloseTo(report.answerSeconds, 2);
    expect(levelDbfs(samples)).toBeGreaterThan(-40);
    // The loudspeaker's sound says what the text says: it is heard back by the same command.
    const back = await turn([out, '--standin', '--json']);
    expect(JSON.parse(back.stdout).heard).toEqual({ text: 'I am allergic to penicillin.', language: 'en' });
  });

  it('takes another rate and two channels', async () => {
    const speech = resample(await spoken('Do you need a doctor?', 'rms'), 16_000, 44_100);
    const { code, stdout } = await turn([await inFile('in.wav', stereo(speech, 44_100)), '--standin']);
    expect(stdout).toContain('heard    (en) Do you need a doctor?');
    expect(stdout).toContain('said     (es) ¿Necesita usted un médico?');
    expect(code).toBe(0);
  });

  it.each([
    ['silence', () => silence(1.5)],
    ['a short touch', () => silence(0.05)],
    ['noise alone', () => noise('pink', -40, 2)],
  ])('ends with 3 for %s, and nothing is billed', async (_, sound) => {
    const { code, stdout } = await turn([await wav(sound()), '--standin', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      outcome: 'nothing said',
      billedSeconds: 0,
      heard: null,
      said: null,
    });
    expect(code).toBe(3);
  });

  it('ends with 4 for what is not in the book, said in the language of the listener', async () => {
    const file = await wav(await spoken('Did you watch the football game last night?', 'rms'));
    const { code, stdout } = await turn([file, '--standin', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      outcome: 'not understood',
      said: { text: 'No he entendido.', language: 'es' },
    });
    expect(code).toBe(4);
  });

  it('ends with 5 for a fault, and says its code, what happened and what to do, but never the key', async () => {
    const { url } = await rig.another('refusing.test', { protocol: 'https', badKeys: [KEY] });
    const file = await wav(sequence(silence(0.2), await spoken('Do you need a doctor?', 'rms')));
    for (const more of [[], ['--json']]) {
      const args = [file, '--config', await configured(url), ...more];
      const { code, stdout, stderr } = await turn(args, { GEMINI_API_KEY: KEY });
      expect(code).toBe(5);
      expect(stderr).toMatch(/key-refused: The service does not accept the API key[\s\S]*what to do: /);
      expect(stdout + stderr).not.toContain(KEY);
      if (more.length > 0)
        expect(JSON.parse(stdout)).toMatchObject({ outcome: 'failed', fault: { code: 'key-refused' } });
    }
  });

  it('talks to the configured service, with the key from a file', async () => {
    const key = await inFile('key', `${KEY}\n`);
    const file = await wav(await spoken('Do you need a doctor?', 'rms'));
    const config = await configured(rig.standin.url, `key_file = "${key}"\n`);
    const { code, stdout } = await turn([file, '--config', config, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).said.text).toBe('Where is the bathroom, please?');
  });

  it('goes through the configured proxy, and says what is wrong with it', async () => {
    const connectProxy = new ConnectProxy((host) => rig.network.reach(host));
    const proxy = rig.serve('proxy.test', connectProxy.server);
    const file = await wav(await spoken('Do you need a doctor?', 'rms'));
    const args = [file, '--config', await configured(rig.standin.url, `proxy = "${proxy}"\n`)];
    expect((await turn(args, { GEMINI_API_KEY: KEY })).code).toBe(0);
    expect(connectProxy.asked).not.toEqual([]);
    connectProxy.policy = 'forbids';
    const { code, stderr } = await turn(args, { GEMINI_API_KEY: KEY });
    expect(code).toBe(5);
    expect(stderr).toMatch(/proxy-failed: .*the proxy http:\/\/proxy\.test \(service\.proxy\) refuses/);
    connectProxy.stop();
  });

  it('without a key is a fault that says where to put it', async () => {
    const { code, stderr } = await turn([await wav(silence(0.1))]);
    expect(code).toBe(5);
    expect(stderr).toMatch(/key-missing[\s\S]*GEMINI_API_KEY/);
  });

  it.each([
    ['an empty file', () => new Uint8Array(0), /in\.wav: the file is empty/],
    ['text', () => new TextEncoder().encode('This is certainly no sound.'), /in\.wav: not a WAV file/],
    [
      'half a recording',
      () => writeWav(silence(1), 16_000).subarray(0, 9000),
      /in\.wav: the WAV file is cut short/,
    ],
  ])('ends with 2 for %s', async (_, bytes, message) => {
    const { code, stderr } = await turn([await inFile('in.wav', bytes()), '--standin']);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });
});

describe('dragoman', () => {
  it.each([
    [
      'a file that is not there',
      ['turn', '/nowhere/in.wav', '--standin'],
      /\/nowhere\/in\.wav: cannot be read/,
    ],
    ['a folder', ['turn', '/', '--standin'], /\/: cannot be read/],
    ['no file', ['turn'], /missing required argument/],
    ['an unknown option', ['turn', 'x.wav', '--loud'], /unknown option '--loud'/],
    ['an unknown command', ['translate'], /unknown command 'translate'/],
    [
      'an output that cannot be written',
      ['turn', HUMAN_RECORDINGS[0] as string, '--standin', '--out', '/nowhere/out.wav'],
      /\/nowhere\/out\.wav: cannot be written/,
    ],
    [
      'a configuration that is not there',
      ['turn', 'x.wav', '--config', '/nowhere/d.toml'],
      /\/nowhere\/d\.toml: cannot be read/,
    ],
    ['a port that is none', ['standin', '--port', 'http'], /a whole number from 0 to 65535/],
  ])('ends with 2 for %s', async (_, args, message) => {
    const { code, stdout, stderr } = await dragomanInProcess(args);
    expect(stderr).toMatch(message);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  it('run ends with 2 for a configuration with errors, when there was no valid one before', async () => {
    const { code, stderr } = await dragomanInProcess([
      'run',
      '--config',
      await inFile('d.toml', '[nonsense]\n'),
    ]);
    expect(stderr).toContain('nonsense: there is no such table');
    expect(code).toBe(2);
  });

  it('ends with 128 and the number of the signal when one interrupts it', async () => {
    const interrupted = new AbortController();
    const ran = await dragomanInProcess(
      ['vacant', '--within', '60', '--config', await inFile('d.toml', '')],
      {
        signal: interrupted.signal,
        exchange: async () => {
          interrupted.abort(new Interruption('SIGTERM'));
          return { code: 200, text: '{ "vacant": false }' };
        },
      },
    );
    expect(ran).toMatchObject({ code: 143, stdout: '' });
  });

  it.each(['status', 'language', 'language fr'])(
    '%s ends with 1 without a daemon, and says what to do',
    async (line) => {
      const socket = path.join(folder(), 'control.sock');
      const config = await inFile('dragoman.toml', `[control]\nsocket = "${socket}"\n`);
      const ran = await dragomanInProcess([...line.split(' '), '--config', config]);
      expect(ran.stderr).toBe(
        `dragoman: no daemon is running: nothing listens at ${socket}; ` +
          '"systemctl status dragoman" says why, "dragoman run" starts one by hand\n',
      );
      expect(ran).toMatchObject({ code: 1, stdout: '' });
    },
  );
});

describe('dragoman --help', () => {
  it('groups the commands, each with one line', async () => {
    const { stdout } = await dragomanInProcess(['--help']);
    const groups = stdout.match(/^[A-Z][a-z ]+:$/gm);
    expect(groups).toEqual(['Options:', 'Set up:', 'Daily use:', 'Repair:', 'Development:']);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    for (const command of (await wholeProgram()).below())
      expect(stdout).toContain(`\n  ${command.name().padEnd(14)}  ${command.summary()}\n`);
  });

  it('of a command has exit codes and examples, which are right', async () => {
    const program = await wholeProgram();
    for (const command of program.below().flatMap((one) => [one, ...one.below()])) {
      if (!command.runs) continue;
      const words = [command.parent === program ? [] : (command.parent?.name() ?? []), command.name()].flat();
      const { stdout } = await dragomanInProcess([...words, '--help']);
      expect(stdout).toMatch(/\n\nExit codes:\n {2}0 {2}\S.*\n(?: {2}\d {2}.*\n)*\nExamples:\n {2}# /);
      const lines = stdout.split('\nExamples:\n')[1]?.match(/\bdragoman .*/g) ?? [];
      expect(lines.some((line) => line.startsWith(`dragoman ${words.join(' ')}`))).toBe(true);
    }
  });
});

describe('dragoman phrasebook list', () => {
  it('prints at least 60 phrases, each with a text in English and Spanish', async () => {
    const { code, stdout } = await dragomanInProcess(['phrasebook', 'list', '--json']);
    expect(code).toBe(0);
    const phrases = JSON.parse(stdout);
    expect(phrases.length).toBeGreaterThanOrEqual(60);
    for (const phrase of phrases) {
      expect(phrase).toMatchObject({
        id: expect.any(String),
        en: expect.any(String),
        es: expect.any(String),
      });
    }
  });
});
