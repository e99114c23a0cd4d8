import type { Duplex } from 'node:stream';
import { expect, it } from 'vitest';
import type { CertificateKind } from '../real/certificates.ts';
import { type NetworkRig, networkTrial, OPENED } from './network-trial.ts';

/** Of a TCP connection across a network without faults, in milliseconds. */
export interface NetworkTolerances {
  readonly roundTripMs: readonly [least: number, most: number];
}

/** More than the kernel's buffers of both ends take. */
const TOO_MUCH_BYTES = 24_000_000;

/** What holds of the network on either rig. */
export function networkStatements(start: () => Promise<NetworkRig>, tolerances: NetworkTolerances): void {
  const { rig, served, says, saysLike, saidOf, state, until, opened } = networkTrial(start);

  it('opens a stream in steps: the name, the address, and it is open', async () => {
    await opened();
    expect(saidOf(1)).toEqual(['waits for name', 'waits for address', OPENED]);
  });

  it('takes a step more for TLS', async () => {
    await opened('good');
    expect(saidOf(1)).toEqual(['waits for name', 'waits for address', 'waits for tls', OPENED]);
  });

  it('looks nothing up for an address', async () => {
    const { url } = await served();
    rig.faults.dns('nxdomain');
    rig.ask(`dial ${rig.byAddress(url)}`);
    await says(OPENED);
    expect(saidOf(1)[0]).toBe('waits for address');
  });

  it('measures the round trip when the link is opened', async () => {
    await opened();
    const { roundTripMs } = await state();
    const [least, most] = tolerances.roundTripMs;
    expect(roundTripMs).toBeGreaterThanOrEqual(least);
    expect(roundTripMs).toBeLessThanOrEqual(most);
  });

  it.each([undefined, 'good'] as const)(
    'carries what is written both ways (certificate: %s)',
    async (kind) => {
      const { far } = await opened(kind);
      rig.ask('1 send hello');
      await says('heard hello');
      expect(far.text).toBe('hello');
    },
  );

  it('sends what was written before the link was open', async () => {
    const { url, accepted } = await served();
    rig.ask(`dial ${url}`);
    rig.ask('1 send early');
    await says('heard early');
    expect(accepted).toHaveLength(1);
  });

  it('counts the bytes written, and the unacknowledged ones', async () => {
    const { far } = await opened();
    expect(await state()).toMatchObject({ writtenBytes: 0, unacknowledgedBytes: 0 });
    rig.ask('1 fill 100000');
    await says('filled');
    await until(async () => (await state()).unacknowledgedBytes === 0);
    expect((await state()).writtenBytes).toBe(100_000);
    expect(far.bytes).toBe(100_000);
  });

  it('has no unacknowledged bytes before the link is open and after it is closed', async () => {
    const { url } = await served();
    await rig.faults.halfOpen();
    rig.ask(`dial ${rig.byAddress(url)}`);
    expect((await state()).unacknowledgedBytes).toBeUndefined();
    await rig.faults.heal();
    await saysLike('opened');
    rig.ask('1 destroy');
    await says('closed');
    expect((await state()).unacknowledgedBytes).toBeUndefined();
  });

  it('shows the server the end of the stream, with all that was written before', async () => {
    const { far } = await opened();
    rig.ask('1 fill 100000');
    rig.ask('1 end');
    await until(() => far.ended && far.closed);
    expect(far).toMatchObject({ bytes: 100_000, errors: [] });
    await says('closed');
    expect(saidOf(1)).not.toContainEqual(expect.stringMatching(/failed/));
  });

  it('shows the client the end of the stream, with all that was written before', async () => {
    const { far } = await opened();
    far.stream.end('bye');
    await says('heard bye');
    await says('ended');
    await says('closed');
    await until(() => far.closed);
    expect(far.errors).toEqual([]);
  });

  it('ends the connection for both when the client destroys its end', async () => {
    const { far } = await opened();
    rig.ask('1 destroy');
    await says('closed');
    await until(() => far.ended || far.errors.length > 0);
    expect(saidOf(1)).not.toContainEqual(expect.stringMatching(/failed/));
  });

  it('answers what is sent to an end that was destroyed with a reset', async () => {
    const { far } = await opened();
    far.stream.removeAllListeners('end');
    rig.ask('1 destroy');
    await says('closed');
    await until(() => {
      if (!far.stream.destroyed) far.stream.write('is anybody there?');
      return far.closed;
    });
    expect(far.errors).toEqual([expect.stringMatching(/^(ECONNRESET|EPIPE)$/)]);
  });

  it('opens nothing for a link that is destroyed at once', async () => {
    const { url, accepted } = await served();
    rig.ask(`dial ${url}`);
    rig.ask('1 destroy');
    await says('closed');
    rig.ask(`dial ${url}`);
    await says(OPENED, 2);
    await until(() => accepted.some(({ closed }) => !closed));
    expect(accepted.filter(({ closed }) => !closed)).toHaveLength(1);
    expect(saidOf(1)).not.toContain(OPENED);
  });

  it('ends with ECONNRESET when the server resets the connection', async () => {
    const { far } = await opened();
    (far.stream as Duplex & { resetAndDestroy(): void }).resetAndDestroy();
    await says('failed ECONNRESET');
    await says('closed');
  });

  it('ends what is open with ECONNRESET when the network resets it, and opens the next', async () => {
    const { url } = await opened();
    await rig.faults.reset();
    await says('failed ECONNRESET');
    rig.ask(`dial ${url}`);
    await says(OPENED, 2);
    rig.ask('2 send hello');
    await says('heard hello', 2);
  });

  it('fails with ECONNREFUSED where it is refused; open links continue', async () => {
    const { url } = await opened();
    await rig.faults.refuse();
    rig.ask(`dial ${url}`);
    await says('failed ECONNREFUSED', 2);
    rig.ask('1 send hello');
    await says('heard hello');
    await rig.faults.heal();
    rig.ask(`dial ${url}`);
    await says(OPENED, 3);
  });

  it('fails with ENOTFOUND for an unknown name', async () => {
    rig.ask('dial http://nowhere.test/');
    await says('failed ENOTFOUND');
    expect(saidOf(1)[0]).toBe('waits for name');
  });

  it.each([
    ['nxdomain', 'ENOTFOUND'],
    ['servfail', 'EAI_AGAIN'],
    ['silent', 'EAI_AGAIN'],
  ] as const)('fails as getaddrinfo does when the name server is %s: %s', async (mode, code) => {
    const { url, accepted } = await served();
    rig.faults.dns(mode);
    rig.ask(`dial ${url}`);
    expect(await saysLike('failed')).toBe(`1 failed ${code}`);
    expect(accepted).toEqual([]);
    await rig.faults.heal();
    rig.ask(`dial ${url}`);
    await says(OPENED, 2);
  });

  it('acknowledges and delivers nothing while it is half-open, says nothing of it, and delivers when it is healed', async () => {
    const { far } = await opened();
    await rig.faults.halfOpen();
    rig.ask('1 send hello');
    await says('sent');
    await rig.passes(500);
    expect(far.text).toBe('');
    expect((await state()).unacknowledgedBytes).toBe(5);
    expect(saidOf(1).at(-1)).toBe('sent');
    await rig.faults.heal();
    await says('heard hello', 1, 20_000);
    await until(async () => (await state()).unacknowledgedBytes === 0);
    expect(far.text).toBe('hello');
  });

  it('does not show a reset through a half-open link', async () => {
    const { far } = await opened();
    await rig.faults.halfOpen();
    (far.stream as Duplex & { resetAndDestroy(): void }).resetAndDestroy();
    await rig.passes(500);
    expect(saidOf(1).at(-1)).toBe(OPENED);
    await rig.faults.heal();
    // What is sent to it shows it.
    rig.ask('1 send hello');
    await says('failed ECONNRESET');
  });

  it('has no way out while the link is down; open links wait and continue', async () => {
    const { url, far } = await opened();
    await rig.faults.linkDown();
    rig.ask(`dial ${rig.byAddress(url)}`);
    await says('failed ENETUNREACH', 2);
    rig.ask('1 send hello');
    await says('sent');
    expect(far.text).toBe('');
    await rig.faults.heal();
    await says('heard hello', 1, 20_000);
  });

  it('resolves no name while the link is down', async () => {
    const { url } = await served();
    await rig.faults.linkDown();
    rig.ask(`dial ${url}`);
    await says('failed EAI_AGAIN');
  });

  it('delivers everything, in order, when packets get lost', async () => {
    const { far } = await opened();
    await rig.faults.loss(10);
    let expected = '';
    for (let i = 0; i < 30; i += 1) {
      rig.ask(`1 send ${i},`);
      expected += `${i},`;
      await rig.passes(10);
    }
    await until(() => far.text.length === expected.length, 60_000);
    expect(far.text).toBe(expected);
  }, 90_000);

  it('takes the time that its bandwidth asks for', async () => {
    const { far } = await opened();
    await rig.faults.bandwidth(400, 'up');
    const beganMs = rig.now();
    rig.ask('1 fill 50000');
    await until(() => far.bytes === 50_000);
    // A second, less what the bucket of a real one holds.
    expect(rig.now() - beganMs).toBeGreaterThan(700);
  });

  it('lets the writer wait while nobody reads, and continues when somebody does', async () => {
    const { far } = await opened();
    far.stream.pause();
    rig.ask(`1 fill ${TOO_MUCH_BYTES}`);
    // The buffers on the way fill up; then nothing moves any more.
    let before = -1;
    await until(async () => {
      const { writtenBytes } = await state();
      const stands = writtenBytes > 0 && writtenBytes === before;
      before = writtenBytes;
      if (!stands) await rig.passes(300);
      return stands;
    });
    expect(before).toBeLessThan(TOO_MUCH_BYTES);
    expect(saidOf(1)).not.toContain('filled');
    far.stream.resume();
    await says('filled', 1, 30_000);
    await until(() => far.bytes === TOO_MUCH_BYTES);
  }, 60_000);

  it.each<[Exclude<CertificateKind, 'good'>, string]>([
    ['not yet valid', 'CERT_NOT_YET_VALID'],
    ['expired', 'CERT_HAS_EXPIRED'],
    ['other name', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['self-signed', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ])('does not open a link whose certificate is %s: %s', async (kind, code) => {
    const { url, accepted } = await served(kind);
    rig.ask(`dial ${url}`);
    rig.ask('1 send secret');
    expect(await saysLike('failed')).toBe(`1 failed ${code}`);
    expect(saidOf(1)).not.toContain(OPENED);
    expect(accepted.map(({ text }) => text).join('')).toBe('');
  });
}
