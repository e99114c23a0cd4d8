import type { LookupAddress } from 'node:dns';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../test/rig/virtual/clock.ts';
import { DnsCache } from './dns-cache.ts';
import { isName } from './urls.ts';

const HERE: LookupAddress[] = [{ address: '10.0.0.1', family: 4 }];
const THERE: LookupAddress[] = [
  { address: '10.0.0.2', family: 4 },
  { address: 'fd00::2', family: 6 },
];

/** A name server that answers as it is told, and counts the questions. */
function server() {
  let answer: () => Promise<LookupAddress[]> = async () => HERE;
  let asked = 0;
  const clock = new VirtualClock();
  const names = new DnsCache(() => {
    asked += 1;
    return answer();
  }, clock);
  const ask = (options: object = {}) =>
    clock.drive(
      new Promise<unknown>((resolve, reject) => {
        names.lookup('live.test', options, (error, address) => (error ? reject(error) : resolve(address)));
      }),
    );
  return {
    names,
    ask,
    get asked() {
      return asked;
    },
    answers: (next: () => Promise<LookupAddress[]>) => {
      answer = next;
    },
  };
}

const fails = async (): Promise<LookupAddress[]> => {
  throw Object.assign(new Error('getaddrinfo EAI_AGAIN live.test'), { code: 'EAI_AGAIN' });
};

describe('the names of the service', () => {
  it('are asked for anew each time, so that a service that moves is found', async () => {
    const { ask, answers, names } = server();
    expect(await ask()).toBe('10.0.0.1');
    names.confirm('live.test');
    answers(async () => THERE);
    expect(await ask({ all: true })).toEqual(THERE);
    expect(await ask({ family: 6 })).toBe('fd00::2');
  });

  it('are known when the name server fails, once a session was had', async () => {
    const { ask, answers, names } = server();
    await ask();
    answers(fails);
    await expect(ask()).rejects.toMatchObject({ code: 'EAI_AGAIN' });
    names.confirm('live.test');
    expect(await ask()).toBe('10.0.0.1');
  });

  it('are known when the name server says nothing, and it is asked one question at a time', async () => {
    const dns = server();
    const { ask, answers, names } = dns;
    await ask();
    names.confirm('live.test');
    const late = Promise.withResolvers<LookupAddress[]>();
    answers(() => late.promise);
    expect(await Promise.all([ask(), ask(), ask()])).toEqual(['10.0.0.1', '10.0.0.1', '10.0.0.1']);
    expect(dns.asked).toBe(2);
    late.resolve(THERE);
    await late.promise;
    expect(await ask()).toBe('10.0.0.2');
  });

  it('of which no session was had are not trusted: a portal may have answered', async () => {
    const { ask, answers, names } = server();
    await ask();
    names.confirm('live.test');
    answers(async () => THERE);
    await ask();
    answers(fails);
    expect(await ask()).toBe('10.0.0.1');
  });

  it('without an address of the family wanted are not found', async () => {
    await expect(server().ask({ family: 6 })).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });
});

describe('a host', () => {
  it.each([
    ['generativelanguage.googleapis.com', true],
    ['localhost', true],
    ['127.0.0.1', false],
    ['[::1]', false],
  ])('%s is a name: %s', (host, expected) => {
    expect(isName(host)).toBe(expected);
  });
});
