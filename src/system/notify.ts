/** Messages to the service manager: sd_notify(3). Node has no unix datagram sockets, so systemd's own library does it. */

/** Reports the daemon's state to the service manager. */
export interface Notify {
  /**
   * Assignments like READY=1, each of one line. Returns at once and doesn't throw.
   * docs: https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html
   */
  report(...assignments: string[]): void;
  /** Without a WATCHDOG=1 for this time, in milliseconds, the daemon is ended and started again; undefined: never. */
  readonly watchdogMs: number | undefined;
}

/** For a process without a service manager. */
export const NO_NOTIFY: Notify = { report: () => {}, watchdogMs: undefined };

const LIBRARY = 'libsystemd.so.0';

/**
 * The service manager that started this process, if one did (NOTIFY_SOCKET).
 * @param trouble called when it can't be notified, once for each reason
 */
export async function openNotify(
  trouble: (error: Error) => void,
  environment: NodeJS.ProcessEnv = process.env,
  library: string = LIBRARY,
): Promise<Notify> {
  if (environment.NOTIFY_SOCKET === undefined || environment.NOTIFY_SOCKET === '') return NO_NOTIFY;
  const troubles = new Set<string>();
  const once = (error: Error) => {
    if (!troubles.has(error.message)) trouble(error);
    troubles.add(error.message);
  };
  try {
    const { default: koffi } = await import('koffi');
    const notify = koffi
      .load(library)
      .func('int sd_notify(int unset_environment, const char *state)') as unknown as (
      unset: number,
      state: string,
    ) => number;
    return {
      report: (...assignments) => {
        const result = notify(0, assignments.join('\n'));
        // Negative: an errno. 0: no socket is set, which was checked above.
        if (result < 0) once(new Error(`sd_notify failed with errno ${-result}`));
      },
      watchdogMs: watchdogMs(environment),
    };
  } catch (error) {
    once(new Error(`${library}: ${(error as Error).message}`));
    return NO_NOTIFY;
  }
}

/** As sd_watchdog_enabled(3): the time limit, if it is meant for this process. */
function watchdogMs({ WATCHDOG_USEC, WATCHDOG_PID }: NodeJS.ProcessEnv): number | undefined {
  if (WATCHDOG_PID !== undefined && Number(WATCHDOG_PID) !== process.pid) return undefined;
  const microseconds = Number(WATCHDOG_USEC);
  return microseconds > 0 ? microseconds / 1000 : undefined;
}
