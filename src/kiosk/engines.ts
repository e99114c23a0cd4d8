import type { FaultCode } from './faults.ts';

/** The engines that turn an utterance into translated speech, and what each can do. */

export const ENGINES = ['dialogue', 'translate', 'cascade', 'phrasebook'] as const;
export type Engine = (typeof ENGINES)[number];

/** What an engine can do whatever happens. */
export interface Abilities {
  /** Primary language codes that it hears and speaks; 'any': as good as all. */
  readonly languages: readonly string[] | 'any';
  /** It has to know beforehand which side speaks. */
  readonly needsSpeaker: boolean;
  /** It needs the network. */
  readonly online: boolean;
}

/** How an engine is, as far as anybody knows. */
export type Service =
  | { readonly is: 'unknown' }
  | { readonly is: 'connecting' }
  | { readonly is: 'ready' }
  | { readonly is: 'unreachable'; readonly fault: FaultCode };
