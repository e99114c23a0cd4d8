/** Runs as a user who may do nothing: root may do anything. Others are not root already. */
export async function asAnybody(run: () => Promise<unknown>): Promise<void> {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.('nobody');
  try {
    await run();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}
