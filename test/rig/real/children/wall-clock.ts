/**
 * For `node --import`: the wall clock of this machine shifted by a number of milliseconds, from the start on
 * (WALL_CLOCK_LATER_MS). The monotonic clock stays as it is. A time zone would do if there were any to the minute.
 */
const laterMs = Number(process.env.WALL_CLOCK_LATER_MS ?? 0);
const Machine = Date;
const now = () => Machine.now() + laterMs;

globalThis.Date = new Proxy(Machine, {
  construct: (target, given, asked) => Reflect.construct(target, given.length === 0 ? [now()] : given, asked),
  apply: () => new Machine(now()).toString(),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
});
