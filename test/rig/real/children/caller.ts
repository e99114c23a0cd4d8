import { createInterface } from 'node:readline';
import { REAL_TIME } from '../../../../src/base/time.ts';
import { Dialler } from '../../../../src/interpreters/network/dial.ts';
import { SYSTEM_NETWORK } from '../../../../src/interpreters/network/network.ts';
import { proxiesFrom } from '../../../../src/interpreters/network/proxies.ts';
import { Caller } from '../../contracts/caller.ts';

/**
 * Dials as its standard input says, with the network that this process has. `another` begins anew, with nothing known
 * of any name; the answer is `ready`.
 */
const say = (line: string): void => void process.stdout.write(`${line}\n`);
let caller: Caller | undefined;
createInterface({ input: process.stdin }).on('line', (line) => {
  if (line === 'another') {
    caller?.stop();
    caller = new Caller((proxy) => new Dialler(SYSTEM_NETWORK, REAL_TIME, proxiesFrom(proxy, {})), say);
    say('ready');
  } else caller?.command(line);
});
