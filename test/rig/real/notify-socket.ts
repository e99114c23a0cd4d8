import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';

/** What a service manager is: a unix datagram socket, which Node has none of. */
const RECEIVER = `
import json, socket, sys
receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.bind(sys.argv[1])
print(json.dumps("bound"), flush=True)
while True:
    print(json.dumps(receiver.recv(65536).decode()), flush=True)
`;

/** What keeps the tests from it on this machine, if anything does. */
export function notifySocketMissing(): string | undefined {
  return spawnSync('python3', ['--version']).status === 0 ? undefined : 'python3';
}

/** Takes what sd_notify sends. */
export class NotifySocket {
  readonly path: string;
  /** All messages so far, each of one or more assignments. */
  readonly messages: string[] = [];
  readonly #child: ChildProcess;
  #heard = () => {};
  #bound = false;

  constructor(path: string) {
    this.path = path;
    this.#child = spawn('python3', ['-c', RECEIVER, path], { stdio: ['ignore', 'pipe', 'inherit'] });
    const output = this.#child.stdout;
    if (output === null) throw new Error('the receiver has no output');
    createInterface({ input: output }).on('line', (line) => {
      if (this.#bound) this.messages.push(JSON.parse(line) as string);
      this.#bound = true;
      this.#heard();
    });
  }

  /** Resolves as soon as messages can be sent to it. */
  async open(): Promise<void> {
    while (!this.#bound) await this.#next();
  }

  /** The first assignment that fits, of those that have come and those that will. */
  async first(fits: (assignment: string) => boolean): Promise<string> {
    for (;;) {
      const found = this.assignments.find(fits);
      if (found !== undefined) return found;
      await this.#next();
    }
  }

  get assignments(): string[] {
    return this.messages.flatMap((message) => message.split('\n'));
  }

  async close(): Promise<void> {
    const exited = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGKILL');
    await exited;
  }

  #next(): Promise<void> {
    return new Promise((resolve) => {
      this.#heard = resolve;
    });
  }
}
