import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Tokens } from '../turn/tokens.ts';

/** The service's prices, by model: data in prices.json, with source and date. */

/** Dollars per million tokens, which are micro-dollars per token. */
export interface Price extends Tokens {
  /** The tokens of a second of sound. */
  readonly audioTokensPerSecond: number;
}

const dollars = z.number().nonnegative();
const date = z.iso.date();

const schema = z.strictObject({
  about: z.string(),
  models: z
    .array(
      z.strictObject({
        name: z.string().regex(/^gemini-[a-z0-9.-]+$/),
        /** The day from which the service does not offer it under this name. Older ledgers still name it. */
        retired: date.optional(),
        kind: z.enum(['live', 'request', 'speech']),
        // 25: the Live API's page, read 2026-08-10 and 2026-10-03. 32: what is cited for generateContent; no
        // current page was seen. Speech that is generated: 25, as in the arithmetic of the facts, unconfirmed.
        audioTokensPerSecond: z.number().positive(),
        readOn: date,
        source: z.string().min(1),
        periods: z
          .array(
            z.strictObject({
              until: date.optional(),
              textIn: dollars,
              textOut: dollars,
              audioIn: dollars,
              audioOut: dollars,
            }),
          )
          .min(1)
          .refine(inOrder, 'periods come in order, and the last has no end'),
      }),
    )
    .min(1),
});

type PricedModel = z.output<typeof schema>['models'][number];

/** The price list that comes with Dragoman. @throws ZodError when it is invalid */
export function loadPrices(text = readFileSync(new URL('./prices.json', import.meta.url), 'utf8')): Prices {
  return new Prices(schema.parse(JSON.parse(text)).models);
}

/** What may follow a name in the list and still mean that model: "-preview-12-2025", "-preview", "-001". */
const RELEASE = /^(-(preview|latest|exp|\d{2}-\d{4}|\d{3}))*$/;

export class Prices {
  readonly models: readonly PricedModel[];

  constructor(models: readonly PricedModel[]) {
    this.models = models;
  }

  /** The entry for a model as the API names it ("models/gemini-3.8-live"); undefined when none is known. */
  modelOf(model: string): PricedModel | undefined {
    const name = model.replace(/^models\//, '');
    return this.models.find(
      (entry) => name.startsWith(entry.name) && RELEASE.test(name.slice(entry.name.length)),
    );
  }

  /** The price of a model at a time; undefined for an unknown model. */
  of(model: string, at: Date): Price | undefined {
    const entry = this.modelOf(model);
    return entry === undefined ? undefined : priceAt(entry, at);
  }

  /** For a model that is not in the list, of each price the highest known: a budget must not ignore it. */
  dearest(at: Date): Price {
    const [first, ...others] = this.models.map((entry) => ({ ...priceAt(entry, at) }));
    if (first === undefined) throw new Error('a price list without models'); // excluded by the schema
    for (const key of Object.keys(first) as (keyof Price)[])
      first[key] = Math.max(first[key], ...others.map((price) => price[key]));
    return first;
  }

  /** The days after `at` on which the price of one of these models changes (YYYY-MM-DD). */
  changes(models: readonly string[], at: Date): string[] {
    const ends = models.flatMap((model) => this.modelOf(model)?.periods ?? []).map(({ until }) => until);
    const days = ends.flatMap((until) => (until === undefined ? [] : [dayAfter(until)]));
    return [...new Set(days)].filter((day) => day > dayOf(at)).toSorted();
  }
}

function priceAt({ periods, audioTokensPerSecond }: PricedModel, at: Date): Price {
  const day = dayOf(at);
  const period = periods.find(({ until }) => until === undefined || day <= until);
  if (period === undefined) throw new Error('a price list without an open end'); // excluded by the schema
  const { textIn, textOut, audioIn, audioOut } = period;
  return { textIn, textOut, audioIn, audioOut, audioTokensPerSecond };
}

/** A day of UTC. The service's own day begins some hours later, so that a rise is counted too early, never too late. */
function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}

function dayAfter(day: string): string {
  return dayOf(new Date(Date.parse(day) + 24 * 3_600_000));
}

function inOrder(periods: readonly { readonly until?: string | undefined }[]): boolean {
  const ends = periods.map(({ until }) => until ?? '9999-12-31');
  return periods.at(-1)?.until === undefined && ends.every((end, i) => i === 0 || end > (ends[i - 1] ?? ''));
}
