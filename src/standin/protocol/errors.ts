/** Errors of the HTTP side in Google's form, and the service's words for the common ones. */

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

export const badRequest = (message: string) => googleError(400, 'INVALID_ARGUMENT', message);

/** Where the service explains nothing else. */
export const INVALID_ARGUMENT = 'Request contains an invalid argument.';
export const NOT_JSON = 'Invalid JSON payload received. Unexpected token.';
export const INTERNAL_ERROR = 'Internal error encountered.';

/** Where the request asks for other modalities than sound alone. */
export function onlyAudio(model: string, modalities: readonly string[]): string {
  return (
    `The requested combination of response modalities (${modalities.join(', ')}) is not supported by the model. ` +
    `models/${model} accepts the following combination of response modalities:\n* AUDIO\n`
  );
}

/** @returns undefined for a text that is not JSON */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
