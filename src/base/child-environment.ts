/** What a child process needs: where programs, sound servers and libraries are, and how memory is allocated. */
const WANTED =
  /^(?:PATH|HOME|USER|LOGNAME|TMPDIR|TZ|XDG_.*|ALSA_.*|PULSE_.*|PIPEWIRE_.*|DBUS_.*|LD_.*|MALLOC_.*|ESPEAK_DATA_PATH)$/;

/**
 * The flags of every child that runs on Node.js; those of this process (a debugger's port, a test runner's loader) are not
 * for it. Without this one, SIGUSR1 opens a debugger that needs no password.
 */
export const CHILD_FLAGS: readonly string[] = ['--disable-sigusr1'];

/**
 * The environment of every child process. It has neither the key nor what changes how Node.js runs (NODE_OPTIONS,
 * SSLKEYLOGFILE). Messages are in English.
 */
export function childEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).flatMap(([name, value]) =>
    value !== undefined && WANTED.test(name) ? [[name, value] as const] : [],
  );
  return { ...Object.fromEntries(kept), LC_ALL: 'C' };
}
