import type { Dialler, Link } from '../../../src/interpreters/network/dial.ts';
import { PROXY_FAILED } from '../../../src/interpreters/network/tunnel.ts';

/** What is written at once when a link is filled. */
const CHUNK_BYTES = 64 * 1024;

/**
 * Dials on command, and reports the progress line by line; so it can do so in a process of its own, in another
 * network namespace. Commands: `dial URL` opens the next link, counted from 1; `dial URL PROXY` through a proxy. On link N: `N send TEXT`, `N fill BYTES`,
 * `N end`, `N destroy`, and `N state`, which is answered by `N state JSON`.
 */
export class Caller {
  readonly #dialler: (proxy?: string) => Dialler;
  readonly #direct: Dialler;
  readonly #say: (line: string) => void;
  readonly #links: Link[] = [];
  #stopped = false;

  /** @param dialler makes one that goes through a proxy, or directly */
  constructor(dialler: (proxy?: string) => Dialler, say: (line: string) => void) {
    this.#dialler = dialler;
    this.#direct = dialler();
    this.#say = (line) => {
      if (!this.#stopped) say(line);
    };
  }

  /** Destroys its links, and says nothing any more. */
  stop(): void {
    this.#stopped = true;
    for (const { stream } of this.#links) stream.destroy();
  }

  command(line: string): void {
    const [first = '', what = '', ...rest] = line.split(' ');
    if (first === 'dial') {
      this.#dial(what, rest[0]);
      return;
    }
    const link = this.#links[Number(first) - 1];
    if (link === undefined) throw new Error(`there is no link ${first}`);
    const say = (text: string) => this.#say(`${first} ${text}`);
    if (what === 'send') link.stream.write(rest.join(' '), (error) => error ?? say('sent'));
    else if (what === 'fill') this.#fill(link, Number(rest[0]), say);
    else if (what === 'end') link.stream.end();
    else if (what === 'destroy') link.stream.destroy();
    else if (what === 'state') void stateOf(link).then((state) => say(`state ${JSON.stringify(state)}`));
    else throw new Error(`a caller cannot ${what}`);
  }

  #dial(url: string, proxy = ''): void {
    const dialler = proxy === '' ? this.#direct : this.#dialler(proxy);
    const link = dialler.dial(new URL(url));
    const number = this.#links.push(link);
    const say = (text: string) => this.#say(`${number} ${text}`);
    const { stream } = link;
    say(`waits for ${link.step}`);
    link.opened(() => say(`opened, waits for ${link.step}`));
    for (const event of ['lookup', 'connect', 'tunnel']) {
      stream.on(event, () => link.step !== 'upgrade' && say(`waits for ${link.step}`));
    }
    stream.on('data', (data: Buffer) => say(`heard ${data}`));
    stream.on('end', () => say('ended'));
    stream.on('error', ({ code, message }: NodeJS.ErrnoException) =>
      say(`failed ${code === PROXY_FAILED ? message : code}`),
    );
    stream.on('close', () => say('closed'));
  }

  #fill({ stream }: Link, bytes: number, say: (text: string) => void): void {
    for (let left = bytes; left > 0; left -= CHUNK_BYTES) {
      const chunk = Buffer.alloc(Math.min(left, CHUNK_BYTES), 'x');
      stream.write(chunk, (error) => error ?? (left <= CHUNK_BYTES && say('filled')));
    }
  }
}

export interface LinkState {
  readonly roundTripMs: number;
  readonly writtenBytes: number;
  /** Undefined where it is unknown. */
  readonly unacknowledgedBytes?: number;
}

async function stateOf(link: Link): Promise<LinkState> {
  const count = await link.unacknowledged();
  return {
    roundTripMs: link.roundTripMs,
    writtenBytes: link.writtenBytes,
    ...(count === undefined ? {} : { unacknowledgedBytes: count.unacknowledgedBytes }),
  };
}
