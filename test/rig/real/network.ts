import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import path from 'node:path';
import type { EventLog } from '../event-log.ts';
import { type DnsMode, NameServer, type Question } from './name-server.ts';
import { isRunning, signalQuietly } from './processes.ts';

export interface NetworkOptions {
  /** The only name in this network. */
  readonly hostName?: string;
  /** For resolv.conf, e.g. `timeout:1 attempts:1`. When not given, glibc's own: twice 5 s. */
  readonly resolver?: string;
}

/**
 * A network of its own for a desk: the desk's namespace, behind a router that is a namespace too, and this machine
 * as the world. Faults are made in the router, as on a counter: neither end notices more than it would there.
 * They add up until heal(). Each promise resolves when the fault is in force.
 */
export interface Network {
  /** Of the desk's namespace. */
  readonly name: string;
  /** This machine, seen from the desk: where a stand-in has to listen. */
  readonly hostAddress: string;
  /** Another address of this machine: where a hijacked name leads to. */
  readonly otherAddress: string;
  /** The desk, seen from here. */
  readonly address: string;
  /** Leads to hostAddress, by DNS. */
  readonly hostName: string;
  /** What was asked of the name server. */
  readonly questions: EventLog<Question>;

  /** The command line that runs a command in the desk's namespace; the process becomes the command. */
  commandLine(command: string, args: readonly string[]): [command: string, args: string[]];

  /** Nothing comes through any more, in either direction, without an error. What is sent again after heal() does. */
  halfOpen(): Promise<void>;
  /** Connections that exist now get a TCP RST: ECONNRESET. New ones work. */
  reset(): Promise<void>;
  /** New connections get a TCP RST: ECONNREFUSED. Those that exist work. */
  refuse(): Promise<void>;
  /** The desk's own interface is down: ENETUNREACH. */
  linkDown(): Promise<void>;
  /** So many percent of the packets get lost, each way. */
  loss(percent: number): Promise<void>;
  /** The bandwidth in kbit/s; a second's worth waits, the rest is dropped. `up`: from the desk. */
  bandwidth(kbit: number, way?: 'up' | 'down'): Promise<void>;
  dns(mode: DnsMode): void;
  /** Nothing else than the port of this proxy can be reached, and no name can be resolved. */
  onlyThrough(url: string): Promise<void>;
  /** All is well again. */
  heal(): Promise<void>;

  /** Ends what runs in the namespace and removes everything. May be called more than once. */
  stop(): Promise<void>;
}

/** Before the names of namespaces, where pid and block follow, and of the host's interfaces, where the block does. */
const PREFIX = 'dragoman-';
/** /28 each of 198.18.0.0/15, which is set aside for tests of networks (RFC 2544). */
const BLOCKS = 8192;
const NETNS = '/var/run/netns';
const CONFIGURATION = '/etc/netns';
const ROUTER_RULES = `
table ip router {
  chain faults {
    type filter hook forward priority 0; policy accept;
  }
}
`;
const REFUSE = 'tcp flags & (syn | ack) == syn reject with tcp reset';
const lose = (percent: number): string => `numgen random mod 10000 < ${Math.round(percent * 100)} drop`;
const narrow = (interfaceName: string, kbit: number): string[] =>
  `qdisc replace dev ${interfaceName} root tbf rate ${kbit}kbit burst 4000 latency 1s`.split(' ');

/** Programs of the network and the Debian packages that bring them. */
const PROGRAMS = { ip: 'iproute2', nft: 'nftables', unshare: 'util-linux' };

/** Whether this machine allows networks of one's own: if not, why. */
export function networkAvailable(): string | undefined {
  if (process.platform !== 'linux') return `${process.platform} is no Linux`;
  for (const [program, debianPackage] of Object.entries(PROGRAMS)) {
    if (spawnSync(program, ['--version']).error) return `the Debian package ${debianPackage} is missing`;
  }
  if (process.getuid?.() !== 0) return 'network namespaces of one’s own need root';
  // All that is used is tried. What is made goes with the mount namespace, in which alone it has a name.
  const trial = `
    [ -w /etc ] || { echo /etc is not writable >&2; exit 1; }
    mount -t tmpfs trial /run
    ip netns add trial
    ip link add dgm$$ type veth peer name in netns trial
    tc -n trial ${narrow('in', 100).join(' ')}
    ip netns exec trial nft -f - <<END${ROUTER_RULES}add rule ip router faults ${REFUSE}\nadd rule ip router faults ${lose(1)}\nEND
    ip netns del trial`;
  const tried = spawnSync('unshare', ['-m', 'sh', '-ec', trial], { encoding: 'utf8' });
  if (tried.status === 0) return undefined;
  const why = tried.stderr.trim().replaceAll(/\s+/g, ' ') || `exit code ${tried.status}`;
  return `network namespaces are forbidden (${why})`;
}

/** Takes about 25 ms. Rejects, with what the program said, where the machine doesn't allow it. */
export async function startNetwork(options: NetworkOptions = {}): Promise<Network> {
  sweep();
  const network = new NamespaceNetwork(await claimBlock(), options.hostName ?? 'live.interpreter.test');
  try {
    await network.start(options.resolver);
    return network;
  } catch (error) {
    await network.stop();
    throw error;
  }
}

class NamespaceNetwork implements Network {
  readonly name: string;
  readonly hostName: string;
  readonly hostAddress: string;
  readonly otherAddress: string;
  readonly address: string;
  readonly #block: number;
  readonly #routerName: string;
  readonly #stopNow = (): void => {
    for (const name of [this.#routerName, this.name]) spawnSync('ip', ['netns', 'del', name]);
    rmSync(path.join(CONFIGURATION, this.name), { recursive: true, force: true });
  };
  #names: NameServer | undefined;
  #narrowed = new Set<string>();
  #ruled = false;
  #isDown = false;
  #stopped: Promise<void> | undefined;

  constructor(block: number, hostName: string) {
    this.#block = block;
    this.hostName = hostName;
    this.name = deskName(block);
    this.#routerName = routerName(block);
    this.hostAddress = addressOf(block, 1);
    this.otherAddress = addressOf(block, 2);
    this.address = addressOf(block, 10);
  }

  /** The block's namespaces and their links are there; the rest is made here. */
  async start(resolver: string | undefined): Promise<void> {
    process.on('exit', this.#stopNow);
    const host = interfaceOf(this.#block);
    const [wan, lan] = [addressOf(this.#block, 6), addressOf(this.#block, 9)];
    this.#configure(resolver);
    await Promise.all([
      ip(
        `addr add ${this.hostAddress}/29 dev ${host}`,
        `addr add ${this.otherAddress}/29 dev ${host}`,
        `link set ${host} up`,
        `route add ${this.address} via ${wan} dev ${host}`,
      ),
      ipIn(
        this.#routerName,
        ...[`addr add ${wan}/29 dev wan`, 'link set wan up'],
        ...[`addr add ${lan}/29 dev lan`, 'link set lan up'],
      ),
      ipIn(this.name, 'link set lo up', `addr add ${this.address}/29 dev eth0`, ...this.#linkUp()),
      this.#inRouter('sh', ['-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward']),
      this.#inRouter('nft', ['-f', '-'], ROUTER_RULES),
    ]);
    this.#names = await NameServer.start(this.hostName, this.hostAddress, this.otherAddress);
  }

  get questions(): EventLog<Question> {
    return this.#nameServer().questions;
  }

  commandLine(command: string, args: readonly string[]): [string, string[]] {
    return ['ip', ['netns', 'exec', this.name, command, ...args]];
  }

  async halfOpen(): Promise<void> {
    await this.#rule('insert', 'drop');
  }

  async reset(): Promise<void> {
    // This machine's end is closed, whereupon its kernel sends the RST: at once, to idle connections too.
    await run('ss', ['--no-header', '--kill', 'dst', this.address]);
  }

  async refuse(): Promise<void> {
    await this.#rule('add', REFUSE);
  }

  async linkDown(): Promise<void> {
    this.#isDown = true;
    await ipIn(this.name, 'link set eth0 down');
  }

  async loss(percent: number): Promise<void> {
    await this.#rule('insert', lose(percent));
  }

  async bandwidth(kbit: number, way: 'up' | 'down' = 'up'): Promise<void> {
    const towards = way === 'up' ? 'wan' : 'lan';
    this.#narrowed.add(towards);
    await run('tc', ['-n', this.#routerName, ...narrow(towards, kbit)]);
  }

  dns(mode: DnsMode): void {
    this.#nameServer().mode = mode;
  }

  async onlyThrough(url: string): Promise<void> {
    this.dns('nxdomain');
    await this.#rule('add', `tcp dport != ${new URL(url).port} ${REFUSE}`);
  }

  async heal(): Promise<void> {
    this.dns('answers');
    const [ruled, isDown, narrowed] = [this.#ruled, this.#isDown, [...this.#narrowed]];
    this.#ruled = false;
    this.#isDown = false;
    this.#narrowed.clear();
    await Promise.all([
      ruled && this.#inRouter('nft', ['flush chain ip router faults']),
      isDown && ipIn(this.name, ...this.#linkUp()),
      ...narrowed.map((dev) => run('tc', ['-n', this.#routerName, 'qdisc', 'del', 'dev', dev, 'root'])),
    ]);
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#remove();
    return this.#stopped;
  }

  async #remove(): Promise<void> {
    process.off('exit', this.#stopNow);
    await this.#names?.stop();
    await removeNamespaces(this.#block);
    // It would go with the router, a little later.
    await ip(`link del ${interfaceOf(this.#block)}`).catch(() => {});
  }

  /** What glibc needs to find the name server, and to ask nobody else (a resolver on D-Bus would be the machine's). */
  #configure(resolver: string | undefined): void {
    const folder = path.join(CONFIGURATION, this.name);
    mkdirSync(folder, { recursive: true });
    const options = resolver === undefined ? '' : `options ${resolver}\n`;
    writeFileSync(path.join(folder, 'resolv.conf'), `nameserver ${this.hostAddress}\n${options}`);
    writeFileSync(path.join(folder, 'nsswitch.conf'), 'passwd: files\ngroup: files\nhosts: files dns\n');
    writeFileSync(path.join(folder, 'hosts'), '127.0.0.1 localhost\n::1 localhost\n');
  }

  #linkUp(): string[] {
    return ['link set eth0 up', `route replace default via ${addressOf(this.#block, 9)}`];
  }

  async #rule(how: 'add' | 'insert', rule: string): Promise<void> {
    this.#ruled = true;
    await this.#inRouter('nft', [`${how} rule ip router faults ${rule}`]);
  }

  #inRouter(command: string, args: readonly string[], input?: string): Promise<void> {
    return run('ip', ['netns', 'exec', this.#routerName, command, ...args], input);
  }

  #nameServer(): NameServer {
    if (this.#names === undefined) throw new Error('the network was not started');
    return this.#names;
  }
}

const deskName = (block: number, pid = process.pid): string => `${PREFIX}${pid}-${block}`;
const routerName = (block: number, pid = process.pid): string => `${deskName(block, pid)}-router`;
const interfaceOf = (block: number): string => `${PREFIX}${block}`;
const addressOf = (block: number, host: number): string =>
  `198.${18 + (block >> 12)}.${(block >> 4) & 255}.${((block & 15) << 4) + host}`;

let networks = 0;

/** Makes the namespaces and links of a free block. The host's interface, which only one can make, is the claim. */
async function claimBlock(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const block = (process.pid * 61 + networks++) % BLOCKS; // 61: pids that follow each other lie apart
    if (isUsed(block)) continue;
    const [desk, router] = [deskName(block), routerName(block)];
    try {
      await ip(`netns add ${desk}`);
    } catch (error) {
      if (exists(error)) continue; // another thread's
      throw error;
    }
    try {
      await ip(
        `netns add ${router}`,
        `link add ${interfaceOf(block)} type veth peer name wan netns ${router}`,
        `link add lan netns ${router} type veth peer name eth0 netns ${desk}`,
      );
      return block;
    } catch (error) {
      await removeNamespaces(block);
      if (!exists(error)) throw error;
    }
  }
  throw new Error('no free block of addresses for a network was found');
}

/** Whether someone else has one of its addresses. */
function isUsed(block: number): boolean {
  const ours = new Set(Array.from({ length: 16 }, (_, host) => addressOf(block, host)));
  return Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => ours.has(address)));
}

const exists = (error: unknown): boolean => String(error).includes('File exists');

/** Removes the networks of tests that were killed; their processes have ended. */
function sweep(): void {
  for (const name of namespaces()) {
    const [, pid, block] = /^dragoman-(\d+)-(\d+)/.exec(name) ?? [];
    if (pid === undefined || block === undefined || isRunning(Number(pid))) continue;
    spawnSync('ip', ['netns', 'del', name]); // and with it its interfaces
    rmSync(path.join(CONFIGURATION, name), { recursive: true, force: true });
  }
}

function namespaces(): string[] {
  try {
    return readdirSync(NETNS);
  } catch {
    return []; // there has never been one
  }
}

async function removeNamespaces(block: number): Promise<void> {
  const [desk, router] = [deskName(block), routerName(block)];
  // A namespace lives on, without a name, as long as a process in it.
  const { stdout } = spawnSync('ip', ['netns', 'pids', desk], { encoding: 'utf8' });
  for (const pid of stdout.split('\n').map(Number)) if (pid > 0) signalQuietly(pid, 'SIGKILL');
  for (const name of [router, desk]) await ip(`netns del ${name}`).catch(() => {}); // not made, or swept
  rmSync(path.join(CONFIGURATION, desk), { recursive: true, force: true });
}

const ip = (...lines: string[]): Promise<void> => run('ip', ['-batch', '-'], lines.join('\n'));
const ipIn = (namespace: string, ...lines: string[]): Promise<void> =>
  run('ip', ['-n', namespace, '-batch', '-'], lines.join('\n'));

/** Rejects with what the program said, when it fails. */
function run(command: string, args: readonly string[], input = ''): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = execFile(command, args, (error, _stdout, stderr) => {
      if (error === null) resolve();
      else reject(new Error(`${command} ${args.join(' ')}: ${stderr.trim() || error.message}`));
    });
    child.stdin?.on('error', () => {}); // it ended before it read everything
    child.stdin?.end(input);
  });
}
