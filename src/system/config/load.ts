import { type AST, getStaticTOMLValue, parseTOML } from 'toml-eslint-parser';
import type { z } from 'zod';
import { EXIT, Explained } from '../../base/errors.ts';
import { type Files, isThere } from '../../base/files.ts';
import { FileRefused, type Links, readRegularFile } from '../../base/regular-file.ts';
import { TextFileError, textOf } from '../../base/text-file.ts';
import { error, type Finding, findingText, type Remark } from './finding.ts';
import { valueAt } from './names.ts';
import { inheritedNames, placeOf } from './place.ts';
import { remarksOn } from './rules.ts';
import { type Config, configSchema, defaultConfig, type UpdaterSettings, updaterSchema } from './schema.ts';
import { schemaMistakes } from './schema-mistakes.ts';
import { type ParserError, tomlMistake } from './toml-mistakes.ts';

/** A configuration that can't be used. Each problem is a line, which names file, line, column and key. */
export class ConfigError extends Explained {
  override readonly exit = EXIT.wrongUse;
}

/** Where the configuration lies on an installed device. */
export const CONFIG_FILE = '/etc/dragoman/dragoman.toml';

/** The configuration in a file, or the installed one if there is any, or the defaults. @throws ConfigError */
export async function configurationAt(file: string | undefined): Promise<Config> {
  const own = file ?? (await installedConfig());
  return own === undefined ? defaultConfig() : loadConfig(own);
}

/** The installed configuration, where there is one. */
export async function installedConfig(): Promise<string | undefined> {
  return (await isThere(CONFIG_FILE)) ? CONFIG_FILE : undefined;
}

/** As configurationAt, but of a file that may be wrong in everything else. @throws ConfigError */
export async function updaterSettingsAt(file: string | undefined): Promise<UpdaterSettings> {
  const own = file ?? (await installedConfig());
  if (own === undefined) return defaultConfig();
  return usable(checked(updaterSchema, await readConfig(own), 'left out'), own);
}

/**
 * Reads and checks a configuration file.
 * @throws ConfigError with all problems, one a line: file:line:column: key: what is wrong
 */
export async function loadConfig(file: string): Promise<Config> {
  return parseConfig(await readConfig(file), file);
}

/** The largest configuration has some KiB. */
const MOST_BYTES = 2 ** 20;

/** The text of a configuration file. @throws ConfigError when it can't be read */
export async function readConfig(file: string, links: Links = 'followed', files?: Files): Promise<string> {
  try {
    return textOf(await readRegularFile(file, MOST_BYTES, links, files));
  } catch (error) {
    if (error instanceof TextFileError || error instanceof FileRefused)
      throw new ConfigError(`${file}: ${error.message}`);
    throw new ConfigError(`${file}: ${whyUnreadable(error as NodeJS.ErrnoException)}`);
  }
}

function whyUnreadable({ code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case 'ENOENT':
      return 'cannot be read: there is no such file';
    case 'EACCES':
      return 'cannot be read: permission denied; run this with sudo';
    default:
      return `cannot be read: ${message}`;
  }
}

/**
 * Checks the text of a configuration.
 * @param file its name in errors
 * @param unknown what becomes of unknown settings, which a file that was right for another release may have
 * @throws ConfigError
 */
export function parseConfig(text: string, file: string, unknown: Unknown = 'refused'): Config {
  return usable(understood(text, unknown), file);
}

/** What a text was understood as. */
export interface Understood<T> {
  /** Undefined where there are errors. */
  readonly config: T | undefined;
  /** Errors and warnings, by their place. */
  readonly findings: readonly Finding[];
  /** The place in the file of a remark from elsewhere. */
  readonly placed: (remark: Remark) => Finding;
}

/** Reads the text of a configuration, and says all that is wrong, or looks wrong, with it. */
export function understood(text: string, unknown: Unknown = 'refused'): Understood<Config> {
  return checked(configSchema, text, unknown, remarksOn);
}

type Unknown = 'refused' | 'left out';

function checked<S extends z.ZodType>(
  schema: S,
  text: string,
  unknown: Unknown,
  rules: (config: z.output<S>, given: unknown) => readonly Remark[] = () => [],
): Understood<z.output<S>> {
  let ast: AST.TOMLProgram;
  try {
    ast = parseTOML(text, { tomlVersion: '1.0.0' });
  } catch (failure) {
    const mistake = tomlMistake(text, failure as ParserError);
    return { config: undefined, findings: [mistake], placed: (remark) => placedIn(undefined, remark) };
  }
  const placed = (remark: Remark) => placedIn(ast, remark);
  const inherited = inheritedNames(ast).map((path) =>
    placed(error(path, 'there is no such setting', 'name')),
  );
  // The parser would write what stands below such a name into what all objects share.
  if (inherited.length > 0) return { config: undefined, findings: inherited, placed };
  const given = getStaticTOMLValue(ast);
  let result = schema.safeParse(given);
  if (!result.success && unknown === 'left out') {
    for (const issue of result.error.issues) leaveOut(issue, given);
    result = schema.safeParse(given);
  }
  const remarks = result.success
    ? rules(result.data, given)
    : result.error.issues.flatMap((issue) => schemaMistakes(issue, given));
  const findings = remarks.map(placed).toSorted((a, b) => (a.place?.line ?? 0) - (b.place?.line ?? 0));
  const isUsable = findings.every(({ severity }) => severity === 'warning');
  return { config: isUsable ? result.data : undefined, findings, placed };
}

function placedIn(ast: AST.TOMLProgram | undefined, remark: Remark): Finding {
  const { severity, path, sentence } = remark;
  const place = ast === undefined ? undefined : placeOf(ast, remark);
  return { severity, sentence, key: path.join('.'), place };
}

/** @throws ConfigError with the errors, where there are any */
export function usable<T>({ config, findings }: Pick<Understood<T>, 'config' | 'findings'>, file: string): T {
  if (config !== undefined) return config;
  const errors = findings.filter(({ severity }) => severity === 'error');
  throw new ConfigError(errors.map((finding) => findingText(finding, file)).join('\n'));
}

function leaveOut(issue: z.core.$ZodIssue, given: unknown): void {
  const table = valueAt(given, issue.path);
  if (issue.code !== 'unrecognized_keys' || typeof table !== 'object' || table === null) return;
  for (const key of issue.keys) Reflect.deleteProperty(table, key);
}
