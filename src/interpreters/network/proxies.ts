import { BlockList, isIP } from 'node:net';
import { hostOf, isThisMachine, proxyAddress } from '../../base/addresses.ts';
import { isSecure, portOf } from './urls.ts';

/** An HTTP proxy. */
export interface HttpProxy {
  /** Undefined if the setting is not the address of one. */
  readonly url: URL | undefined;
  /** The name of the setting or variable. */
  readonly setting: string;
}

/** The proxy by which a service is reached; undefined where it is reached directly. */
export type Proxies = (service: URL) => HttpProxy | undefined;

export const NO_PROXIES: Proxies = () => undefined;

/**
 * The proxies of the configuration and the environment. The setting applies to every service. Without it, HTTPS_PROXY
 * applies to services with TLS, except the hosts of NO_PROXY. This machine is always reached directly.
 * @param setting of the configuration (service.proxy)
 */
export function proxiesFrom(setting: string | undefined, environment: NodeJS.ProcessEnv): Proxies {
  const variable = ['https_proxy', 'HTTPS_PROXY'].find((name) => environment[name]);
  const always = setting === undefined ? undefined : proxyAt(setting, 'service.proxy');
  const withTls = variable === undefined ? undefined : proxyAt(environment[variable] ?? '', variable);
  const isExcepted = exceptions(environment.no_proxy || environment.NO_PROXY || '');
  return (service) => {
    if (isThisMachine(service)) return undefined;
    if (always !== undefined) return always;
    const host = hostOf(service).toLowerCase().replace(/\.$/, '');
    return isSecure(service) && !isExcepted(host, portOf(service)) ? withTls : undefined;
  };
}

/** For messages: with the address, without the password. */
export function proxyText({ url, setting }: HttpProxy): string {
  return url === undefined
    ? `the proxy of ${setting}`
    : `the proxy ${url.protocol}//${url.host} (${setting})`;
}

function proxyAt(text: string, setting: string): HttpProxy {
  try {
    return { url: proxyAddress(text), setting };
  } catch {
    return { url: undefined, setting };
  }
}

type Rule = (host: string, port: number) => boolean;

/** @param list NO_PROXY, as curl has it: hosts, with all below them, addresses, networks; or * */
function exceptions(list: string): Rule {
  const rules = (list.toLowerCase().match(/[^\s,]+/g) ?? []).map(exception);
  return (host, port) => rules.some((holds) => holds(host, port));
}

/** An entry, which may have a port. An IPv6 address with a port is in brackets. */
const WITH_PORT = /^(?:\[(?<address>[^\]]*)\]|(?<name>[^:]*))(?::(?<port>\d+))?$/;

function exception(entry: string): Rule {
  const { address, name = address ?? entry, port } = WITH_PORT.exec(entry)?.groups ?? {};
  const holds = hostRule(name);
  return (host, itsPort) => (port === undefined || Number(port) === itsPort) && holds(host);
}

function hostRule(name: string): (host: string) => boolean {
  if (name === '*') return () => true;
  const [address = '', bits] = name.split('/');
  const family = isIP(address);
  if (family === 0) {
    const domain = name.replace(/^\*?\./, '').replace(/\.$/, '');
    return (host) => host === domain || host.endsWith(`.${domain}`);
  }
  const longest = family === 6 ? 128 : 32;
  const prefix = Number(bits ?? longest);
  if (!Number.isInteger(prefix) || prefix < 0 || prefix > longest) return () => false;
  const network = new BlockList();
  network.addSubnet(address, prefix, kindOf(family));
  return (host) => isIP(host) !== 0 && network.check(host, kindOf(isIP(host)));
}

const kindOf = (family: number) => (family === 6 ? 'ipv6' : 'ipv4');
