import type { Engine } from '../../kiosk/engines.ts';
import { languageName } from '../../kiosk/languages.ts';
import { costOf } from '../../spending/cost.ts';
import type { Prices } from '../../spending/prices.ts';
import { TYPICAL_TURN, translateTurn, typicalTurnMicrodollars } from '../../spending/typical.ts';
import { type Wire, wiresOf } from '../../system/config/panel.ts';
import type { Config } from '../../system/config/schema.ts';
import { pinOf } from '../../system/header.ts';
import { modelsUsed } from '../../system/models.ts';
import { money, table } from '../text.ts';
import type { Coverage } from './coverage.ts';

/** What the table of languages leaves for code and name, in characters. */
const LANGUAGE_CHARACTERS = 27;

type Desk = ReturnType<typeof deskOf>;

/** A desk as its configuration has it: engines, the preferred first, and wires, each with its pin on the header. */
export function deskOf(config: Config, languages: readonly Coverage[], prices: Prices, now: Date) {
  const { driver, chip } = config.panel;
  return {
    languages,
    engines: config.interpreters.engines.map((engine) => {
      const models = modelsUsed(config, engine);
      return { engine, cost: costText(engine, models, prices, now), models };
    }),
    panel: driver,
    wires: (driver === 'gpio' ? wiresOf(config) : []).map((wire) => ({
      ...wire,
      pin: (chip === undefined ? pinOf(wire.line)?.pin : undefined) ?? null,
    })),
  };
}

/** For people: in 80 columns. */
export function summary({ languages, engines, panel, wires }: Desk): string {
  return [languagesTable(languages), enginesTable(engines), panelTable(panel, wires)].join('\n');
}

function languagesTable(coverage: Desk['languages']): string {
  const is = (there: boolean) => (there ? 'yes' : 'no');
  const most = LANGUAGE_CHARACTERS - Math.max(...coverage.map(({ language }) => language.length));
  const short = (name: string) => (name.length > most ? `${name.slice(0, most - 1)}…` : name);
  return table([
    ['languages', '', '', 'service', 'prompts', 'card', 'sheet', 'phrases'],
    ...coverage.map(({ language, side, service, prompts, card, sheet, phrasebook }) => [
      `  ${side}`,
      language,
      short(languageName(language)),
      service,
      ...[prompts, card, sheet, phrasebook].map(is),
    ]),
  ]);
}

function enginesTable(engines: Desk['engines']): string {
  const { spoken, answer } = TYPICAL_TURN;
  const rows = engines.flatMap(({ engine, cost, models: [first = '', ...others] }) => [
    [`  ${engine}`, cost, first],
    ...others.map((model) => ['', '', model]),
  ]);
  const heading = ['engines, the preferred first', `a turn: ${spoken} s spoken, ${answer} s answered`];
  return `${heading.join('; ')}\n${table(rows)}`;
}

const MINUTE_S = 60;

function costText(engine: Engine, models: readonly string[], prices: Prices, now: Date): string {
  if (engine === 'phrasebook') return 'costs nothing';
  if (models.some((model) => prices.modelOf(model) === undefined)) return 'price unknown';
  if (engine === 'translate') {
    const minute = translateTurn(models[0] ?? '', { spoken: MINUTE_S, answer: MINUTE_S });
    return `${money(costOf(minute, prices, now).microdollars, 4)} a minute`;
  }
  return `${money(typicalTurnMicrodollars(engine, prices, now, { models }), 4)} a turn`;
}

function panelTable(driver: Desk['panel'], wires: Desk['wires']): string {
  if (driver !== 'gpio') return `panel: ${driver}\n`;
  const rows = (kind: Wire['kind']) =>
    wires
      .filter((wire) => wire.kind === kind)
      .map(({ name, line, pin }) =>
        pin === null ? [`  ${name}`, `line ${line}`, ''] : [`  ${name}`, `GPIO${line}`, `pin ${pin}`],
      );
  return table([['buttons', '', ''], ...rows('button'), ['lights', '', ''], ...rows('LED')]);
}
