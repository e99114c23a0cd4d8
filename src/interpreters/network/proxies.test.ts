import { describe, expect, it } from 'vitest';
import { proxiesFrom, proxyText } from './proxies.ts';

const SERVICE = 'https://generativelanguage.googleapis.com';

function proxyFor(url: string, environment: NodeJS.ProcessEnv, setting?: string): string | undefined {
  const proxy = proxiesFrom(setting, environment)(new URL(url));
  return proxy === undefined ? undefined : proxyText(proxy);
}

describe('a service', () => {
  it('is reached directly without a configured proxy', () => {
    expect(proxyFor(SERVICE, { HTTPS_PROXY: '' })).toBeUndefined();
  });

  it.each([SERVICE, 'http://gateway.test'])('is reached by the proxy of the configuration: %s', (url) => {
    const environment = { HTTPS_PROXY: 'http://other.test', NO_PROXY: '*' };
    expect(proxyFor(url, environment, 'http://house.test:3128')).toBe(
      'the proxy http://house.test:3128 (service.proxy)',
    );
  });

  it.each(['HTTPS_PROXY', 'https_proxy'])('with TLS is reached by the proxy of %s', (name) => {
    expect(proxyFor(SERVICE, { [name]: 'house.test:3128' })).toBe(
      `the proxy http://house.test:3128 (${name})`,
    );
    expect(proxyFor('wss://gateway.test', { [name]: 'house.test' })).toBeDefined();
    expect(proxyFor('http://gateway.test', { [name]: 'house.test' })).toBeUndefined();
  });

  it.each(['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy', 'NODE_USE_ENV_PROXY'])(
    'is not reached by a proxy of %s',
    (name) => {
      expect(proxyFor(SERVICE, { [name]: 'http://house.test:3128' })).toBeUndefined();
    },
  );

  it.each(['http://localhost:8080', 'http://127.0.0.1:8080', 'https://[::1]:8080', 'https://LOCALHOST.'])(
    'on this machine is reached directly: %s',
    (url) => {
      expect(proxyFor(url, { HTTPS_PROXY: 'house.test' }, 'http://house.test')).toBeUndefined();
    },
  );
});

describe('a proxy', () => {
  it('is shown without its password', () => {
    const shown = proxyFor(SERVICE, {}, 'http://desk:secret@house.test:3128');
    expect(shown).toBe('the proxy http://house.test:3128 (service.proxy)');
  });

  it('whose address is none is shown by the name of its setting', () => {
    expect(proxyFor(SERVICE, { HTTPS_PROXY: 'socks5://desk:secret@house.test' })).toBe(
      'the proxy of HTTPS_PROXY',
    );
  });
});

describe('NO_PROXY', () => {
  it.each<[string, string, boolean]>([
    ['*', SERVICE, true],
    ['other.test, gateway.test', 'https://gateway.test', true],
    ['other.test gateway.test', 'https://gateway.test', true],
    ['GATEWAY.test', 'https://Gateway.TEST.', true],
    ['house.test', 'https://gateway.house.test', true],
    ['.house.test', 'https://gateway.house.test', true],
    ['.house.test', 'https://house.test', true],
    ['*.house.test', 'https://gateway.house.test', true],
    ['house.test', 'https://guesthouse.test', false],
    ['gateway.test:8443', 'https://gateway.test:8443', true],
    ['gateway.test:443', 'https://gateway.test', true],
    ['gateway.test:8443', 'https://gateway.test', false],
    ['10.1.2.3', 'https://10.1.2.3', true],
    ['10.1.2.3', 'https://10.1.2.4', false],
    ['10.0.0.0/8', 'https://10.1.2.4', true],
    ['10.0.0.0/8', 'https://11.1.2.4', false],
    ['10.0.0.0/8', 'https://gateway.test', false],
    ['10.0.0.0/99', 'https://10.1.2.4', false],
    ['2001:db8::1', 'https://[2001:DB8:0::1]', true],
    ['[2001:db8::1]:8443', 'https://[2001:db8::1]:8443', true],
    ['[2001:db8::1]:8443', 'https://[2001:db8::1]', false],
    ['2001:db8::/32', 'https://[2001:db8::1]', true],
    ['2001:db8::/32', 'https://10.1.2.4', false],
    ['', SERVICE, false],
  ])('%j and %s: directly %s', (list, url, directly) => {
    const environment = { HTTPS_PROXY: 'house.test' };
    expect(proxyFor(url, { ...environment, NO_PROXY: list }) === undefined).toBe(directly);
    expect(proxyFor(url, { ...environment, no_proxy: list }) === undefined).toBe(directly);
  });
});
