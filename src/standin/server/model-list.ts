/** The list of models: `GET /v1beta/models`, in pages, and `GET /v1beta/models/NAME`. */
import { badRequest, googleError, type HttpAnswer, INVALID_ARGUMENT } from '../protocol/errors.ts';
import {
  GENERATE_MODELS,
  type GenerateModel,
  LIVE_MODELS,
  type LiveModel,
  modelNotFound,
  type Offers,
} from '../protocol/models.ts';

/** "Default 50 … maximum 1000": https://ai.google.dev/api/models#method:-models.list. */
const PAGE_SIZE = 50;
const MAX_PAGE_SIZE = 1000;

/** @returns undefined for a path that is neither of the two */
export function answerModels(
  version: string,
  path: string,
  query: URLSearchParams,
  offers: Offers,
): HttpAnswer | undefined {
  const offered = [...LIVE_MODELS, ...GENERATE_MODELS].filter(({ name }) => offers(name));
  if (path === 'models') return page(query, offered.map(resourceOf));
  if (!path.startsWith('models/')) return undefined;
  const name = decodeURIComponent(path.slice('models/'.length));
  const model = offered.find((other) => other.name === name);
  return model === undefined
    ? googleError(404, 'NOT_FOUND', modelNotFound(name, version, 'generateContent'))
    : { status: 200, body: resourceOf(model) };
}

/** The token of a page is the number of its first model; a client must not know that. */
function page(query: URLSearchParams, all: readonly object[]): HttpAnswer {
  const asked = Number(query.get('pageSize') ?? 0);
  const first = Number(query.get('pageToken') ?? 0);
  if (!(asked >= 0 && first >= 0 && first <= all.length)) return badRequest(INVALID_ARGUMENT);
  const end = first + Math.min(asked === 0 ? PAGE_SIZE : asked, MAX_PAGE_SIZE);
  const rest = end < all.length ? { nextPageToken: String(end) } : {};
  return { status: 200, body: { models: all.slice(first, end), ...rest } };
}

/** message Model of model.proto. */
function resourceOf(model: LiveModel | GenerateModel): object {
  const { name, displayName, description, inputTokenLimit, outputTokenLimit } = model;
  return {
    name: `models/${name}`,
    version: '001',
    displayName,
    description,
    inputTokenLimit,
    outputTokenLimit,
    supportedGenerationMethods: ['style' in model ? 'bidiGenerateContent' : 'generateContent'],
    ...('output' in model ? { thinking: model.output === 'text' } : {}),
  };
}
