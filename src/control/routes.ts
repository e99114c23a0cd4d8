import { z } from 'zod';
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
  ['/status', { method: 'GET', answer: (port) => ({ code: 200, body: port.status() }) }],
  ['/language', { method: 'PUT', answer: chooseLanguage }],
  ['/guest', { method: 'PUT', answer: newGuest }],
  ['/restart', { method: 'PUT', answer: restart }],
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

function chooseLanguage(port: ControlPort, body: string): Reply {
  const asked = languageRequest.safeParse(json(body));
  if (!asked.success) {
    const [issue] = asked.error.issues;
    // What is wrong with the code itself needs no explanation of the form.
    if (issue?.code === 'custom') return failed(400, issue.message);
    return failed(400, `needed: {"language": "fr"} or {"language": "auto"}\n${z.prettifyError(asked.error)}`);
  }
  const { language } = asked.data;
  const taken = port.chooseLanguage(language);
  const { languages } = port.status();
  if (taken) return { code: 200, body: languages };
  return failed(409, `${language} is the host's language (${languages.host}): a guest needs another`);
}

function newGuest(port: ControlPort, body: string): Reply {
  const asked = guestRequest.safeParse(json(body));
  if (!asked.success) return failed(400, `needed: {"guest": "new"}\n${z.prettifyError(asked.error)}`);
  port.guestLeft();
  return { code: 200, body: asked.data };
}

function restart(port: ControlPort, body: string): Reply {
  const asked = restartRequest.safeParse(json(body));
  if (!asked.success) {
    return failed(400, `needed: {"when": "vacant"} or {"when": "now"}\n${z.prettifyError(asked.error)}`);
  }
  const { when } = asked.data;
  const restarts = port.status().vacant ? 'now' : when;
  port.restart(when);
  return { code: 200, body: { restarts } };
}

/** @returns undefined where it is no JSON, which no schema takes */
function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
