import { printable } from '../../base/foreign-text.ts';

/** Something that is wrong, or looks wrong, with a configuration. */
export interface Remark {
  /** A configuration with an error can't be used; a warning has no effect. */
  readonly severity: 'error' | 'warning';
  /** The setting or table; the whole file if empty. */
  readonly path: readonly PropertyKey[];
  /** Whether the name or the value is wrong. */
  readonly at: 'name' | 'value';
  /** For the author of the file: what was found, what is needed, without a full stop. */
  readonly sentence: string;
}

/** A place in the file, both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface Finding extends Pick<Remark, 'severity' | 'sentence'> {
  /** "panel.buttons.talk"; empty for the whole file. */
  readonly key: string;
  /** Undefined where nothing of it is in the file. */
  readonly place: Place | undefined;
}

/** In characters. */
const MOST_OF_A_FINDING = 1000;

/** "dragoman.toml:3:8: warning: panel.leds.talk: …". @param file its name */
export function findingText({ severity, key, place, sentence }: Finding, file: string): string {
  const where = place === undefined ? file : `${file}:${place.line}:${place.column}`;
  const parts = [
    where,
    ...(severity === 'warning' ? ['warning'] : []),
    ...(key === '' ? [] : [key]),
    sentence,
  ];
  return printable(parts.join(': '), MOST_OF_A_FINDING);
}

/** API keys of Google, which people sometimes put in the wrong place. */
const KEY = /\b(AIza|AQ[.])[\w.-]{10,}/g;

/** User and password of an address. */
const PASSWORD = /\b([a-z][a-z\d+.-]*:\/\/)[^\s"]*@/gi;

export const KEY_DOES_NOT_BELONG = 'the key never belongs in this file: "sudo dragoman key set" stores it';

const remark =
  (severity: Remark['severity']) =>
  (path: readonly PropertyKey[], sentence: string, at: Remark['at'] = 'value'): Remark => {
    const withoutSecrets = sentence.replaceAll(KEY, '$1…').replaceAll(PASSWORD, '$1…@');
    return { severity, path, at, sentence: withoutSecrets };
  };

export const error = remark('error');
export const warning = remark('warning');

/** Whether a setting of this name would hold the API key. */
export function isNameOfKey(name: string): boolean {
  return /api.?key|^key$|secret|token/i.test(name);
}
