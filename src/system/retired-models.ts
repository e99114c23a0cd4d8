/**
 * The retired models of the Gemini API (docs/developers/models.md lists them for people). The device uses the successor of
 * a configured name in this table.
 */
export interface RetiredModel {
  /** Without the prefix `models/`. */
  readonly name: string;
  /** `retired`: refused from that day on; `routed`: another model answers under the name, at its own price. */
  readonly is: 'retired' | 'routed';
  /** YYYY-MM-DD. */
  readonly since: string;
  readonly successor: string;
  /** The source, and when it was read. */
  readonly source: string;
}

const ARTICLE =
  'https://www.developersdigest.tech/blog/gemini-live-tts-retirement-november-2026 (2026-10-18)';
const DEPRECATIONS = 'https://ai.google.dev/gemini-api/docs/deprecations';
const CHANGELOG = 'https://ai.google.dev/gemini-api/docs/changelog (2026-10-13)';
const ARTICLE_AND_PAGE = `${ARTICLE}; the successor: ${DEPRECATIONS} (2026-09)`;
const ARTICLE_AND_GUIDE = `${ARTICLE}; the successor: Google's migration guide of Gemini 3.8 TTS`;
const OLD_PAGE = `${DEPRECATIONS} (2025-12), which names a model since retired as the successor`;
const COPY = `${DEPRECATIONS}, read on 2026-11-10 by https://aideprecations.com; earlier notices said 2026-10-16`;
const QUOTE = `${CHANGELOG}: gemini-3.6-flash answers; "update to gemini-3.6-flash (or gemini-3.8-flash)"`;

// biome-ignore format: a table
const ROWS = [
  ['gemini-3.1-flash-live-preview', 'retired', '2026-11-17', 'gemini-3.8-live', ARTICLE],
  ['gemini-2.5-flash-native-audio-preview-12-2025', 'retired', '2026-11-17', 'gemini-3.8-live', ARTICLE_AND_PAGE],
  ['gemini-live-2.5-flash-preview', 'retired', '2025-12-09', 'gemini-3.8-live', OLD_PAGE],
  ['gemini-2.0-flash-live-001', 'retired', '2025-12-09', 'gemini-3.8-live', OLD_PAGE],
  ['gemini-3.1-flash-tts-preview', 'retired', '2026-11-17', 'gemini-3.8-flash-lite-tts', ARTICLE_AND_GUIDE],
  ['gemini-2.5-flash-preview-tts', 'retired', '2026-11-17', 'gemini-3.8-flash-tts', ARTICLE],
  ['gemini-2.5-pro-preview-tts', 'retired', '2026-11-17', 'gemini-3.8-flash-tts', ARTICLE],
  ['gemini-2.5-flash', 'routed', '2026-12-01', 'gemini-3.5-flash-lite', COPY],
  ['gemini-3.5-flash', 'routed', '2026-10-08', 'gemini-3.8-flash', QUOTE],
  ['gemini-3.7-flash', 'routed', '2026-10-08', 'gemini-3.8-flash', CHANGELOG],
] as const;

export const RETIRED_MODELS: readonly RetiredModel[] = ROWS.map(([name, is, since, successor, source]) => ({
  name,
  is,
  since,
  successor,
  source,
}));

/** @param name as the API names it, with or without `models/` */
export function retiredModel(name: string): RetiredModel | undefined {
  return RETIRED_MODELS.find((model) => model.name === bare(name));
}

/** These models in their order, without `models/`, each retired one replaced by its successor, and none twice. */
export function inService(names: readonly string[]): readonly string[] {
  return [...new Set(names.map((name) => retiredModel(name)?.successor ?? bare(name)))];
}

function bare(name: string): string {
  return name.replace(/^models\//, '');
}
