import { GoogleGenAI } from '@google/genai';

/** Where the service is and how to get in. */
export interface Service {
  readonly apiKey: string;
  readonly apiVersion: string;
  /** As serviceAddress() makes it. */
  readonly baseUrl: string;
}

/**
 * A client of the SDK. All that it would else look up in the environment is given: another program's variables
 * (GOOGLE_GENAI_USE_VERTEXAI, GOOGLE_GEMINI_BASE_URL, …) change neither where its requests go nor which key they have.
 * @param fetcher makes its requests, in place of Node's
 */
export function clientOf(service: Service, fetcher?: typeof fetch): GoogleGenAI {
  return new GoogleGenAI({
    apiKey: service.apiKey,
    apiVersion: service.apiVersion,
    vertexai: false,
    enterprise: false,
    httpOptions: { baseUrl: service.baseUrl, ...(fetcher === undefined ? {} : { fetch: fetcher }) },
  });
}
