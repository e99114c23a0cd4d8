/** Runs as a user without rights, where the test runs as root. */
export async function asAnybody(run: () => Promise<unknown>): Promise<void> {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.('nobody');
  try {
    await run();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}
