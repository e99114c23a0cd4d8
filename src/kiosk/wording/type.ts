import type { FaultCode } from '../faults.ts';

/** What is said about a fault, to people. */
export interface FaultWords {
  readonly title: string;
  readonly hint: string;
}

/** Every fault in one language. Commands in backticks and configuration keys stay as they are. */
export type Wording = Readonly<Record<FaultCode, FaultWords>>;
