import { appendFileSync, chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { dragomanInProcess } from '../../../../test/rig/command.ts';
import { temporaryFolders } from '../../../../test/rig/folders.ts';
import { anEntry } from '../../../../test/rig/ledger-entries.ts';
import { VirtualClock } from '../../../../test/rig/virtual/clock.ts';
import { Ledger } from '../../../spending/ledger.ts';

const folder = temporaryFolders();
const NOW = new Date(2026, 10, 22, 12);

const run = (...args: readonly string[]) =>
  dragomanInProcess(['costs', ...args], { clock: new VirtualClock({ wall: NOW }) });

/** @returns what it prints when all is well */
async function costs(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run(...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

/** A desk with turns on three days of two months, and a budget of a cent a day. */
async function desk() {
  const at = folder();
  const ledger = await Ledger.open(path.join(at, 'ledger'), { clock: new VirtualClock({ wall: NOW }) });
  const reported = { textIn: 1, textOut: 1, audioIn: 1, audioOut: 1, microdollars: 3000 };
  ledger.append(anEntry(new Date(2026, 9, 31, 9), { microdollars: 4000 }));
  ledger.append(anEntry(new Date(2026, 10, 20, 9), { microdollars: 12_000 }));
  ledger.append(anEntry(NOW, { microdollars: 2550, reported }));
  ledger.append(
    anEntry(NOW, {
      microdollars: 5000,
      engine: 'cascade',
      guest: 2,
      estimated: true,
      outcome: 'not understood',
    }),
  );
  await ledger.stop();
  const config = path.join(at, 'dragoman.toml');
  writeFileSync(
    config,
    `[spending]\nfolder = "${path.join(at, 'ledger')}"\ndaily_budget = 0.01\nmonthly_budget = 5\n`,
  );
  return { config, file: path.join(at, 'ledger', 'ledger-2026-11.jsonl') };
}

describe('dragoman costs', () => {
  it('shows the days with a bar for each, and the budgets with their state', async () => {
    const { config } = await desk();
    const text = await costs('--config', config);
    const lines = text.split('\n');
    expect(lines.filter((line) => /^2026-/.test(line))).toHaveLength(23);
    expect(lines.find((line) => line.startsWith('2026-11-20'))).toMatch(/1 +1 +0:06 +0:06 +\$0\.01 +█{24}$/);
    expect(lines.find((line) => line.startsWith('2026-11-21'))).toMatch(/0 +0 +0:00 +0:00 +\$0\.00$/);
    expect(lines.find((line) => line.startsWith('2026-11-22'))).toMatch(/2 +2 .*\$0\.01 +█{16}$/);
    expect(text).toMatch(/^today \(2026-11-22\) +\$0\.01 +80 % of \$0\.01 +warned until 2026-11-23$/m);
    expect(text).toMatch(/^the last 24 hours +\$0\.01 +40 % of \$0\.02 +within$/m);
    expect(text).toMatch(/^this month \(2026-11\) +\$0\.02 +0 % of \$5\.00 +within$/m);
    expect(text).toContain('reported its count for 1 of 4 turns');
    expect(text).toContain('1 turn with a model of unknown price');
  });

  it('shows for each engine both counts of the same turns', async () => {
    const { config } = await desk();
    const text = await costs('--config', config);
    expect(text).toMatch(/^dialogue +3 +\$0\.02 +\$0\.0063 +\$0\.0030 +1 +\$0\.0026 +\+18 %$/m);
    expect(text).toMatch(/^cascade +1 +\$0\.01 +\$0\.0050 +0$/m);
  });

  it('shows what was paid for turns of which nobody heard a translation, and for guests', async () => {
    const { config } = await desk();
    const text = await costs('--config', config);
    expect(text).toMatch(/^translated +3 +\$0\.02 +79 %$/m);
    expect(text).toMatch(/^untranslated +1 +\$0\.01 +21 %$/m);
    expect(text).toMatch(/^ {2}not understood +1 +\$0\.01 +21 %$/m);
    expect(text).toContain('4 guests: $0.0060 on average; the dearest, on 2026-11-20, $0.0120 (1 turn)');
  });

  it('gives both counts as JSON', async () => {
    const { config, file } = await desk();
    appendFileSync(file, 'half a li');
    const json = JSON.parse(await costs('--days', '2', '--json', '--config', config));
    expect(json.days).toHaveLength(1);
    expect(json.today).toMatchObject({
      turns: 2,
      dollars: 0.00755,
      reportedDollars: 0.003,
      comparedDollars: 0.00255,
      countedDollars: 0.008,
      untranslated: { turns: 1, countedDollars: 0.005 },
      outcomes: { translated: { turns: 1 }, 'not understood': { turns: 1 } },
      budget: { is: 'warned', dollars: 0.01, endsAt: new Date(2026, 10, 23).toISOString() },
    });
    expect(json.month).toMatchObject({ turns: 3, dollars: 0.01955, budget: { is: 'within', endsAt: null } });
    expect(json.guests).toMatchObject({
      count: 2,
      averageDollars: 0.004,
      dearest: { guest: 2, turns: 1, countedDollars: 0.005 },
    });
    expect(json.total.engines.cascade).toMatchObject({ turns: 1, estimatedTurns: 1 });
    expect(json.skippedLines).toBe(1);
  });

  it('counts the last 24 hours across midnight, and says until when their limit is spent', async () => {
    const { config } = await desk();
    const ledger = path.join(path.dirname(config), 'ledger');
    const more = await Ledger.open(ledger, { clock: new VirtualClock({ wall: NOW }) });
    more.append(anEntry(new Date(2026, 10, 21, 12, 30), { microdollars: 20_000 }));
    await more.stop();
    const text = await costs('--config', config);
    expect(text).toMatch(/^the last 24 hours +\$0\.03 +140 % of \$0\.02 +spent until 2026-11-22 12:30$/m);
    const json = JSON.parse(await costs('--json', '--config', config));
    expect(json.lastDay).toEqual({
      countedDollars: 0.028,
      budget: { is: 'spent', dollars: 0.02, endsAt: new Date(2026, 10, 22, 12, 30).toISOString() },
    });
  });

  it('of a desk that has no ledger yet shows that nothing was spent', async () => {
    const text = await costs('--folder', path.join(folder(), 'none'));
    expect(text).toContain('no turns in these days');
    expect(text).toMatch(/^today .*\$0\.00 +no budget$/m);
  });

  it('says so where the ledger can not be read', async () => {
    expect(await run('--folder', '/dev/null/x')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/cannot be read/),
    });
  });

  it('whose ledger is not for everybody says how to read it', async () => {
    const closed = folder();
    chmodSync(closed, 0);
    const root = process.geteuid?.() === 0;
    if (root) process.seteuid?.(65_534); // whom files don't let in, as they do root
    try {
      expect((await run('--folder', closed)).stderr).toMatch(/EACCES.*with sudo$/m);
    } finally {
      if (root) process.seteuid?.(0);
      chmodSync(closed, 0o700);
    }
  });

  it('says what turns would cost, by engine', async () => {
    const asked = ['--what-if', '200 turns a day'];
    const text = await costs(...asked);
    expect(text).not.toMatch(/gemini-(2|3\.1)/);
    expect(text).toMatch(/^dialogue +gemini-3\.8-live +one a turn +\$0\.0026 +\$0\.51 +\$15\.30$/m);
    expect(text).toMatch(/^cascade .*lite-tts +from 2027-01-01 +\$0\.0022/m);
    expect(text).toMatch(/^phrasebook .*\$0\.00$/m);
    const { ways } = JSON.parse(await costs(...asked, '--json'));
    expect(ways[0]).toMatchObject({ engine: 'dialogue', session: 'one a turn', dollarsATurn: 0.00255 });
  });

  it('says first what the desk itself would cost, now and when its prices change', async () => {
    const asked = ['--what-if', '200'];
    expect(await costs(...asked)).toMatch(
      /^This desk: \$15\.30 a month, \$0\.51 a day, \$0\.0026 a turn \(dialogue, gemini-3\.8-live, one a turn\)$/m,
    );
    const config = path.join(folder(), 'dragoman.toml');
    writeFileSync(
      config,
      '[interpreters]\nengines = ["cascade"]\n[cascade]\nspeech_models = ["gemini-4-tts"]\n',
    );
    const cascade = await costs(...asked, '--config', config);
    expect(cascade).toMatch(
      /^This desk: .* \(cascade, gemini-3\.5-flash-lite \+ gemini-4-tts; the price of gemini-4-tts is not known/m,
    );
    writeFileSync(
      config,
      '[interpreters]\nengines = ["cascade"]\n[cascade]\nspeech_models = ["gemini-3.1-flash-tts-preview"]\n',
    );
    const mapped = await costs(...asked, '--config', config);
    expect(mapped).toMatch(/^This desk: \$7\.37 a month.*gemini-3\.8-flash-lite-tts\)$/m);
    expect(mapped).toMatch(/^From 2027-01-01: \$12\.95 a month/m);
  });

  it('says what the terms of the house add to each turn, and nothing without any', async () => {
    const config = path.join(folder(), 'dragoman.toml');
    writeFileSync(
      config,
      '[glossary]\n"Suite Almaviva" = ""\n"Kaiserschmarrn" = "shredded pancake with plums"\n',
    );
    const asked = ['--what-if', '200 turns a day'];
    expect(await costs(...asked, '--config', config)).toMatch(
      /glossary of this desk \(2 terms, about \d+ tokens\) adds to each turn: \$0\.0000\d\d with gemini-3\.8-live/,
    );
    writeFileSync(config, '');
    expect(await costs(...asked, '--config', config)).not.toContain('glossary');
  });
});
