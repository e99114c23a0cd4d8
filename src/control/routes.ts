import { z } from 'zod';
import { valueOfJson } from '../base/foreign-text.ts';
import type { ControlPort } from './port.ts';
import { guestRequest, languageRequest, restartRequest } from './protocol.ts';

export interface Reply {
  /** Of HTTP. */
  readonly code: number;
  /** What goes out as JSON. */
  readonly body: unknown;
  /** The method that there is, where another was asked for. */
  readonly allow?: string;
}

interface Route {
  readonly method: 'GET' | 'PUT';
  answer(port: ControlPort, body: string): Reply;
}

const ROUTES: ReadonlyMap<string, Route> = new Map<string, Route>([
  ['/status', { method: 'GET', answer: (port) => done(port.status()) }],
  ['/language', put(languageRequest, '{"language": "fr"} or {"language": "auto"}', chooseLanguage)],
  ['/guest', put(guestRequest, '{"guest": "new"}', newGuest)],
  ['/restart', put(restartRequest, '{"when": "vacant"} or {"when": "now"}', restart)],
]);

/** What a request comes to. @param body as it came, not yet read as JSON */
export function replyTo(port: ControlPort, method: string, path: string, body: string): Reply {
  const route = ROUTES.get(path);
  if (route === undefined) {
    const known = [...ROUTES].map(([name, { method }]) => `${method} ${name}`).join(', ');
    return failed(404, `there is no ${path}; there is ${known}`);
  }
  if (route.method !== method) {
    return { ...failed(405, `${path} takes ${route.method} only`), allow: route.method };
  }
  return route.answer(port, body);
}

export function failed(code: number, error: string): Reply {
  return { code, body: { error } };
}

function done(body: unknown): Reply {
  return { code: 200, body };
}

/** @param needed the bodies that it takes, for messages */
function put<Body extends z.ZodType>(
  schema: Body,
  needed: string,
  act: (port: ControlPort, asked: z.output<Body>) => Reply,
): Route {
  const answer = (port: ControlPort, body: string) => {
    const { data, error, success } = schema.safeParse(valueOfJson(body));
    if (success) return act(port, data);
    const [issue] = error.issues;
    // What is wrong with a language code needs no explanation of the form.
    const form = `needed: ${needed}\n${z.prettifyError(error)}`;
    return failed(400, issue?.code === 'custom' ? issue.message : form);
  };
  return { method: 'PUT', answer };
}

function chooseLanguage(port: ControlPort, { language }: z.output<typeof languageRequest>): Reply {
  const taken = port.chooseLanguage(language);
  const { languages } = port.status();
  if (taken) return done(languages);
  return failed(409, `${language} is the host's language (${languages.host}): a guest needs another`);
}

function newGuest(port: ControlPort, asked: z.output<typeof guestRequest>): Reply {
  port.guestLeft();
  return done(asked);
}

function restart(port: ControlPort, { when }: z.output<typeof restartRequest>): Reply {
  const restarts = port.status().vacant ? 'now' : when;
  port.restart(when);
  return done({ restarts });
}
