import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { dragomanInProcess } from '../../../test/rig/command.ts';
import { temporaryFolders } from '../../../test/rig/folders.ts';
import { levelDbfs } from '../../audio/pcm/level.ts';
import { readWav, writeWav } from '../../audio/pcm/wav.ts';
import { promptFileName } from '../../audio/prompt-files.ts';
import { loadPrompts } from '../../audio/prompts.ts';
import { notUnderstoodIn } from '../../interpreters/gemini/prompt/not-understood.ts';
import { PROMPTS } from '../../kiosk/shown/sounds.ts';
import { configurationAt } from '../../system/config/load.ts';
import { deskLanguages } from '../../system/config/schema.ts';
import { EN } from '../../words/en.ts';
import { wordsOf } from '../../words/index.ts';
import { preparePrompts } from './prepare.ts';
import { ESPEAK, type Speech } from './render.ts';
import { textsForVoice } from './voices.ts';

const TEXTS = wordsOf('prompts');
const newFolder = temporaryFolders();

const table = await ESPEAK.voices();
/** Has espeak-ng's voices, and the same sound for every text. */
const QUICK: Speech = { voices: async () => table, speak: async () => new Int16Array(24_000).fill(1000) };

const prepareQuickly = (folder: string, languages: readonly string[], textsOf = textsForVoice) =>
  preparePrompts(folder, languages, textsOf, QUICK);

const outcomes = ({ prompts }: Awaited<ReturnType<typeof preparePrompts>>) =>
  prompts.map(({ outcome }) => outcome);

/** Compares as bytes: of many samples that is much faster than `toEqual`. */
const isSame = (a: Int16Array | undefined, b: Int16Array): boolean =>
  a !== undefined &&
  Buffer.from(a.buffer, a.byteOffset, a.byteLength).equals(new Uint8Array(b.slice().buffer));

describe('rendered prompts', () => {
  /** Spoken by espeak-ng: one of each script, and some more. The others have a voice, and the same way to a file. */
  const languages = ['ar', 'de', 'el', 'en', 'hi', 'ja', 'pt', 'ru', 'th', 'zh'];
  const regions = ['en-US', 'en-AU', 'pt-PT', 'es-419', 'es-MX', 'fr-CA', 'zh-TW', 'de-AT', 'no'];
  const folder = newFolder();
  let problems: readonly string[];
  let prompts: Awaited<ReturnType<typeof loadPrompts>>;
  beforeAll(async () => {
    ({ problems } = await preparePrompts(folder, languages));
    prompts = await loadPrompts(folder);
  });

  it.each(languages)('in %s are 24 kHz mono, short, and as loud as speech', (language) => {
    expect(problems).toEqual([]);
    expect(prompts.problems).toEqual([]);
    for (const prompt of PROMPTS) {
      const file = readFileSync(path.join(folder, promptFileName({ prompt, language })));
      expect(file.readUInt16LE(22)).toBe(1);
      expect(file.readUInt16LE(34)).toBe(16);
      const { samples, sampleRate } = readWav(file);
      expect(sampleRate).toBe(24_000);
      expect(samples.length / sampleRate).toBeGreaterThan(1);
      expect(samples.length / sampleRate).toBeLessThan(6);
      expect(levelDbfs(samples)).toBeGreaterThan(-30);
      expect(levelDbfs(samples)).toBeLessThan(-16);
      expect(isSame(prompts.sound(prompt, [language]), samples)).toBe(true);
    }
  });

  it('have a voice in each language that has texts', async () => {
    expect(languages.filter((language) => !(language in TEXTS))).toEqual([]);
    expect((await prepareQuickly(newFolder(), Object.keys(TEXTS))).problems).toEqual([]);
  });

  it('are there for every language in which the interpreter can say that it did not understand', () => {
    const languages = 'ar cs da de el en es fi fr he hi hu id it ja ko nl nb pl pt ro ru sv th tr uk vi zh';
    for (const language of languages.split(' ')) {
      if (language !== 'en') expect(notUnderstoodIn(language)).not.toBe(notUnderstoodIn('en'));
      expect(TEXTS).toHaveProperty(language);
    }
  });

  it('are there for regions, by their languages', async () => {
    const regional = newFolder();
    expect((await prepareQuickly(regional, regions)).problems).toEqual([]);
    expect((await loadPrompts(regional)).missing(regions)).toEqual([]);
  });

  it('are rendered once, and again when their text has changed', async () => {
    const folder = newFolder();
    expect(outcomes(await prepareQuickly(folder, ['en']))).toEqual(['rendered', 'rendered', 'rendered']);
    const before = statSync(path.join(folder, 'one-moment.en.wav'));
    expect(outcomes(await prepareQuickly(folder, ['en', 'en']))).toEqual([
      'unchanged',
      'unchanged',
      'unchanged',
    ]);
    expect(statSync(path.join(folder, 'one-moment.en.wav')).ino).toBe(before.ino);
    const texts = { ...EN.prompts, 'speak again': 'Once more, please, and slowly.' };
    const changed = await prepareQuickly(folder, ['en'], () => texts);
    expect(outcomes(changed)).toEqual(['unchanged', 'rendered', 'unchanged']);
    expect(readdirSync(folder)).toHaveLength(3); // and nothing temporary
  });

  it('rendered by root can be read by the daemon, and no link that its user has laid is followed', async () => {
    const [folder, elsewhere] = [newFolder(), path.join(newFolder(), 'shadow')];
    writeFileSync(elsewhere, 'secret');
    for (const name of ['new', process.pid])
      symlinkSync(elsewhere, path.join(folder, `.one-moment.en.wav.${name}`));
    const before = process.umask(0o077);
    try {
      await prepareQuickly(folder, ['en']);
    } finally {
      process.umask(before);
    }
    expect(readFileSync(elsewhere, 'utf8')).toBe('secret');
    const { mode } = lstatSync(path.join(folder, 'one-moment.en.wav'));
    expect(mode & 0o7777).toBe(0o644);
  });

  it('never take the place of a recording of the operator', async () => {
    const folder = newFolder();
    const own = writeWav(new Int16Array(48_000).fill(1000), 48_000);
    writeFileSync(path.join(folder, 'one-moment.en.wav'), own);
    await prepareQuickly(folder, ['en']);
    // One that began as ours: louder in an editor, which kept our mark at the end.
    const edited = readFileSync(path.join(folder, 'speak-again.en.wav'));
    edited.writeInt16LE(12_345, 1000);
    writeFileSync(path.join(folder, 'speak-again.en.wav'), edited);
    const { prompts } = await prepareQuickly(folder, ['en'], () => ({
      'one moment': 'Other',
      'speak again': 'words',
      'not available': 'than before.',
    }));
    expect(prompts.map(({ outcome }) => outcome)).toEqual(['own', 'own', 'rendered']);
    expect(readFileSync(path.join(folder, 'one-moment.en.wav'))).toEqual(Buffer.from(own));
    expect(readFileSync(path.join(folder, 'speak-again.en.wav'))).toEqual(edited);
  });

  it.each(['speak-again.pt.wav', 'speak-again.pt-br.wav'])(
    'leave pt-BR to the operator whose recording is %s',
    async (name) => {
      const folder = newFolder();
      writeFileSync(path.join(folder, name), writeWav(new Int16Array(24_000), 24_000));
      expect(outcomes(await prepareQuickly(folder, ['pt-BR']))).toEqual(['rendered', 'own', 'rendered']);
    },
  );

  it('leave alone what can not be read', async () => {
    const folder = newFolder();
    mkdirSync(path.join(folder, 'one-moment.en.wav'));
    writeFileSync(path.join(folder, 'speak-again.en.wav'), 'half a download');
    expect(outcomes(await prepareQuickly(folder, ['en']))).toEqual(['own', 'own', 'rendered']);
  });

  it('name the languages that can not be spoken, and the others go on', async () => {
    const folder = newFolder();
    const { prompts, problems } = await prepareQuickly(folder, ['bg', 'tlh', 'en']);
    expect(prompts.map(({ language }) => language)).toEqual(['en', 'en', 'en']);
    expect(problems).toHaveLength(6);
    expect(problems[0]).toMatch(/^bg: there is no text .*; record "one moment" as one-moment\.bg\.wav$/);
    const spoken = await prepareQuickly(folder, ['tlh'], () => textsForVoice('en'));
    expect(spoken.problems[0]).toMatch(/^tlh: espeak-ng has no voice .*one-moment\.tlh\.wav$/);
  });
});

describe('dragoman prompts', () => {
  const config = (folder: string, text: string) => {
    const file = path.join(folder, 'dragoman.toml');
    writeFileSync(file, text);
    return file;
  };

  it('prepares the languages of the desk in the configured folder, and lists them', async () => {
    const folder = path.join(newFolder(), 'a', 'b');
    const file = config(
      newFolder(),
      `[languages]\nhost = "de"\nguest = "bg"\nguests = ["bg"]\n[prompts]\nfolder = "${folder}"\n`,
    );
    const prepared = await dragomanInProcess(['prompts', 'prepare', '--config', file]);
    expect(prepared.stdout).toBe(`${folder}: 3 rendered, 0 unchanged, 0 of your own\n`);
    expect(prepared.stderr.match(/^dragoman: bg: there is no text/gm)).toHaveLength(3);
    expect(prepared.code).toBe(1);
    writeFileSync(
      path.join(folder, 'speak-again.bg.wav'),
      writeWav(new Int16Array(48_000).fill(1000), 24_000),
    );
    const { code, stdout, stderr } = await dragomanInProcess(['prompts', 'list', '--config', file]);
    expect(stdout).toMatch(/^one moment +de +prepared +\d\.\d +one-moment\.de\.wav$/m);
    expect(stdout).toMatch(/^one moment +bg +missing +one-moment\.bg\.wav$/m);
    expect(stdout).toMatch(/^speak again +bg +operator's own +2\.0 +speak-again\.bg\.wav$/m);
    expect(stdout.split('\n')).toHaveLength(2 + 6 + 1);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const listed = JSON.parse(
      (await dragomanInProcess(['prompts', 'list', '--json', '--config', file])).stdout,
    );
    expect(listed.prompts).toHaveLength(6);
    expect(listed.prompts).toContainEqual({
      prompt: 'speak again',
      language: 'bg',
      state: "operator's own",
      seconds: 2,
      file: 'speak-again.bg.wav',
    });
  });

  it('reports recordings that cannot be used, and continues with the others', async () => {
    const folder = newFolder();
    const languages = deskLanguages(await configurationAt(undefined));
    for (const prompt of PROMPTS)
      for (const language of languages)
        writeFileSync(path.join(folder, promptFileName({ prompt, language })), 'nothing');
    writeFileSync(
      path.join(folder, 'speak-again.en.wav'),
      writeWav(new Int16Array(24_000).fill(1000), 24_000),
    );
    const prepared = await dragomanInProcess(['prompts', 'prepare', '--folder', folder]);
    expect(prepared.stdout).toContain(`${PROMPTS.length * languages.length} of your own`);
    expect(prepared.stderr).toContain('one-moment.en.wav: not a WAV file');
    const { stdout } = await dragomanInProcess(['prompts', 'list', '--folder', folder]);
    expect(stdout).toMatch(/^one moment +en +unusable +one-moment\.en\.wav$/m);
    expect(stdout).toMatch(/^speak again +en +operator's own +1\.0 +speak-again\.en\.wav$/m);
  });

  it('says what to install where espeak-ng is missing', async () => {
    vi.stubEnv('PATH', newFolder());
    onTestFinished(() => void vi.unstubAllEnvs());
    const { code, stderr } = await dragomanInProcess(['prompts', 'prepare', '--folder', newFolder()]);
    expect(stderr).toMatch(/espeak-ng.*is missing.*apt-get install espeak-ng/);
    expect(code).toBe(1);
  });

  it('says what to do where the folder can not be written', async () => {
    const folder = newFolder();
    writeFileSync(path.join(folder, 'file'), '');
    const inside = path.join(folder, 'file', 'prompts');
    const { code, stderr } = await dragomanInProcess(['prompts', 'prepare', '--folder', inside]);
    expect(stderr).toMatch(/prompts can't be written: .*--folder/);
    expect(code).toBe(2);
  });
});
