import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { counters, virtualCounters } from '../rig/counters.ts';
import { spoken } from '../rig/voices.ts';

/** The daemon lives, and says so. Through systemd's own library: test/alive.rig.test.ts. */

const open = counters();
const openVirtual = virtualCounters();

describe('the service manager', () => {
  it('receives READY when all parts have reported their state, then WATCHDOG, and STOPPING at the end', async () => {
    const counter = await openVirtual({ watchdogMs: 30_000 });
    const { notified, clock } = counter;
    const ready = await counter.log(({ msg }) => msg === 'ready');
    expect(Object.keys(ready.ms as object).toSorted()).toEqual(
      [
        'configuration',
        'control',
        'detector',
        'loudspeaker',
        'microphone',
        'modules',
        'panel',
        'parts',
        'ready',
      ].toSorted(),
    );
    expect(notified).toContain('READY=1');
    await counter.desk.untilLed('connection', true);
    expect(notified).toContain('STATUS=idle; dialogue (preferred)');
    // Ten minutes: one every ten seconds, so that two may be lost.
    const before = notified.length;
    await clock.pass(600_000);
    const since = notified.slice(before);
    expect(since.filter((one) => one === 'WATCHDOG=1').length).toBeGreaterThanOrEqual(59);
    expect(notified).not.toContain('STOPPING=1');
    await counter.endDaemon();
    expect(notified).toContain('STOPPING=1');
    expect(notified.at(-1)).toBe('STATUS=ends');
  });

  it('receives READY from a desk that cannot serve, and what is wrong', async () => {
    const counter = await openVirtual({
      env: { GEMINI_API_KEY: '' },
      before: ({ desk }) => desk.loudspeaker.break('gone'),
    });
    await counter.log(({ msg }) => msg === 'ready');
    await counter.log(({ fault }) => fault === 'key-missing');
    expect(counter.notified).toContain('READY=1');
    expect(counter.notified.findLast((one) => one.startsWith('STATUS='))).toMatch(
      /^STATUS=idle; .*D31 There is no loudspeaker.*D51 There is no API key/,
    );
  });
});

describe('a configuration with errors', () => {
  it('is no reason not to serve, once there was a valid one: that holds, and D40 is reported', async () => {
    const counter = await open({ lastGood: 'last-good.toml' });
    const kept = path.join(path.dirname(counter.configFile), 'last-good.toml');
    await counter.ready();
    await counter.endDaemon();
    expect(readFileSync(kept, 'utf8')).toBe(readFileSync(counter.configFile, 'utf8'));
    appendFileSync(counter.configFile, '[nonsense]\n');
    await counter.startDaemon();
    const error = await counter.log(({ msg }) => msg === 'an error in the configuration');
    expect(error.detail).toContain('nonsense: there is no such table');
    await counter.log(({ fault }) => fault === 'config-broken');
    await counter.log(({ msg }) => msg === 'works');
    await counter.endDaemon();
  });

  it('keeps a daemon from its start that never had a valid one', async () => {
    const counter = await open();
    await counter.ready();
    await counter.endDaemon();
    appendFileSync(counter.configFile, '[nonsense]\n');
    await expect(counter.startDaemon()).rejects.toThrow('nonsense: there is no such table');
    expect(counter.running).toBe(false);
  });
});

describe('a configuration that only looks wrong', () => {
  it('is used, and what looks wrong is in the log once', async () => {
    const counter = await open({ config: '[languages]\nguests = ["se"]\n' });
    await counter.ready();
    const told = counter.logged().filter(({ text }) => /guests.*the configuration looks wrong/.test(text));
    expect(told.map(({ text }) => text)).toEqual([
      expect.stringContaining('warning: languages.guests.0: \\"se\\" is Northern Sami'),
    ]);
  });
});

describe('a disk that takes nothing', () => {
  it('is no reason not to serve: what can not be written is reported', async () => {
    const counter = await open({
      lastGood: 'ledger/last-good.toml',
      before: ({ ledger }) => writeFileSync(ledger, 'a file where the folder should be'),
    });
    await counter.log(({ msg }) => msg === 'the ledger cannot be written');
    const text = 'the configuration can not be kept for the day when it has errors';
    await counter.ready();
    expect(counter.logged().some((line) => line.text.includes(text))).toBe(true);
    await counter.say(await spoken('Do you need a doctor?', 'rms'));
    expect(await counter.turnEnds()).toMatchObject({ outcome: 'translated' });
    await counter.endDaemon();
  });

  it('any more, as it is full: the turns go on, and are in the ledger when there is room again', async () => {
    const counter = await openVirtual();
    const { disk, clock } = counter;
    await counter.ready();
    const speech = await spoken('Do you need a doctor?', 'rms');
    for (let turn = 1; turn <= 4; turn += 1) {
      if (turn === 2) disk.break('full');
      await counter.say(speech);
      expect(await counter.turnEnds()).toMatchObject({ outcome: 'translated' });
      await clock.pass(3000);
    }
    expect(counter.logged().some(({ text }) => text.includes('the ledger cannot be written'))).toBe(true);
    disk.repair();
    await counter.endDaemon();
    const ledger = readFileSync(path.join(counter.ledger, 'ledger-2026-12.jsonl'), 'utf8');
    expect(ledger.trimEnd().split('\n')).toHaveLength(4);
  });

  it('because it became read-only under the ledger is a fault, wherever the ledger is, until it is repaired', async () => {
    const counter = await openVirtual();
    await counter.ready();
    counter.disk.break('read-only');
    expect(await counter.log(({ fault }) => fault === 'disk-full')).toMatchObject({
      id: 'D45',
      detail: `${counter.ledger} has become read-only`,
    });
    counter.disk.repair();
    await counter.log(({ msg, fault }) => msg === 'is over' && fault === 'disk-full');
  });
});
