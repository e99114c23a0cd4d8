/** The plain HTTP side: models, errors in Google's form. */
import { GENERATE_MODELS, generateModelResource } from './generate/models.ts';
import { LIVE_MODELS, type LiveModel, modelNotFound, type Offers } from './models.ts';

export interface HttpAnswer {
  readonly status: number;
  readonly body: object;
}

export function googleError(
  status: number,
  word: string,
  message: string,
  details: object[] = [],
): HttpAnswer {
  const error = { code: status, message, status: word, ...(details.length > 0 ? { details } : {}) };
  return { status, body: { error } };
}

/** "Default 50 … maximum 1000": https://ai.google.dev/api/models#method:-models.list. */
const PAGE_SIZE = 50;
const MAX_PAGE_SIZE = 1000;

/** `GET /v1beta/models`, in pages, and `GET /v1beta/models/NAME`; nothing when the path is neither. */
export function answerModels(
  version: string,
  path: string,
  query: URLSearchParams,
  offers: Offers,
): HttpAnswer | undefined {
  if (path === 'models') return page(query, offers);
  if (!path.startsWith('models/')) return undefined;
  const name = decodeURIComponent(path.slice('models/'.length));
  const model = RESOURCES.get(name);
  if (model !== undefined && offers(name)) return { status: 200, body: model };
  return googleError(404, 'NOT_FOUND', modelNotFound(name, version, 'generateContent'));
}

/** The token of a page is the number of its first model; a client must not know that. */
function page(query: URLSearchParams, offers: Offers): HttpAnswer {
  const asked = Number(query.get('pageSize') ?? 0);
  const first = Number(query.get('pageToken') ?? 0);
  const all = [...RESOURCES].flatMap(([name, resource]) => (offers(name) ? [resource] : []));
  if (!(asked >= 0 && first >= 0 && first <= all.length))
    return googleError(400, 'INVALID_ARGUMENT', 'Request contains an invalid argument.');
  const end = first + Math.min(asked === 0 ? PAGE_SIZE : asked, MAX_PAGE_SIZE);
  const rest = end < all.length ? { nextPageToken: String(end) } : {};
  return { status: 200, body: { models: all.slice(first, end), ...rest } };
}

/** message Model of model.proto. */
function modelResource(model: LiveModel): object {
  return {
    name: `models/${model.name}`,
    version: '001',
    displayName: model.displayName,
    description: model.description,
    inputTokenLimit: model.inputTokenLimit,
    outputTokenLimit: model.outputTokenLimit,
    supportedGenerationMethods: ['bidiGenerateContent'],
  };
}

/** By name without `models/`. */
const RESOURCES: ReadonlyMap<string, object> = new Map([
  ...LIVE_MODELS.map((model): [string, object] => [model.name, modelResource(model)]),
  ...GENERATE_MODELS.map((model): [string, object] => [model.name, generateModelResource(model)]),
]);
