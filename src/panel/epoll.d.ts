/** The part of epoll 4.0 that is used here; the package brings no types. It waits on a thread of its own. */
declare module 'epoll' {
  namespace epoll {
    class Epoll {
      static readonly EPOLLIN: number;
      /** @param happened called in the event loop for each event; what it throws ends the process */
      constructor(happened: (error: Error | null, file: number, events: number) => void);
      /** Keeps the process alive until it is removed. */
      add(file: number, events: number): this;
      remove(file: number): this;
    }
  }
  // CommonJS, whose names Node does not find: they are on `default`.
  export = epoll;
}
