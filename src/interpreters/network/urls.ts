import { isIP } from 'node:net';

/** Whether a host is a name that has to be looked up. */
export function isName(host: string): boolean {
  return isIP(host.replaceAll(/^\[|\]$/g, '')) === 0;
}

/** @param url http, https, ws or wss */
export function isSecure(url: URL): boolean {
  return url.protocol === 'https:' || url.protocol === 'wss:';
}

/** @param url http, https, ws or wss */
export function portOf(url: URL): number {
  return url.port === '' ? (isSecure(url) ? 443 : 80) : Number(url.port);
}
