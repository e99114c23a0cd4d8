import { createServer, type RequestListener, type Server } from 'node:http';
import { expect } from 'vitest';
import type { Cascade } from '../../src/interpreters/cascade/cascade.ts';
import type { FaultCode } from '../../src/kiosk/faults.ts';
import type { RequestStep } from '../../src/standin/faults/script.ts';
import { engineRig } from './engines.ts';
import { comesThrough, failsWith, LANGUAGES, SAID, secondsOf } from './live.ts';

/** For tests of the cascade over the real SDK and the stand-in. */

/** A body that comes as an answer does. */
export const answeredBy = (body: string, type = 'application/json'): RequestStep => ({
  at: 'request',
  do: 'refuse',
  status: 200,
  type,
  body,
});

export function cascadeRig() {
  const rig = engineRig();
  const hearings = () => rig.standin.requests.filter(({ kind }) => kind === 'hear');
  const speeches = () => rig.standin.requests.filter(({ kind }) => kind === 'speak');
  return {
    rig,
    hearings,
    speeches,
    comesThrough: async (engine: Cascade = rig.cascade()) => {
      const through = await comesThrough(engine, LANGUAGES, rig.clock);
      expect(through.sink.samples.length / 24_000).toBeCloseTo(2);
      expect(hearings().at(-1)?.heardSeconds).toBeCloseTo(secondsOf(through.turn));
      return through;
    },
    /** The turn fails with this fault, which contains neither the key nor what was said. */
    failsWith: async (code: FaultCode, engine: Cascade = rig.cascade()) =>
      (await failsWith(code, engine, [SAID, 'baño', 'hello'])).fault,
    /** What is between the desk and the service from now on. */
    stands: (mode: Between) => {
      if (mode === 'closed') rig.network.refuse();
      else rig.network.portal(mode === 'reset' ? resetting() : createServer(answering(mode)));
    },
  };
}

/** What is between the desk and the service. */
export type Between =
  | 'closed'
  | 'reset'
  | 'silent'
  | { readonly portal: 'redirect' | 'page' }
  | { readonly status: number; readonly as?: 'html' };

function resetting(): Server {
  return createServer().on('connection', (socket) => socket.resetAndDestroy());
}

function answering(mode: Exclude<Between, 'closed' | 'reset'>): RequestListener {
  const page = (title: string) => `<!DOCTYPE html><title>${title}</title>`;
  return (_, response) => {
    if (mode === 'silent') return;
    if ('status' in mode) {
      const { status } = mode;
      const error = JSON.stringify({ error: { code: status, message: `It answers ${status}.` } });
      const type = mode.as === 'html' ? 'text/html' : 'application/json';
      response.writeHead(status, { 'content-type': type });
      response.end(mode.as === 'html' ? page(`Error ${status}`) : error);
    } else if (mode.portal === 'redirect') {
      response.writeHead(302, { location: 'http://login.test/' }).end();
    } else {
      response.writeHead(200, { 'content-type': 'text/html' }).end(page('Guest Wi-Fi'));
    }
  };
}
