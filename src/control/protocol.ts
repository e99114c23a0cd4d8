import { z } from 'zod';
import { knownLanguage } from '../kiosk/languages.ts';
import { didYouMeanLanguage } from '../kiosk/look-alikes.ts';

/** What goes over the control socket: HTTP with JSON, the same schemas at both ends. docs/developers/control.md describes it. */

/** In place of a code: as it is heard. */
export const AUTO = 'auto';

/** PUT /language. The code comes out in its canonical form, `auto` as undefined. */
export const languageRequest = z.strictObject({
  language: z.string().transform((text, context) => {
    if (text === AUTO) return undefined;
    const code = knownLanguage(text);
    if (code !== undefined) return code;
    const message = `${JSON.stringify(text)} is no language code like "fr" or "pt-BR" (BCP-47); "${AUTO}" is as it is heard${didYouMeanLanguage(text)}`;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  }),
});

/** PUT /guest, and its answer: the guest has left. */
export const guestRequest = z.strictObject({ guest: z.literal('new') });

/** PUT /restart. */
export const restartRequest = z.strictObject({ when: z.enum(['vacant', 'now']) });

/** Answers PUT /restart: `now` where nobody has to be waited for. */
export const restartAnswer = z.object({ restarts: z.enum(['vacant', 'now']) });

/** Answers PUT /language, and is part of the status. */
export const languagesAnswer = z.object({
  host: z.string(),
  guest: z.object({ code: z.string(), by: z.enum(['default', 'guessed', 'detected', 'pinned']) }),
});

const service = z.object({ is: z.string(), fault: z.string().optional() });

/** Answers GET /status. A client may be older than the daemon: what it does not know of is left out. */
export const statusAnswer = z.object({
  activity: z.string(),
  turn: z.int().optional(),
  talkMode: z.string(),
  conversation: z.boolean(),
  service,
  engines: z.record(z.string(), service),
  route: z.string(),
  money: z.string(),
  devices: z.record(z.string(), z.string()),
  muted: z.boolean(),
  faults: z.array(z.object({ code: z.string(), id: z.string(), title: z.string(), hint: z.string() })),
  notes: z.array(z.string()).default([]),
  languages: languagesAnswer,
  volumePercent: z.number(),
  version: z.string(),
  pid: z.int().optional(),
  uptimeS: z.number(),
  vacant: z.boolean(),
});

/** Answers whatever could not be done. */
export const errorAnswer = z.object({ error: z.string() });

export type StatusAnswer = z.output<typeof statusAnswer>;
export type LanguagesAnswer = z.output<typeof languagesAnswer>;
