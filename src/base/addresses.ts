/** Addresses that people write into settings: of the service and of a proxy. */

const SCHEME = /^[a-z][a-z\d+.-]*:\/\//i;

/** The service's own. */
export const GOOGLE = 'https://generativelanguage.googleapis.com';

/**
 * The canonical address of the service: https, or http on this machine, without a slash at its end. Every address of a request or a WebSocket is this one with a path appended.
 * @throws Error with what is wrong with it, which names its host at most
 */
export function serviceAddress(text: string): string {
  const url = SCHEME.test(text.trim()) ? URL.parse(text) : null;
  const protocol = url === null ? undefined : SERVICE_PROTOCOLS[url.protocol];
  if (url === null || protocol === undefined || url.hostname === '')
    throw new Error('is no address of a service, like "https://gateway.example/gemini"');
  if (url.username !== '' || url.password !== '') throw new Error('must not have a user or a password');
  if (url.search !== '' || url.hash !== '') throw new Error('must not have anything after its path');
  const address = new URL(`${protocol}//${url.host}${url.pathname}`);
  if (!isProtected(address)) throw new Error(unprotected(url.host));
  return address.href.replace(/\/+$/, '');
}

function unprotected(host: string): string {
  return (
    `must be https or wss: the API key and what people say would go to ${host} unencrypted; http and ws are for this ` +
    'machine only (localhost, 127.0.0.0/8, ::1): add TLS to the service, or a tunnel that begins here'
  );
}

/** A WebSocket has the address of a request, but for its scheme. */
const SERVICE_PROTOCOLS: Readonly<Record<string, string>> = {
  'http:': 'http:',
  'https:': 'https:',
  'ws:': 'http:',
  'wss:': 'https:',
};

/**
 * The address of an HTTP proxy; without a scheme it is one of http.
 * @throws Error with what is wrong with it, which never quotes it
 */
export function proxyAddress(text: string): URL {
  const whole = text.trim();
  const url = URL.parse(SCHEME.test(whole) ? whole : `http://${whole}`);
  if (url === null || !/^https?:$/.test(url.protocol) || url.hostname === '')
    throw new Error('is no address of an HTTP proxy, like "http://proxy.example:3128"');
  return url;
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|::1)$/;

/** Whether an address is one of this machine itself. */
export function isThisMachine(url: URL): boolean {
  return LOOPBACK.test(hostOf(url).replace(/\.$/, ''));
}

/** Whether nobody on the network can read or change a request: it is encrypted, or stays on this machine. */
export function isProtected(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && isThisMachine(url));
}

/** The name or address in a URL; an IPv6 address without brackets. */
export function hostOf(url: URL): string {
  return url.hostname.replaceAll(/^\[|\]$/g, '');
}

/** An address as it may be shown: without its user and password. Any other text stays as it is. */
export function withoutPassword(text: string): string {
  return text.replace(/^(\s*[a-z][a-z\d+.-]*:\/\/)?.*@/is, '$1…@');
}
