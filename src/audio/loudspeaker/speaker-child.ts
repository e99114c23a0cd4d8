/**
 * The program that hosts `speaker`, alone in its process: the module aborts the process when ALSA's default can't be
 * opened, and blocks it when it drains. It imports `speaker` when it gets the message `open`, not before: as long as another process
 * plays, the device may be that one's alone. Raw PCM comes in on standard input.
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
  // The device is opened by the first write. 10 ms of silence, so that it is open before it is needed.
  await write(new Uint8Array(DEVICE_RATE_HZ / 50));
  send({ kind: 'open' });

  let taken = 0;
  let sending = false;
  const tellSoon = () => {
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
    tellSoon();
  }
}

process.on('disconnect', () => process.exit(0)); // no parent is left to end this process
process.on('message', (message: ToChild) => {
  if (message === 'ping') send({ kind: 'alive' });
  else void play();
});
