import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { bookWith, plain } from '../../../test/rig/books.ts';
import { dragomanInProcess } from '../../../test/rig/command.ts';
import { temporaryFolders } from '../../../test/rig/folders.ts';
import { listenToAll } from './listen.ts';

const folder = temporaryFolders();
const never = new AbortController().signal;
afterEach(() => {
  vi.unstubAllEnvs();
});

async function fileOf(content: object): Promise<string> {
  const file = path.join(folder(), 'own.json');
  await writeFile(file, JSON.stringify(content));
  return file;
}

const checked = (...args: readonly string[]) => dragomanInProcess(['phrasebook', 'check', ...args]);

const check = async (content: object) => checked(await fileOf(content));

const list = (...args: readonly string[]) => dragomanInProcess(['phrasebook', 'list', ...args]);

const FRENCH = {
  languages: { fr: { notUnderstood: "Je n'ai pas compris." } },
  phrases: [
    { id: 'one-moment', fr: 'Un petit moment.' },
    { id: 'late-bus', en: 'The bus is late today.', fr: "Le bus est en retard aujourd'hui." },
  ],
};

describe('a check of the phrasebook', () => {
  it('finds nothing wrong with the one that comes with Dragoman', async () => {
    const ran = await checked();
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toMatch(/^en +92 +0 +is rejected$/m);
  });

  it("names the desk's languages that are not in it", async () => {
    const config = path.join(folder(), 'dragoman.toml');
    await writeFile(config, '[languages]\nhost = "cs"\nguest = "es"\nguests = ["ko"]\n');
    const { code, stdout } = await checked('--config', config);
    expect(stdout).toContain('\nThis desk also has Czech, Korean: not in the phrasebook.\n');
    expect(code).toBe(0);
  });

  it('counts the phrases of each language, and those of the file that the configuration names, and says how unlisted speech is handled', async () => {
    const config = path.join(folder(), 'dragoman.toml');
    await writeFile(config, `[phrasebook]\nfile = ${JSON.stringify(await fileOf(FRENCH))}\n`);
    const { code, stdout, stderr } = await checked('--config', config);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toMatch(/own\.json: 93 phrases\npackages: all there\n/);
    expect(stdout).toMatch(/^en +93 +1 +is rejected$/m);
    expect(stdout).toMatch(/^es +92 +0 +is rejected$/m);
    expect(stdout).toMatch(/^fr +2 +2 +the speaker is asked$/m);
  });

  it('names words that nobody can say', async () => {
    const languages = { ar: { notUnderstood: 'لم أفهم.' } };
    const { code, stderr } = await check({ languages, phrases: [{ id: 'one-moment', ar: 'عزيزي' }] });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^dragoman: ar: the word "عزيزي" can't be pronounced: the IPA symbol "ʕ"/m);
  });

  it('names phrases that nobody can tell apart', async () => {
    const { code, stderr } = await check({
      phrases: [
        { id: 'bath', en: 'We have a room with a bath.', es: 'Tenemos una habitación con baño.' },
        { id: 'path', en: 'We have a room with a path.', es: 'Tenemos una habitación con sendero.' },
      ],
    });
    expect(code).toBe(1);
    expect(stderr).toBe(
      'dragoman: en: "We have a room with a bath." (bath) and "We have a room with a path." (path) ' +
        'differ in one sound only: they may be taken for one another\n',
    );
  });

  it('names a voice that is not there', async () => {
    const { code, stderr } = await check({
      languages: { fr: { notUnderstood: 'Quoi ?', voice: 'xx' } },
      phrases: FRENCH.phrases,
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^dragoman: fr: espeak-ng has no voice "xx"/m);
  });

  it('names packages that are missing, and the line that installs them', async () => {
    vi.stubEnv('PATH', '/nowhere');
    const { code, stdout, stderr } = await check(FRENCH);
    expect(code).toBe(1);
    expect(stdout).toMatch(/packages: some are missing/);
    expect(stderr).toMatch(/program espeak-ng is not installed; run: apt-get install espeak-ng/);
  });

  it('ends with the mistakes of the file', async () => {
    const { code, stdout, stderr } = await check({ phrases: [{ id: 'late-bus', en: 'The bus is late.' }] });
    expect(stderr).toMatch(/own\.json.*late-bus/s);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  });

  it('reports the same for programs', async () => {
    const { stdout } = await checked(await fileOf(FRENCH), '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      phrases: 93,
      packages: 'all there',
      languages: [
        { language: 'en', phrases: 93, own: 1, unlistedSpeech: 'is rejected' },
        { language: 'es', phrases: 92, own: 0 },
        { language: 'fr', phrases: 2, own: 2, unlistedSpeech: 'the speaker is asked' },
      ],
      problems: [],
    });
  });
});

describe('listening to the phrases', () => {
  const small = async () => plain(await bookWith('one-moment', 'allergic-penicillin'), 'en', 'es');

  it('says which were recognised, taken for another or rejected, and how far it is', async () => {
    const progress: string[] = [];
    const results = await listenToAll(
      await small(),
      (language, done, of) => void progress.push(`${language} ${done}/${of}`),
      never,
    );
    expect(progress).toEqual(['en 1/2', 'en 2/2', 'es 1/2', 'es 2/2']);
    for (const { right, wrong, rejected } of results.values()) {
      expect(right.length + wrong.length + rejected.length).toBe(2);
      expect(wrong).toEqual([]);
    }
    expect(results.get('es')?.right.length).toBeGreaterThan(0);
  });

  it('ends when it is interrupted', async () => {
    const abort = new AbortController();
    const listening = listenToAll(await small(), () => abort.abort(new Error('enough')), abort.signal);
    await expect(listening).rejects.toThrow('enough');
  });
});

describe('the list of phrases', () => {
  it('is of those that can be used between the languages', async () => {
    const file = await fileOf(FRENCH);
    const listed = JSON.parse((await list(file, '--languages', 'en,fr-CH', '--json')).stdout);
    expect(listed).toEqual([
      { id: 'one-moment', en: 'One moment, please.', fr: 'Un petit moment.' },
      { id: 'late-bus', en: 'The bus is late today.', fr: "Le bus est en retard aujourd'hui." },
    ]);
    expect((await list(file, '--languages', 'en, fr')).stdout).toMatch(
      /^one-moment\n {2}en {2}One moment, please\.\n {2}fr {2}Un petit moment\.\n[\s\S]*\n2 phrases\n$/,
    );
  });

  it('is refused for a language that the book does not have', async () => {
    const { code, stderr } = await list('--languages', 'en,de');
    expect(stderr).toMatch(/"de"; it has en, es/);
    expect(code).toBe(2);
  });
});
