import { CONFIG_FILE, configJsonSchema, loadConfig } from '../system/config.ts';
import { retiredModelNotes } from '../system/models.ts';

/** Checks a configuration file. @returns what to print when it is right @throws ConfigError with every problem */
export async function configCheck(file: string = CONFIG_FILE): Promise<string> {
  const warnings = retiredModelNotes(await loadConfig(file)).map((note) => `${file}: warning: ${note}\n`);
  return `${warnings.join('')}${file}: right\n`;
}

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
}

/** Every setting with its default and what it means, as TOML that can be used as it stands. */
export function configDefaults(): string {
  const lines: string[] = [];
  tables(configJsonSchema(), [], lines);
  return `${lines.join('\n').trimStart()}\n`;
}

function tables(schema: Schema, path: readonly string[], lines: string[]): void {
  const entries = Object.entries(schema.properties ?? {});
  // At the top there are tables only: one without settings of its own holds what its user puts in.
  const isTable = ([, entry]: readonly [string, Schema]) =>
    entry.properties !== undefined || path.length === 0;
  const settings = entries.filter((entry) => !isTable(entry));
  if (settings.length > 0) {
    if (schema.description !== undefined) lines.push('', `# ${schema.description}`);
    else lines.push('');
    lines.push(`[${path.join('.')}]`);
  }
  for (const [key, entry] of settings) {
    const about = [entry.description, entry.enum?.join(' | ')]
      .filter((part) => part !== undefined)
      .join('; ');
    if (about !== '') lines.push(`# ${about}`);
    const value = entry.default ?? (schema.default as Record<string, unknown> | undefined)?.[key];
    const name = /^[\w-]+$/.test(key) ? key : JSON.stringify(key);
    lines.push(value === undefined ? `# ${name} =` : `${name} = ${toml(value)}`);
  }
  for (const [key, entry] of entries.filter(isTable)) {
    if (entry.properties !== undefined) tables(entry, [...path, key], lines);
    else lines.push('', `# ${entry.description}`, `[${key}]`);
  }
}

function toml(value: unknown): string {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return '{}';
  return JSON.stringify(value);
}
