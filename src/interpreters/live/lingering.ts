import type { Connection } from './connection.ts';

/** The service allows several sessions at once; how many is not told. With the spare and the turn's own these are four. */
const MAX_LINGERING = 2;

/**
 * Connections that have served their turn and stay open for the service's count of it alone, which comes when the answer
 * would have been played. An idle session is not billed; nothing is sent on it, and nothing of it is heard.
 */
export class Lingering {
  #connections: Connection[] = [];

  /** Closes it when the service has counted. @param counted always resolves, in bounded time */
  wait(connection: Connection, counted: Promise<void>): void {
    connection.listen({ message: () => {}, retiring: () => {}, lost: () => {} });
    this.#connections.push(connection);
    if (this.#connections.length > MAX_LINGERING) this.#connections.shift()?.close();
    void counted.then(() => {
      this.#connections = this.#connections.filter((one) => one !== connection);
      connection.close();
    });
  }

  /** Closes all at once. */
  drop(): void {
    for (const connection of this.#connections.splice(0)) connection.close();
  }
}
