/** What became of single requests, for tests to look at. */
import type { RequestKind } from './script.ts';
import type { RequestUsage } from './usage.ts';

export interface RequestRecord {
  readonly id: number;
  readonly model: string;
  readonly kind: RequestKind;
  readonly streamed: boolean;
  /** When it had come, on the stand-in's clock. */
  readonly atMs: number;
  /** As it was checked; sound in it is left out. */
  readonly body: unknown;
  /** Sound that came with it, in seconds. */
  readonly heardSeconds: number;
  /** What was understood, or was to be spoken. */
  text?: string;
  /** Sound that was sent, in seconds. */
  saidSeconds: number;
  /** What it came to, once all of its answer has been sent. */
  billed?: RequestUsage;
  /** HTTP status; 0 until there is one. */
  status: number;
  /** `given up`: the client has left before the end. */
  outcome: 'answering' | 'complete' | 'refused' | 'broken off' | 'given up';
}

/** So that a soak doesn't fill the memory. */
const KEPT = 1000;

export class RequestRecords {
  readonly all: RequestRecord[] = [];
  #count = 0;

  add(facts: Omit<RequestRecord, 'id' | 'saidSeconds' | 'status' | 'outcome'>): RequestRecord {
    this.#count += 1;
    const record: RequestRecord = {
      id: this.#count,
      saidSeconds: 0,
      status: 0,
      outcome: 'answering',
      ...facts,
    };
    this.all.push(record);
    if (this.all.length > KEPT) this.all.shift();
    return record;
  }
}
