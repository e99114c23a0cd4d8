/** The text that a model writes about an utterance, in the requested form. */
import type { Answer } from '../answerer.ts';
import { type GenerateRequest, schemaOf } from './request.ts';

interface Schema {
  readonly type?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly enum?: readonly unknown[];
}

/** JSON by the schema; without one, all that is known; as plain text, the translation. */
export function written(answer: Answer, { generationConfig: config = {} }: GenerateRequest): string {
  if (config.responseMimeType !== 'application/json') return answer.said.text;
  const understood = answer.heard.text !== '';
  const known: Record<string, unknown> = {
    language: answer.heard.languageCode ?? 'und',
    transcript: answer.heard.text,
    translation: understood ? answer.said.text : '',
    understood,
  };
  const schema = schemaOf(config);
  // The check of the request lets nothing but an object through.
  return JSON.stringify(schema === undefined ? known : filled(schema as Schema, known));
}

/** A value of the schema: known ones by the names of their properties, elsewhere an empty one. */
function filled(schema: Schema, known: Readonly<Record<string, unknown>>): unknown {
  switch (String(schema.type).toLowerCase()) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([name, property]) => [
          name,
          name in known ? known[name] : filled(property, known),
        ]),
      );
    case 'array':
      return [];
    case 'boolean':
      return false;
    case 'number':
    case 'integer':
      return 0;
    default:
      return schema.enum?.[0] ?? '';
  }
}
