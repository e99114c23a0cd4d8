/** The plain HTTP side: models, errors in Google's form. */
import { findGenerateModel, GENERATE_MODELS, generateModelResource } from './generate/models.ts';
import { LIVE_MODELS, type LiveModel, modelNotFound } from './models.ts';

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

/** `GET /v1beta/models` and `GET /v1beta/models/NAME`; nothing when the path is neither. */
export function answerModels(version: string, path: string): HttpAnswer | undefined {
  if (path === 'models') {
    const models = [...LIVE_MODELS.map(modelResource), ...GENERATE_MODELS.map(generateModelResource)];
    return { status: 200, body: { models } };
  }
  if (!path.startsWith('models/')) return undefined;
  const name = decodeURIComponent(path.slice('models/'.length));
  const model = LIVE_MODELS.find((known) => known.name === name);
  if (model !== undefined) return { status: 200, body: modelResource(model) };
  const generating = findGenerateModel(name);
  if (generating !== undefined) return { status: 200, body: generateModelResource(generating) };
  return googleError(404, 'NOT_FOUND', modelNotFound(name, version, 'generateContent'));
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
    thinking: model.thinking,
  };
}
