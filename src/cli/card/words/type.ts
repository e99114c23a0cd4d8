import type { Mender } from '../../../kiosk/faults.ts';

/** What the trouble light does, in the words of `lookInWords`: a row of the card each. */
export type TroubleLook =
  | 'off'
  | '1 flash'
  | '2 flashes'
  | '3 flashes'
  | '4 flashes'
  | '5 flashes'
  | 'fast blink'
  | 'on';

/** Everything on the card that is not in the fault table, in one language. Short: it has to fit. */
export interface CardWords {
  readonly title: string;
  /** How the device is used, in a line. */
  readonly use: string;
  /** Above the lines to be filled in by hand. */
  readonly contact: string;
  readonly phone: string;

  readonly allWell: string;
  readonly talk: {
    readonly title: string;
    readonly listening: string;
    readonly translating: string;
    readonly speaking: string;
    readonly confirm: string;
    readonly nothingSaid: string;
    readonly notUnderstood: string;
    readonly failed: string;
  };
  readonly connection: {
    readonly title: string;
    readonly ready: string;
    readonly connecting: string;
    readonly limited: string;
    readonly off: string;
  };
  readonly languages: {
    readonly title: string;
    readonly guest: string;
    readonly without: string;
    readonly off: string;
  };

  readonly trouble: string;
  readonly troubleNote: string;
  readonly seconds: string;
  readonly means: string;
  readonly doing: string;
  readonly rows: Readonly<Record<TroubleLook, { readonly means: string; readonly doing: string }>>;
  readonly looks: {
    readonly off: string;
    readonly on: string;
    readonly 'slow blink': string;
    readonly 'fast blink': string;
    /** Behind "1", and behind greater numbers. */
    readonly flash: string;
    readonly flashes: string;
  };

  readonly faults: string;
  readonly faultsNote: string;
  /** Before the id of the fault that has the same hint. */
  readonly see: string;
  readonly menders: Readonly<Record<Mender, string>>;
}
