/**
 * The program that hosts `speaker`, alone in its process: the module aborts the process when ALSA's default can't be
 * opened, and blocks it while it drains. It imports `speaker` only after the message `open`: while another process plays,
 * the device may be in exclusive use. Standard input delivers raw PCM.
 */
import { DEVICE_RATE_HZ } from './loudspeaker.ts';
import { type FromChild, TAKEN_EVERY_MS, type ToChild } from './speaker-protocol.ts';

function send(message: FromChild): void {
  if (process.connected) process.send?.(message, () => {});
}

function fail(kind: 'no module' | 'failed', error: unknown): void {
  const detail = error instanceof Error ? error.message : String(error);
  if (!process.connected) process.exit(1);
  process.send?.({ kind, detail } satisfies FromChild, () => process.exit(1));
}

async function play(): Promise<void> {
  let Speaker: typeof import('speaker');
  try {
    Speaker = (await import('speaker')).default;
  } catch (error) {
    fail('no module', error);
    return;
  }
  const speaker = new Speaker({ sampleRate: DEVICE_RATE_HZ, channels: 1, bitDepth: 16 });
  speaker.on('error', (error) => fail('failed', error));
  const write = (bytes: Uint8Array) => new Promise<void>((done) => speaker.write(bytes, () => done()));
  // The first write opens the device: 10 ms of silence open it before it is needed.
  await write(new Uint8Array(DEVICE_RATE_HZ / 50));
  send({ kind: 'open' });

  let taken = 0;
  let sending = false;
  const reportSoon = () => {
    if (sending) return;
    sending = true;
    setTimeout(() => {
      sending = false;
      send({ kind: 'taken', bytes: taken });
    }, TAKEN_EVERY_MS);
  };
  let half: Buffer = Buffer.alloc(0);
  for await (const chunk of process.stdin) {
    const bytes = Buffer.concat([half, chunk as Buffer]);
    const whole = bytes.length - (bytes.length % 2);
    half = bytes.subarray(whole);
    if (whole > 0) await write(bytes.subarray(0, whole));
    taken += whole;
    reportSoon();
  }
}

process.on('disconnect', () => process.exit(0)); // no parent is left to end this process
process.on('message', (message: ToChild) => {
  if (message === 'ping') send({ kind: 'alive' });
  else void play();
});
