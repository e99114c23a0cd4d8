import { startNetwork } from '../network.ts';
import { start } from '../processes.ts';

/** A test that is killed while it has a network: starts one, prints its name, and waits for the end. */
const network = await startNetwork();
const [command, args] = network.commandLine('setpriv', ['--pdeathsig', 'KILL', '--', 'sleep', '1000']);
start('sleeper', command, args, { PATH: process.env.PATH ?? '' });
process.stdout.write(`${network.name} ${network.hostAddress}\n`);
setInterval(() => {}, 1000);
