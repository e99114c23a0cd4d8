import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { levelDbfs } from '../src/audio/pcm/level.ts';
import { resample } from '../src/audio/pcm/resample.ts';
import { readWav, writeWav } from '../src/audio/pcm/wav.ts';
import { startStandin } from '../src/standin/server.ts';
import { QUICK, scriptedAnswerer } from './rig/standin.ts';
import { dragoman } from './support/command.ts';
import { KEY } from './support/live.ts';
import { HUMAN_RECORDINGS, noise, sequence, silence, spoken } from './support/voices.ts';

/** `dragoman` as a user runs it, with the stand-in that really listens and answers. */

let folder: string;
const at = (name: string) => path.join(folder, name);
const wav = async (name: string, samples: Int16Array, rate = 16_000) => {
  await writeFile(at(name), writeWav(samples, rate));
  return at(name);
};

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'dragoman-command-'));
});
afterAll(() => rm(folder, { recursive: true }));

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
    const file = await wav('allergy.wav', await spoken('Tengo alergia a la penicilina.', 'es'));
    const { code, stdout, stderr } = await dragoman([
      'turn',
      file,
      '--standin',
      '--json',
      '--out',
      at('out.wav'),
    ]);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const turn = JSON.parse(stdout);
    expect(turn).toMatchObject({
      outcome: 'translated',
      heard: { text: 'Tengo alergia a la penicilina.', language: 'es' },
      said: { text: 'I am allergic to penicillin.', language: 'en' },
      attempts: 1,
    });
    expect(turn.marks.pressed).toBe(0);
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
      expect(turn.marks).toHaveProperty(name, expect.any(Number));
    }
    expect(turn.speechSeconds).toBeGreaterThan(1);
    expect(turn.billedSeconds).toBeGreaterThanOrEqual(turn.speechSeconds);
    const out = readWav(await readFile(at('out.wav')));
    expect(out.sampleRate).toBe(24_000);
    expect(out.samples.length / 24_000).toBeCloseTo(turn.answerSeconds, 2);
    expect(levelDbfs(out.samples)).toBeGreaterThan(-40);
    // The loudspeaker's sound says what the text says: it is heard back by the same command.
    const back = await dragoman(['turn', at('out.wav'), '--standin', '--json']);
    expect(JSON.parse(back.stdout).heard).toEqual({ text: 'I am allergic to penicillin.', language: 'en' });
  });

  it('takes another rate and two channels', async () => {
    const speech = resample(await spoken('Do you need a doctor?', 'rms'), 16_000, 44_100);
    await writeFile(at('stereo.wav'), stereo(speech, 44_100));
    const { code, stdout } = await dragoman(['turn', at('stereo.wav'), '--standin']);
    expect(stdout).toContain('heard    (en) Do you need a doctor?');
    expect(stdout).toContain('said     (es) ¿Necesita usted un médico?');
    expect(code).toBe(0);
  });

  it.each([
    ['silence', () => silence(1.5)],
    ['a short touch', () => silence(0.05)],
    ['noise alone', () => noise('pink', -40, 2)],
  ])('ends with 3 for %s, and nothing is billed', async (name, sound) => {
    const file = await wav(`${name}.wav`, sound());
    const { code, stdout } = await dragoman(['turn', file, '--standin', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      outcome: 'nothing said',
      billedSeconds: 0,
      heard: null,
      said: null,
    });
    expect(code).toBe(3);
  });

  it('ends with 4 for what is not in the book, said in the language of the listener', async () => {
    const file = await wav(
      'unlisted.wav',
      await spoken('Did you watch the football game last night?', 'rms'),
    );
    const { code, stdout } = await dragoman(['turn', file, '--standin', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      outcome: 'not understood',
      said: { text: 'No he entendido.', language: 'es' },
    });
    expect(code).toBe(4);
  });

  it('ends with 5 for a fault, and tells its code, what happened and what to do, but never the key', async () => {
    const standin = await startStandin({ answerer: scriptedAnswerer(), timing: QUICK, badKeys: [KEY] });
    try {
      const file = await wav(
        'tone.wav',
        sequence(silence(0.2), await spoken('Do you need a doctor?', 'rms')),
      );
      for (const args of [[], ['--json']]) {
        const { code, stdout, stderr } = await dragoman(['turn', file, ...args], {
          GOOGLE_GEMINI_BASE_URL: standin.url,
          GEMINI_API_KEY: KEY,
        });
        expect(code).toBe(5);
        expect(stderr).toMatch(/key-refused: The service does not accept the API key[\s\S]*what to do: /);
        expect(stdout + stderr).not.toContain(KEY);
        if (args.length > 0)
          expect(JSON.parse(stdout)).toMatchObject({ outcome: 'failed', fault: { code: 'key-refused' } });
      }
    } finally {
      await standin.stop();
    }
  });

  it('talks to the configured service, with the key from a file', async () => {
    const standin = await startStandin({ answerer: scriptedAnswerer(), timing: QUICK });
    try {
      await writeFile(at('key'), `${KEY}\n`);
      await writeFile(
        at('dragoman.toml'),
        `[service]\nbase_url = "${standin.url}"\nkey_file = "${at('key')}"\n`,
      );
      const file = await wav('configured.wav', await spoken('Do you need a doctor?', 'rms'));
      const { code, stdout } = await dragoman(['turn', file, '--config', at('dragoman.toml'), '--json']);
      expect(code).toBe(0);
      expect(JSON.parse(stdout).said.text).toBe('Where is the bathroom, please?');
    } finally {
      await standin.stop();
    }
  });

  it('without a key is a fault that tells where to put it', async () => {
    const { code, stderr } = await dragoman(['turn', await wav('k.wav', silence(0.1))]);
    expect(code).toBe(5);
    expect(stderr).toMatch(/key-missing[\s\S]*GEMINI_API_KEY/);
  });

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
    ['a port that is none', ['standin', '--port', 'http'], /a port is a whole number/],
  ])('ends with 2 for %s', async (_, args, message) => {
    const { code, stdout, stderr } = await dragoman(args);
    expect(stderr).toMatch(message);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  it.each([
    ['an empty file', () => new Uint8Array(0), /empty\.wav: the file is empty/],
    ['text', () => new TextEncoder().encode('This is certainly no sound.'), /text\.wav: not a WAV file/],
    [
      'half a recording',
      () => writeWav(silence(1), 16_000).subarray(0, 9000),
      /half\.wav: the WAV file is cut short/,
    ],
  ])('ends with 2 for %s', async (_, bytes, message) => {
    const name = message.source.split('\\')[0] as string;
    await writeFile(at(`${name}.wav`), bytes());
    const { code, stderr } = await dragoman(['turn', at(`${name}.wav`), '--standin']);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });
});

describe('dragoman phrasebook list', () => {
  it('prints at least 60 phrases, each with a text in English and Spanish', async () => {
    const { code, stdout } = await dragoman(['phrasebook', 'list', '--json']);
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
