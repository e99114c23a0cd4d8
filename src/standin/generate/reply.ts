/** The answer to one request: whole, as server-sent events, or as a list; and the faults of the script. */
import type { ServerResponse } from 'node:http';
import type { Clock } from '../../base/time.ts';
import { waitUntil } from '../clock.ts';
import type { RequestAction } from '../faults/script.ts';
import { googleError } from '../protocol/errors.ts';
import type { RequestRecord } from '../record.ts';

/** `list`: streamed without `alt=sse`. */
export type ReplyForm = 'whole' | 'events' | 'list';

/** Google's words where it explains nothing else. */
const REFUSALS: Readonly<Record<number, readonly [word: string, message: string]>> = {
  429: ['RESOURCE_EXHAUSTED', 'Resource has been exhausted (e.g. check quota).'],
  500: ['INTERNAL', 'An internal error has occurred. Please retry or report in the troubleshooting guide.'],
  503: ['UNAVAILABLE', 'The model is overloaded. Please try again later.'],
  504: ['DEADLINE_EXCEEDED', 'Deadline expired before operation could complete.'],
};

export class Reply {
  readonly #response: ServerResponse;
  readonly #clock: Clock;
  readonly #form: ReplyForm;
  readonly #record: RequestRecord;
  readonly #over = new AbortController();
  #chunks = 0;

  constructor(response: ServerResponse, clock: Clock, form: ReplyForm, record: RequestRecord) {
    this.#response = response;
    this.#clock = clock;
    this.#form = form;
    this.#record = record;
    response.once('close', () => {
      if (record.outcome === 'answering') this.#end('given up');
    });
  }

  /** Aborted when nothing can follow. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  send(message: object): void {
    if (this.#over.signal.aborted) return;
    this.#head(200);
    const json = JSON.stringify(message, null, this.#form === 'events' ? undefined : 2);
    if (this.#form === 'events') this.#response.write(`data: ${json}\r\n\r\n`);
    else if (this.#form === 'list') this.#response.write(`${this.#chunks === 0 ? '[' : ',\r\n'}${json}`);
    else this.#response.write(`${json}\n`);
    this.#chunks += 1;
  }

  finish(): void {
    if (this.#over.signal.aborted) return;
    this.#response.end(this.#form === 'list' ? ']' : undefined);
    this.#end('complete');
  }

  refuse(status: number, body: string = refusalBody(status), type = 'application/json; charset=UTF-8'): void {
    if (this.#over.signal.aborted) return;
    if (this.#response.headersSent) {
      this.#response.end(this.#form === 'events' ? `data: ${body}\r\n\r\n` : body);
    } else {
      this.#head(status, type);
      this.#response.end(body);
    }
    this.#end('refused');
  }

  /** @returns false when nothing is to follow */
  async act(actions: readonly RequestAction[]): Promise<boolean> {
    for (const action of actions) {
      if (this.#over.signal.aborted) return false;
      switch (action.do) {
        case 'delay':
          await waitUntil(this.#clock, this.#clock.now() + action.ms, this.#over.signal);
          break;
        case 'refuse':
          this.refuse(action.status, action.body, action.type);
          break;
        case 'reset':
          this.#response.socket?.resetAndDestroy();
          this.#end('broken off');
          break;
        case 'cut':
          if (!this.#response.headersSent) this.#head(200);
          this.#response.end();
          this.#end('broken off');
          break;
        case 'hang':
          return false; // whether the client leaves is still recorded
      }
    }
    return !this.#over.signal.aborted;
  }

  #head(status: number, type = this.#form === 'events' ? 'text/event-stream' : 'application/json'): void {
    if (this.#response.headersSent) return;
    this.#record.status = status;
    this.#response.writeHead(status, { 'content-type': type });
  }

  #end(outcome: RequestRecord['outcome']): void {
    this.#record.outcome = outcome;
    this.#over.abort();
  }
}

function refusalBody(status: number): string {
  const [word, message] = REFUSALS[status] ?? ['UNKNOWN', 'Refused by the script.'];
  return JSON.stringify(googleError(status, word, message).body, null, 2);
}
