import { describe, expect, it } from 'vitest';
import { ConnectProxy, PROXY_PASSWORD, type ProxyPolicy, withCredentials } from '../connect-proxy.ts';
import type { CertificateKind } from '../real/certificates.ts';
import { type NetworkRig, networkTrial, OPENED } from './network-trial.ts';

/** What holds of a link through a proxy, on either rig. */
export function proxyStatements(start: () => Promise<NetworkRig>): void {
  const { rig, served, says, saysLike, saidOf, state, until, opened } = networkTrial(start);

  /** The proxy, by its address; nothing else can be reached, and no name can be resolved. */
  async function onlyProxy(policy?: ProxyPolicy) {
    const proxy = new ConnectProxy((host, port) => rig.reach(host, port), policy);
    const named = await rig.proxy(proxy);
    const url = rig.byAddress(named);
    await rig.faults.onlyThrough(url);
    return { proxy, named, url };
  }

  describe('a link through a proxy', () => {
    it('opens in steps, and leaves it to the proxy to look up the name', async () => {
      const { proxy, url } = await onlyProxy();
      const { url: service } = await opened(undefined, url);
      expect(saidOf(1)).toEqual(['waits for address', 'waits for proxy', OPENED]);
      const { hostname, port } = new URL(service);
      expect(proxy.asked).toEqual([`${hostname}:${port || 80}`]);
    });

    it('takes a step more for TLS with the service', async () => {
      const { url } = await onlyProxy();
      await opened('good', url);
      expect(saidOf(1)).toEqual(['waits for address', 'waits for proxy', 'waits for tls', OPENED]);
    });

    it("looks up the proxy's own name", async () => {
      const { named } = await onlyProxy();
      await rig.faults.heal();
      await opened(undefined, named);
      expect(saidOf(1)).toEqual(['waits for name', 'waits for address', 'waits for proxy', OPENED]);
    });

    it.each([undefined, 'good'] as const)(
      'opens where the proxy itself is reached through TLS (certificate of the service: %s)',
      async (kind) => {
        const proxy = new ConnectProxy((host, port) => rig.reach(host, port));
        const url = await rig.proxy(proxy, 'good');
        await opened(kind, url);
        rig.ask('1 send hello');
        await says('heard hello');
        expect(proxy.asked).toHaveLength(1);
      },
    );

    it.each([undefined, 'good'] as const)(
      'carries what is written both ways, early or late (certificate: %s)',
      async (kind) => {
        const { url } = await onlyProxy();
        const { url: service } = await served(kind);
        rig.ask(`dial ${service} ${url}`);
        rig.ask('1 send early');
        await says('heard early');
        rig.ask('1 send late');
        await says('heard late');
      },
    );

    it('counts the bytes written, and those that not even the proxy has acknowledged', async () => {
      const { url } = await onlyProxy();
      const { far } = await opened('good', url);
      expect(await state()).toMatchObject({ writtenBytes: 0, unacknowledgedBytes: 0 });
      rig.ask('1 fill 100000');
      await says('filled');
      await until(async () => far.bytes === 100_000 && (await state()).unacknowledgedBytes === 0);
      expect(await state()).toMatchObject({ writtenBytes: 100_000 });
      await rig.faults.halfOpen();
      rig.ask('1 send hello');
      await says('sent');
      expect((await state()).unacknowledgedBytes).toBeGreaterThan(0);
    });

    it('shows both ends the end of the stream, with all that was written before', async () => {
      const { url } = await onlyProxy();
      const first = await opened(undefined, url);
      rig.ask('1 fill 100000');
      rig.ask('1 end');
      await until(() => first.far.ended && first.far.closed);
      expect(first.far).toMatchObject({ bytes: 100_000, errors: [] });
      await says('closed');
      rig.ask(`dial ${first.url} ${url}`);
      await says(OPENED, 2);
      await until(() => first.accepted.length === 2);
      first.accepted[1]?.stream.end('bye');
      await says('heard bye', 2);
      await says('closed', 2);
      expect([...saidOf(1), ...saidOf(2)]).not.toContainEqual(expect.stringMatching(/failed/));
    });

    it('ends at the service when it is destroyed', async () => {
      const { url } = await onlyProxy();
      const { far } = await opened(undefined, url);
      rig.ask('1 destroy');
      await says('closed');
      await until(() => far.ended || far.closed);
    });

    it.each<[Exclude<CertificateKind, 'good'>, string]>([
      ['expired', 'CERT_HAS_EXPIRED'],
      ['other name', 'ERR_TLS_CERT_ALTNAME_INVALID'],
      ['self-signed', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ])('is not opened to a service whose certificate is %s: %s', async (kind, code) => {
      const { url } = await onlyProxy();
      const { url: service, accepted } = await served(kind);
      rig.ask(`dial ${service} ${url}`);
      rig.ask('1 send secret');
      expect(await saysLike('failed')).toBe(`1 failed ${code}`);
      expect(saidOf(1)).not.toContain(OPENED);
      expect(accepted.map(({ text }) => text).join('')).toBe('');
    });
  });

  describe('a proxy', () => {
    it.each<[ProxyPolicy, RegExp]>([
      ['asks', / requires a user name and a password \(HTTP 407\)$/],
      ['forbids', / refuses a connection to live\.test:\d+ \(HTTP 403\)$/],
      ['page', / answers with a web page \(HTTP 200\)$/],
      ['garbles', / does not speak HTTP: /],
    ])('that %s is named, with its address', async (policy, why) => {
      const { url } = await onlyProxy(policy);
      const { url: service, accepted } = await served();
      rig.ask(`dial ${service} ${url}`);
      const said = await saysLike('failed');
      expect(said).toMatch(why);
      expect(said).toContain(`failed the proxy ${url} (service.proxy) `);
      expect(accepted).toEqual([]);
    });

    it('that asks for user name and password is given them, and nothing else shows them', async () => {
      const { url } = await onlyProxy('asks');
      const { url: service } = await served();
      rig.ask(`dial ${service} ${withCredentials(url)}`);
      await says(OPENED);
      rig.ask(`dial ${service} ${withCredentials(url, `${PROXY_PASSWORD}!`)}`);
      expect(await saysLike('failed', 2)).toMatch(/ rejects the user name or the password \(HTTP 407\)$/);
      expect(rig.said().join('\n')).not.toMatch(/Pa:ss|Pa%3Ass|desk:/);
    });

    it('that cannot reach the service is named', async () => {
      const { url } = await onlyProxy();
      rig.ask(`dial http://nowhere.test/ ${url}`);
      expect(await saysLike('failed')).toMatch(/ cannot reach nowhere\.test:80 \(HTTP 502\)$/);
    });

    it('that does not exist is named', async () => {
      const { url } = await onlyProxy();
      const { url: service } = await served();
      await rig.faults.refuse();
      rig.ask(`dial ${service} ${url}`);
      expect(await saysLike('failed')).toMatch(/ cannot be reached: connect ECONNREFUSED /);
    });

    it('with an unknown name is named', async () => {
      const { named } = await onlyProxy();
      const { url: service } = await served();
      rig.faults.dns('nxdomain');
      rig.ask(`dial ${service} ${named}`);
      expect(await saysLike('failed')).toMatch(/ has a name that cannot be resolved: getaddrinfo ENOTFOUND /);
    });

    it('that hangs is waited for; when it is given up, it is asked for nothing more', async () => {
      const { proxy, url } = await onlyProxy('hangs');
      const { url: service, accepted } = await served();
      rig.ask(`dial ${service} ${url}`);
      await until(() => proxy.asked.length === 1);
      await rig.passes(500);
      expect(saidOf(1)).toEqual(['waits for address', 'waits for proxy']);
      rig.ask('1 destroy');
      await says('closed');
      expect(accepted).toEqual([]);
    });
  });
}
