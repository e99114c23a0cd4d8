/** The script of single requests: what tests make the stand-in do to them instead of answering well. */
import type { Answer } from '../answerer.ts';

/** `hear`: sound in, text out. `speak`: text in, sound out. */
export type RequestKind = 'hear' | 'speak';

/** `request`: it has come and nothing is answered; `{ chunks }`: after so many chunks; `end`: all but the end is sent. */
export type RequestMoment = 'request' | { readonly chunks: number } | 'end';

export type RequestAction =
  | { readonly do: 'delay'; readonly ms: number }
  /** This status in place of an answer; in mid-stream, where the status is sent, an error among the chunks. */
  | { readonly do: 'refuse'; readonly status: number; readonly body?: string; readonly type?: string }
  /** TCP reset. */
  | { readonly do: 'reset' }
  /** The answer ends here as if it were complete, without a finishReason. */
  | { readonly do: 'cut' }
  /** Nothing more is sent, and the connection stays open. */
  | { readonly do: 'hang' };

/** What is different about the answer. */
export interface RequestChanges {
  /** In place of the answerer's. */
  readonly answer?: Partial<Answer>;
  /** The whole text of the answer, JSON or not. */
  readonly text?: string;
  readonly finishReason?: string;
  /** The prompt is blocked: no candidate at all. */
  readonly blockReason?: string;
  /** `nothing`: no content, though its tokens are counted; a number: only so many chunks of the sound. */
  readonly content?: 'nothing' | number;
  /** Chunks that end in the middle of a sample; a WAV file in pieces, as no stream has been seen to be. */
  readonly form?: 'odd chunks' | 'WAV file';
  /** Of the sound, as it is told. */
  readonly mimeType?: string;
}

export type RequestStep = ({ readonly at: RequestMoment } & RequestAction) | RequestChanges;

/** The steps that apply to one request, by its kind. */
export class RequestScript {
  readonly #next: Record<RequestKind, (readonly RequestStep[])[]> = { hear: [], speak: [] };
  #every: Record<RequestKind, readonly RequestStep[]> = { hear: [], speak: [] };

  next(kind: RequestKind, steps: readonly RequestStep[]): void {
    this.#next[kind].push(steps);
  }

  every(kind: RequestKind, steps: readonly RequestStep[]): void {
    this.#every[kind] = steps;
  }

  clear(): void {
    this.#next.hear.length = 0;
    this.#next.speak.length = 0;
    this.#every = { hear: [], speak: [] };
  }

  take(kind: RequestKind): readonly RequestStep[] {
    return [...this.#every[kind], ...(this.#next[kind].shift() ?? [])];
  }
}

export function requestActionsAt(
  steps: readonly RequestStep[],
  moment: RequestMoment,
): readonly RequestAction[] {
  return steps.filter((step) => 'at' in step).filter(({ at }) => same(at, moment));
}

function same(a: RequestMoment, b: RequestMoment): boolean {
  return typeof a === 'object' && typeof b === 'object' ? a.chunks === b.chunks : a === b;
}

export function requestChanges(steps: readonly RequestStep[]): RequestChanges {
  return Object.assign({}, ...steps.filter((step) => !('at' in step)));
}
