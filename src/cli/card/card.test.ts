import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from '../../../test/rig/folders.ts';
import { DIALOGUE, PHRASEBOOK, SETTINGS } from '../../../test/rig/kiosk-settings.ts';
import type { Service } from '../../kiosk/engines.ts';
import { FAULT_CODES, FAULTS } from '../../kiosk/faults.ts';
import { DEAD, lights } from '../../kiosk/shown/lights.ts';
import { type Look, lit, lookInWords } from '../../kiosk/shown/looks.ts';
import { initialState, type KioskState, type Settings, strangers } from '../../kiosk/state.ts';
import { WORDING_LANGUAGES, wordingOf } from '../../kiosk/wording.ts';
import { faultsDocument } from '../faults.ts';
import { type Mark, PAGE } from '../page/drawing.ts';
import { widthOf } from '../page/metrics.ts';
import { balancedRoom, runsOf, wrap } from '../page/text.ts';
import { card, cardCommand } from './card.ts';
import { cardContent, TROUBLE_LOOKS } from './content.ts';
import { layout } from './layout.ts';
import { SHOWN_MS } from './rhythm.ts';
import { EN } from './words/en.ts';

/** Smaller print can't be read beside a desk. */
const SMALLEST_PT = 6.5;
/** Most printers leave no more than this white, in points (5 mm). */
const UNPRINTABLE_PT = 14.2;

type TextMark = Extract<Mark, { mark: 'text' }>;
type RectMark = Extract<Mark, { mark: 'rect' }>;
const texts = (marks: readonly Mark[]) => marks.filter((mark): mark is TextMark => mark.mark === 'text');
const rects = (marks: readonly Mark[]) => marks.filter((mark): mark is RectMark => mark.mark === 'rect');
const bare = (text: string) => text.replaceAll(/[\s`]/g, '');

describe.each(WORDING_LANGUAGES)('the card in %s', (language) => {
  const content = cardContent(language);
  const marks = layout(content);
  const said = bare(
    texts(marks)
      .map(({ text }) => text)
      .join(' '),
  );

  it('has id and title of every fault; and its hint, or which other one has the same, if it does not pass by itself', () => {
    const { see } = content.words;
    for (const code of FAULT_CODES) {
      const { title, hint } = wordingOf(code, language);
      const { id, mender } = FAULTS[code];
      const first = FAULT_CODES.find((other) => wordingOf(other, language).hint === hint) ?? code;
      const shown = first === code ? hint : `${see} ${FAULTS[first].id}.`;
      expect(said).toContain(bare(mender === 'nobody' ? `${id} ${title}` : `${id} ${title}. ${shown}`));
    }
  });

  it('has words for every look of the trouble light, and no others', () => {
    expect(TROUBLE_LOOKS.map(lookInWords).toSorted()).toEqual(Object.keys(EN.rows).toSorted());
    for (const { name, means, doing } of content.trouble) {
      expect(said).toContain(bare(name));
      expect(said).toContain(bare(means));
      expect(said).toContain(bare(doing));
    }
  });

  it('draws the rhythm of every light as the light has it', () => {
    const { trouble, talk, connection, languages } = content;
    const drawn: readonly (readonly [string, Look])[] = [
      ...trouble.map(({ name, look }) => [`trouble: ${name}`, look] as const),
      ...talk.rows.map(({ says, look }) => [`talk: ${says}`, look] as const),
      ...connection.rows.map(({ says, look }) => [`connection: ${says}`, look] as const),
      ...languages.rows.map(({ says, look }) => [`language: ${says}`, look] as const),
    ];
    for (const [part, look] of drawn) {
      const [track, ...spans] = rects(marks).filter((mark) => mark.part === part);
      expect(track, part).toMatchObject({ ink: 'pale' });
      if (track === undefined) continue;
      for (let atMs = 5; atMs < SHOWN_MS; atMs += 10) {
        const x = track.x + (track.width * atMs) / SHOWN_MS;
        const dark = spans.every((span) => x < span.x || x > span.x + span.width);
        expect(dark, `${part} at ${atMs} ms`).toBe(!lit(look, atMs));
      }
    }
  });

  it('stays on the page, in its columns and in print that can be read', () => {
    for (const { x, y, text, face, size, width, limit } of texts(marks)) {
      expect(size, text).toBeGreaterThanOrEqual(SMALLEST_PT);
      expect(width, text).toBeCloseTo(widthOf(text, face, size), 5);
      expect(x, text).toBeGreaterThanOrEqual(UNPRINTABLE_PT);
      expect(x + width, text).toBeLessThanOrEqual(limit + 0.1);
      expect(limit, text).toBeLessThanOrEqual(PAGE.width - UNPRINTABLE_PT);
      expect(y - size, text).toBeGreaterThanOrEqual(0);
      expect(y, `${text}: the card is full, shorten some words`).toBeLessThanOrEqual(
        PAGE.height - UNPRINTABLE_PT,
      );
    }
  });

  it('never puts two lines on top of one another', () => {
    const all = texts(marks);
    for (const [index, a] of all.entries()) {
      for (const b of all.slice(index + 1)) {
        const across = a.x < b.x + b.width - 0.1 && b.x < a.x + a.width - 0.1;
        const [above, below] = a.y <= b.y ? [a, b] : [b, a];
        // From the foot of a "g" to the head of an "H".
        const along = below.y - 0.72 * below.size < above.y + 0.21 * above.size;
        expect(across && along, `"${a.text}" and "${b.text}"`).toBe(false);
      }
    }
  });

  it('is an SVG of one A4 page in its language', () => {
    const svg = card(language);
    expect(svg).toMatch(/^<\?xml[\s\S]*<svg [^>]*width="210mm" height="297mm"[\s\S]*<\/svg>\n$/);
    expect(svg).toContain(`xml:lang="${language}"`);
    expect(svg).not.toMatch(/undefined|NaN/);
  });
});

describe('what the card says of the lights', () => {
  const settings: Settings = {
    ...SETTINGS,
    route: { engines: [DIALOGUE, PHRASEBOOK], whenWarned: 'same', whenSpent: 'same' },
  };
  const shows = (change: Partial<KioskState>) => lights({ ...initialState(settings, 0), ...change }, ['es']);
  const content = cardContent('en');
  const look = (rows: readonly { readonly look: Look; readonly says: string }[], says: string) =>
    rows.find((row) => row.says === says)?.look;
  const nobody = strangers(settings);
  const turn = {
    number: 1,
    engine: 'dialogue',
    failed: [],
    languages: { host: 'en', guest: 'es' },
    stuckSinceMs: undefined,
    byButton: undefined,
    speaker: undefined,
    before: nobody,
  } as const;

  it('is what the talk light does', () => {
    const { rows } = content.talk;
    const { talk } = EN;
    const last = (outcome: 'nothing said' | 'not understood' | 'failed') =>
      shows({ last: { outcome, fault: undefined, atMs: 0 } }).talk;
    const listening = {
      doing: 'listening',
      turn,
      button: 'talk',
      sinceMs: 0,
      gated: false,
      speech: false,
    } as const;
    const asking = { doing: 'asking', turn, releasedMs: 0, untilMs: 8000 } as const;
    const awaiting = {
      doing: 'awaiting translation',
      turn,
      releasedMs: 0,
      announced: 'nothing',
      delayedBy: undefined,
      answerBegan: false,
    } as const;
    const speaking = { doing: 'speaking', turn, releasedMs: 0, answer: undefined, drained: false } as const;
    expect(look(rows, talk.listening)).toEqual(shows({ activity: listening }).talk);
    expect(look(rows, talk.translating)).toEqual(shows({ activity: awaiting }).talk);
    expect(look(rows, talk.speaking)).toEqual(shows({ activity: speaking }).talk);
    expect(look(rows, talk.confirm)).toEqual(shows({ activity: asking }).talk);
    expect(look(rows, talk.nothingSaid)).toEqual(last('nothing said'));
    expect(look(rows, talk.notUnderstood)).toEqual(last('not understood'));
    expect(look(rows, talk.failed)).toEqual(last('failed'));
  });

  it('is what the connection light and the language lights do', () => {
    const { connection, languages } = content;
    const service = (is: Service) =>
      shows({ services: { dialogue: is, phrasebook: { is: 'unreachable', fault: 'internal' } } }).connection;
    expect(look(connection.rows, EN.connection.ready)).toEqual(service({ is: 'ready' }));
    expect(look(connection.rows, EN.connection.connecting)).toEqual(service({ is: 'connecting' }));
    const unreachable = service({ is: 'unreachable', fault: 'network-unreachable' });
    expect(look(connection.rows, EN.connection.off)).toEqual(unreachable);
    const limited = shows({ services: { dialogue: { is: 'unreachable', fault: 'quota' } } }).connection;
    expect(look(connection.rows, EN.connection.limited)).toEqual(limited);
    const guest = (code: string) =>
      shows({ speakers: { ...nobody, guest: { code, by: 'detected' } } })['language-es'];
    expect(look(languages.rows, EN.languages.guest)).toEqual(guest('es'));
    expect(look(languages.rows, EN.languages.without)).toEqual(guest('fr'));
    expect(look(languages.rows, EN.languages.off)).toEqual(shows({})['language-es']);
  });

  it('is what the trouble light does when the daemon is dead', () => {
    expect(DEAD.lit).toEqual(['trouble']);
    expect(content.trouble.at(-1)).toMatchObject({ look: { look: 'on' }, means: EN.rows.on.means });
  });
});

describe('lines', () => {
  const lines = (text: string, room: number) =>
    wrap(runsOf(text), 10, room).map((line) => line.map((run) => run.text).join('|'));

  it('are as full as can be and never wider than the room, save for a word that is', () => {
    expect(lines('one two three', 1000)).toEqual(['one two three']);
    expect(lines('one two three', widthOf('one two', 'regular', 10) + 0.01)).toEqual(['one two', 'three']);
    expect(lines('one extraordinary three', 30)).toEqual(['one', 'extraordinary', 'three']);
    expect(lines('', 100)).toEqual([]);
  });

  it('of about the same length still have room for their longest word', () => {
    const longest = widthOf('extraordinary', 'regular', 10);
    const room = balancedRoom(runsOf('extraordinary day'), 10, longest + 5);
    expect(room).toBeGreaterThanOrEqual(longest);
    expect(lines('extraordinary day', room)).toHaveLength(2);
  });

  it('do not break a command, nor before French punctuation', () => {
    expect(lines('see (`df -h`, now)', 1)).toEqual(['see', '(|df -h|,', 'now)']);
    expect(lines('rien ; sinon', 1)).toEqual(['rien\u00a0;', 'sinon']);
  });
});

describe('dragoman card', () => {
  const folder = temporaryFolders();

  it("is written in the host's language where none is asked for", async () => {
    const [config, out] = [path.join(folder(), 'dragoman.toml'), path.join(folder(), 'card.svg')];
    await writeFile(config, '[languages]\nhost = "de-AT"\n');
    await cardCommand({ config, out }, process);
    expect(await readFile(out, 'utf8')).toBe(card('de'));
    await cardCommand({ config, out, language: 'fr-CA' }, process);
    expect(await readFile(out, 'utf8')).toBe(card('fr'));
  });

  it('names the languages that there are', async () => {
    const all = WORDING_LANGUAGES.join(', ');
    await expect(cardCommand({ language: 'ja' }, process)).rejects.toThrow(
      `there is no card in "ja"; there is ${all}`,
    );
    const config = path.join(folder(), 'dragoman.toml');
    await writeFile(config, '[languages]\nhost = "ja"\n');
    await expect(cardCommand({ config }, process)).rejects.toThrow('--language chooses another');
  });

  it('says where it cannot write', async () => {
    await expect(
      cardCommand({ language: 'en', out: path.join(folder(), 'no', 'card.svg') }, process),
    ).rejects.toThrow('cannot be written');
  });
});

describe('docs/operator/faults.md', () => {
  it('is in step with the table', async () => {
    const page = await readFile(new URL('../../../docs/operator/faults.md', import.meta.url), 'utf8');
    expect(page, 'regenerate it: node src/cli/dragoman.ts faults > docs/operator/faults.md').toBe(
      faultsDocument(),
    );
  });

  it('has an anchor, the title and the hint of every fault', () => {
    const page = faultsDocument();
    for (const code of FAULT_CODES) {
      const { id, title, hint } = FAULTS[code];
      expect(page).toMatch(new RegExp(`^\\| ${id} \\| <a id="${code}"></a>`, 'm'));
      expect(page).toContain(` | ${title} | `);
      expect(page).toContain(` | ${hint} |`);
    }
  });
});
