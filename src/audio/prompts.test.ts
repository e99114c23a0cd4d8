import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from '../../test/rig/folders.ts';
import { noise } from '../../test/rig/voices.ts';
import { writeWav } from './pcm/wav.ts';
import { loadPrompts } from './prompts.ts';

const newFolder = temporaryFolders();

/** A sound that is known again by its level, at 24 kHz. */
const sound = (level: number, seconds = 0.1) =>
  new Int16Array(Math.round(seconds * 24_000)).fill(1000 + level);
const PAUSE = new Int16Array(6000);

function folderOf(files: Readonly<Record<string, Uint8Array | string>>): string {
  const folder = newFolder();
  for (const [name, content] of Object.entries(files)) writeFileSync(path.join(folder, name), content);
  return folder;
}

/** Recordings of 24 kHz, each of one level. */
const recordings = (levels: Readonly<Record<string, number>>) =>
  folderOf(
    Object.fromEntries(
      Object.entries(levels).map(([name, level]) => [`${name}.wav`, writeWav(sound(level), 24_000)]),
    ),
  );

/** The same in two channels: the samples are both channels' in turn. */
function stereo(samples: Int16Array, rate: number): Uint8Array {
  const file = writeWav(samples, rate);
  const view = new DataView(file.buffer);
  view.setUint16(22, 2, true);
  view.setUint32(28, rate * 4, true);
  view.setUint16(32, 4, true);
  return file;
}

describe('spoken prompts', () => {
  it('are heard in one language after the other, with a pause of 250 ms', async () => {
    const prompts = await loadPrompts(recordings({ 'one-moment.en': 100, 'one-moment.es': 200 }));
    expect(prompts.problems).toEqual([]);
    expect(prompts.sound('one moment', ['es', 'en'])).toEqual(
      Int16Array.from([...sound(200), ...PAUSE, ...sound(100)]),
    );
  });

  it('are heard in those languages that there is a recording of', async () => {
    const prompts = await loadPrompts(recordings({ 'speak-again.en': 100 }));
    expect(prompts.sound('speak again', ['de', 'en', 'fr'])).toEqual(sound(100));
    expect(prompts.sound('speak again', ['de', 'fr'])).toBeUndefined();
    expect(prompts.sound('one moment', ['en'])).toBeUndefined();
    expect(prompts.sound('speak again', [])).toBeUndefined();
  });

  it('are heard once where both sides speak the same language', async () => {
    const prompts = await loadPrompts(recordings({ 'one-moment.en': 100, 'one-moment.en-GB': 300 }));
    expect(prompts.sound('one moment', ['en', 'en'])).toEqual(sound(100));
    expect(prompts.sound('one moment', ['en-GB', 'en-US'])).toEqual(sound(300));
  });

  it.each([
    ['pt-BR', 1, 'of the region'],
    ['pt', 2, 'of no region'],
    ['pt-PT', 2, 'of no region, where there is none of the region'],
    ['es', 3, 'of another region, where there is no other'],
  ])('in %s are the recordings %#: %s', async (language, level) => {
    const prompts = await loadPrompts(
      recordings({
        'not-available.pt-BR': 1,
        'not-available.pt': 2,
        'not-available.es-419': 3,
        'not-available.en': 9,
      }),
    );
    expect(prompts.sound('not available', [language])).toEqual(sound(level));
  });

  it('that are missing are named, by prompt and language', async () => {
    const prompts = await loadPrompts(
      recordings({ 'one-moment.en': 1, 'speak-again.en': 1, 'not-available.en': 1, 'one-moment.de': 1 }),
    );
    expect(prompts.missing(['en-US', 'de', 'de-AT'])).toEqual([
      { prompt: 'speak again', language: 'de' },
      { prompt: 'not available', language: 'de' },
    ]);
  });

  it('may be recorded at any rate, in mono or stereo, and stay as loud as they are', async () => {
    const prompts = await loadPrompts(
      folderOf({
        'one-moment.de.wav': writeWav(new Int16Array(16_000).fill(5000), 16_000),
        'one-moment.fr.wav': stereo(
          Int16Array.from({ length: 88_200 }, (_, i) => (i % 2 === 0 ? 2000 : 4000)),
          44_100,
        ),
      }),
    );
    for (const [language, level] of [
      ['de', 5000],
      ['fr', 3000],
    ] as const) {
      const samples = prompts.sound('one moment', [language]) ?? new Int16Array();
      expect(samples.length).toBe(24_000);
      expect(Math.abs((samples[12_000] ?? 0) - level)).toBeLessThan(level / 100);
    }
  });

  it('that can not be used are reported with the way out, and the others are heard', async () => {
    const folder = folderOf({
      'one-moment.en.wav': writeWav(sound(100), 24_000),
      'one-moment.de.wav': 'no sound at all',
      'one-moment.es.wav': '',
      'one-moment.fr.wav': writeWav(sound(1), 24_000).slice(0, 60),
      'one-moment.it.wav': writeWav(sound(1, 10.1), 24_000),
      'one-moment.pt-BR.wav': writeWav(sound(1), 24_000),
      'one-moment.pt-br.wav': writeWav(sound(1), 24_000),
      'please-wait.en.wav': writeWav(sound(1), 24_000),
      'one-moment.WAV': writeWav(sound(1), 24_000),
      'speak-again.en.wav': Buffer.alloc(17 * 2 ** 20),
      'notes.txt': 'for the night shift',
      '.one-moment.en.wav.123': 'on its way',
    });
    mkdirSync(path.join(folder, 'not-available.en.wav'));
    const prompts = await loadPrompts(folder);
    expect(prompts.problems.map((problem) => problem.slice(folder.length + 1))).toEqual([
      expect.stringMatching(/^not-available\.en\.wav: .*regular file/),
      expect.stringMatching(/^one-moment\.WAV: is not named .*rename/),
      expect.stringMatching(/^one-moment\.de\.wav: not a WAV file: .*convert/),
      expect.stringMatching(/^one-moment\.es\.wav: .*empty/),
      expect.stringMatching(/^one-moment\.fr\.wav: .*cut short.*copy it again/),
      expect.stringMatching(/^one-moment\.it\.wav: lasts 10\.1 s; .*shorten/),
      expect.stringMatching(/^one-moment\.pt-br\.wav: says what one-moment\.pt-BR\.wav says; remove/),
      expect.stringMatching(/^please-wait\.en\.wav: is not named .*rename/),
      expect.stringMatching(/^speak-again\.en\.wav: is larger than 16 MiB, /),
    ]);
    expect(prompts.sound('one moment', ['en'])).toEqual(sound(100));
    expect(prompts.missing(['en', 'de'])).toHaveLength(5);
  });

  it('that nobody would hear, or that are noise, are problems; a clipped one is played and reported', async () => {
    const clipped = Int16Array.from({ length: 24_000 }, (_, i) => (i % 200 < 100 ? 32_767 : -32_768));
    const prompts = await loadPrompts(
      folderOf({
        'one-moment.de.wav': writeWav(clipped, 24_000),
        'one-moment.en.wav': writeWav(sound(-990), 24_000),
        'one-moment.es.wav': writeWav(noise('white', -12, 1), 16_000),
        'speak-again.en.wav': writeWav(sound(1), 24_000),
      }),
    );
    expect(prompts.problems).toEqual([
      expect.stringMatching(/one-moment\.de\.wav: is clipped: .*softly/),
      expect.stringMatching(/one-moment\.en\.wav: is below -60 dBFS throughout: .*louder/),
      expect.stringMatching(/one-moment\.es\.wav: is noise.*again/),
    ]);
    expect(prompts.sound('one moment', ['en', 'es', 'de'])).toEqual(clipped);
    expect(prompts.sound('speak again', ['en'])).toEqual(sound(1));
  });

  it('are none where there is no folder, and that is no problem', async () => {
    const prompts = await loadPrompts(path.join(newFolder(), 'nowhere'));
    expect(prompts.problems).toEqual([]);
    expect(prompts.sound('one moment', ['en'])).toBeUndefined();
    expect(prompts.missing(['en', 'es'])).toHaveLength(6);
  });

  it('are none where the folder is none, and that is told', async () => {
    const file = path.join(folderOf({ file: '' }), 'file');
    expect((await loadPrompts(file)).problems).toEqual([expect.stringMatching(/file: cannot be read/)]);
  });
});
