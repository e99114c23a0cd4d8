import { GoogleGenAI, type SpeechConfig } from '@google/genai';

/** The address of the service, and the credentials for it. */
export interface Service {
  readonly apiKey: string;
  readonly apiVersion: string;
  /** As serviceAddress() makes it. */
  readonly baseUrl: string;
}

/** Asked for every connection and request: a key may appear or change while the kiosk runs. @throws Fault without a key */
export type CurrentService = () => Promise<Service>;

/**
 * A client of the SDK. Every option that it would read from the environment is set, so that variables of another program
 * (GOOGLE_GENAI_USE_VERTEXAI, GOOGLE_GEMINI_BASE_URL, …) change neither the address nor the key.
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

/** The part of a configuration that chooses a prebuilt voice; empty if the model chooses. */
export function speechIn(voice: string | undefined): { speechConfig?: SpeechConfig } {
  if (voice === undefined) return {};
  return { speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: voice } } } };
}
