/** The variables that a child process needs: for programs, sound servers, libraries and memory allocation. */
const WANTED =
  /^(?:PATH|HOME|USER|LOGNAME|TMPDIR|TZ|XDG_.*|ALSA_.*|PULSE_.*|PIPEWIRE_.*|DBUS_.*|LD_.*|MALLOC_.*|ESPEAK_DATA_PATH)$/;

/**
 * The flags of every child on Node.js, in place of those of this process (a debugger's port, a test runner's loader).
 * Without --disable-sigusr1, SIGUSR1 opens a debugger that needs no password.
 */
export const CHILD_FLAGS: readonly string[] = ['--disable-sigusr1'];

/**
 * The environment of every child process. It has neither the key nor variables that change Node.js (NODE_OPTIONS,
 * SSLKEYLOGFILE). Messages are in English.
 */
export function childEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).flatMap(([name, value]) =>
    value !== undefined && WANTED.test(name) ? [[name, value] as const] : [],
  );
  return { ...Object.fromEntries(kept), LC_ALL: 'C' };
}
