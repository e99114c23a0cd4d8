import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from '../../../test/rig/folders.ts';
import { DIALOGUE, PHRASEBOOK, SETTINGS } from '../../../test/rig/kiosk-settings.ts';
import { textOf } from '../../../test/rig/pages.ts';
import type { Service } from '../../kiosk/engines.ts';
import { FAULT_CODES, FAULTS } from '../../kiosk/faults.ts';
import { DEAD, lights } from '../../kiosk/shown/lights.ts';
import { type Look, lit, lookInWords } from '../../kiosk/shown/looks.ts';
import { initialState, type KioskState, type Settings, strangers } from '../../kiosk/state.ts';
import { wordingOf } from '../../kiosk/wording.ts';
import { parseConfig } from '../../system/config/load.ts';
import { EN } from '../../words/en.ts';
import { wordsOf } from '../../words/index.ts';
import { faultsDocument } from '../commands/repair/faults.ts';
import { fullStop } from '../page/page.ts';
import { card, cardCommand } from './card.ts';
import { cardContent, TROUBLE_LOOKS } from './content.ts';
import { rhythm, SHOWN_MS } from './rhythm.ts';

const desk = (toml: string) => parseConfig(toml, 'dragoman.toml');
/** A desk with everything that there is. */
const FULL = desk(`[panel.buttons]
talk-host = 17
talk-guest = 16
repeat = 5
volume-up = 12
language = 6
mute = 26
[panel.leds]
host = 25
guest = 7
languages = { es = 24 }
`);
const CARDS = Object.entries(wordsOf('card'));

describe.each(CARDS)('the card in %s', (language, words) => {
  const content = cardContent(language, words, FULL);
  const html = card(language, words, FULL);
  const [staff = '', technician = ''] = html.split('<section class="page">').slice(1).map(textOf);

  it('has id and title of every fault; and its hint, or which other one has the same, if it does not pass by itself', () => {
    const stop = fullStop(language);
    for (const code of FAULT_CODES) {
      const { title, hint } = wordingOf(code, language);
      const { id, fixedBy } = FAULTS[code];
      const first = FAULT_CODES.find((other) => wordingOf(other, language).hint === hint) ?? code;
      const shown = first === code ? hint.replaceAll('`', '') : words.see.replace('{id}', FAULTS[first].id);
      expect(technician).toContain(fixedBy === 'nobody' ? `${id} ${title}` : `${id} ${title}${stop}${shown}`);
    }
  });

  it('has words for every look of the trouble light, and no others', () => {
    expect(TROUBLE_LOOKS.map(lookInWords).toSorted()).toEqual(Object.keys(words.rows).toSorted());
    for (const { name, means, doing } of content.trouble)
      expect(staff).toContain(`${name} ${means} ${doing}`);
  });

  it('has two pages: lights and buttons for staff, faults for the technician', () => {
    expect(html.match(/<section class="page">/g)).toHaveLength(2);
    const shown = [
      ...content.use,
      ...content.buttons,
      ...content.lights.flatMap(({ title, rows }) => [title, ...rows.map(([, says]) => says)]),
    ];
    for (const text of shown) expect(staff).toContain(text);
    expect(staff).not.toMatch(/D\d\d/);
  });

  it('is HTML in its language that needs nothing else', () => {
    expect(html).toMatch(/^<!doctype html>\n<html lang="[a-z]+" dir="(?:ltr|rtl)">[\s\S]*<\/html>\n$/);
    expect(html).toContain(`<html lang="${language}" dir="${language === 'ar' ? 'rtl' : 'ltr'}">`);
    expect(html).not.toMatch(/undefined|NaN|<script|<link|<img|url\(|https?:/);
  });
});

it.each(TROUBLE_LOOKS.map((look) => [lookInWords(look), look] as const))(
  'the rhythm of a light is drawn as the light has it: %s',
  (_, look) => {
    const spans = [...rhythm(look).matchAll(/M(\d+) 0V10H(\d+)V0Z/g)].map(
      ([, from, to]) => [Number(from), Number(to)] as const,
    );
    for (let atMs = 5; atMs < SHOWN_MS; atMs += 10)
      expect(
        spans.some(([from, to]) => atMs > from && atMs < to),
        `${atMs} ms`,
      ).toBe(lit(look, atMs));
  },
);

describe('the card of a desk', () => {
  const content = (toml: string) => cardContent('en', EN.card, desk(toml));
  const titles = (toml: string) => content(toml).lights.map(({ title }) => title);
  const { use, twoButtons, buttons, talk, connection, sides, languages } = EN.card;

  it('says how one speaks in its talk mode', () => {
    for (const mode of ['hold', 'tap', 'open'] as const)
      expect(content(`[turn]\nmode = "${mode}"\n`).use[0]).toBe(use[mode]);
  });

  it('has the buttons that are there, and says so where each side has its own', () => {
    expect(content('').buttons).toEqual([]);
    expect(content('').use).not.toContain(twoButtons);
    expect(content('[panel.buttons]\nmute = 26\nvolume-down = 6\n').buttons).toEqual([
      buttons.volume,
      buttons.mute,
    ]);
    expect(content('[panel.buttons]\ntalk-host = 17\ntalk-guest = 16\n').use).toContain(twoButtons);
  });

  it('has the lights that are there', () => {
    expect(titles('')).toEqual([talk.title, connection.title]);
    expect(titles('[panel.leds]\nconnection = false\nlanguages = { fr = 24 }\n')).toEqual([
      talk.title,
      languages.title,
    ]);
    expect(titles('[panel.leds]\nguest = 24\n')).toContain(sides.title);
    expect(content('').trouble.map(({ means }) => means)).not.toContain(EN.card.rows['1 flash'].means);
    const without = content('[panel.leds]\ntrouble = false\n');
    expect(without.trouble).toEqual([]);
    expect(textOf(card('en', EN.card, desk('[panel.leds]\ntrouble = false\n')))).not.toContain(
      EN.card.troubleNote,
    );
  });

  it('explains what the phrasebook makes the lights do where there is one', () => {
    const said = (toml: string) => content(toml).lights.flatMap(({ rows }) => rows.map(([, says]) => says));
    expect(said('')).toEqual(expect.arrayContaining([talk.confirm, connection.limited]));
    const without = said('[interpreters]\nengines = ["dialogue"]\n');
    expect(without).not.toContain(talk.confirm);
    expect(without).not.toContain(connection.limited);
  });
});

describe('what the card says of the lights', () => {
  const settings: Settings = {
    ...SETTINGS,
    route: { engines: [DIALOGUE, PHRASEBOOK], whenWarned: 'same', whenSpent: 'same' },
  };
  const shows = (change: Partial<KioskState>) => lights({ ...initialState(settings, 0), ...change }, ['es']);
  const content = cardContent('en', EN.card, FULL);
  const light = (title: string) => content.lights.find((one) => one.title === title)?.rows ?? [];
  const look = (rows: readonly (readonly [look: Look, says: string])[], says: string) =>
    rows.find((row) => row[1] === says)?.[0];
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
    const { talk } = EN.card;
    const rows = light(talk.title);
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
    const { connection, languages } = EN.card;
    const service = (is: Service) =>
      shows({ services: { dialogue: is, phrasebook: { is: 'unreachable', fault: 'internal' } } }).connection;
    expect(look(light(connection.title), connection.ready)).toEqual(service({ is: 'ready' }));
    expect(look(light(connection.title), connection.connecting)).toEqual(service({ is: 'connecting' }));
    const unreachable = service({ is: 'unreachable', fault: 'network-unreachable' });
    expect(look(light(connection.title), connection.off)).toEqual(unreachable);
    const limited = shows({ services: { dialogue: { is: 'unreachable', fault: 'quota' } } }).connection;
    expect(look(light(connection.title), connection.limited)).toEqual(limited);
    const guest = (code: string) =>
      shows({ speakers: { ...nobody, guest: { code, by: 'detected' } } })['language-es'];
    expect(look(light(languages.title), languages.guest)).toEqual(guest('es'));
    expect(look(light(languages.title), languages.without)).toEqual(guest('fr'));
    expect(look(light(languages.title), languages.off)).toEqual(shows({})['language-es']);
  });

  it('is what the lights of host and guest do', () => {
    const { sides } = EN.card;
    const spoken = { ...turn, speaker: 'guest' } as const;
    const listening = {
      doing: 'listening',
      turn: spoken,
      button: 'talk',
      sinceMs: 0,
      gated: false,
      speech: true,
    } as const;
    const speaking = {
      doing: 'speaking',
      turn: spoken,
      releasedMs: 0,
      answer: undefined,
      drained: false,
    } as const;
    expect(look(light(sides.title), sides.speaks)).toEqual(shows({ activity: listening }).guest);
    expect(look(light(sides.title), sides.hears)).toEqual(shows({ activity: speaking }).host);
  });

  it('is what the trouble light does when the daemon is dead', () => {
    expect(DEAD.lit).toEqual(['trouble']);
    expect(content.trouble.at(-1)).toMatchObject({ look: { look: 'on' }, means: EN.card.rows.on.means });
  });
});

describe('dragoman card', () => {
  const folder = temporaryFolders();

  it("is written in the host's language where none is asked for, of this desk, on this paper", async () => {
    const [config, out] = [path.join(folder(), 'dragoman.toml'), path.join(folder(), 'card.html')];
    const toml = '[languages]\nhost = "de-AT"\n[turn]\nmode = "tap"\n';
    await writeFile(config, toml);
    const { de, fr } = wordsOf('card');
    if (de === undefined || fr === undefined) throw new Error('there is no such card');
    await cardCommand({ config, out }, process);
    expect(await readFile(out, 'utf8')).toBe(card('de', de, desk(toml)));
    await cardCommand({ config, out, language: 'fr_CA', paper: 'letter' }, process);
    expect(await readFile(out, 'utf8')).toBe(card('fr', fr, desk(toml), 'letter'));
  });

  it('names the languages that there are', async () => {
    const all = CARDS.map(([code]) => code).join(', ');
    await expect(cardCommand({ language: 'ko' }, process)).rejects.toThrow(
      `there is no card in "ko"; there is ${all}`,
    );
    const config = path.join(folder(), 'dragoman.toml');
    await writeFile(config, '[languages]\nhost = "ko"\n');
    await expect(cardCommand({ config }, process)).rejects.toThrow('--language chooses another');
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
