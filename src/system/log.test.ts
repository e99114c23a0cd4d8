import { PassThrough } from 'node:stream';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { forPeople, openLog, withPriorities } from './log.ts';

describe('the log on a terminal', () => {
  it('tells what happened and what to do about it', () => {
    const lines: string[] = [];
    const log = pino({ base: null, timestamp: false }, forPeople({ write: (line) => lines.push(line) }));
    log.warn({ device: 'microphone', hint: 'Plug it in.' }, 'There is no microphone');
    expect(lines.join('')).toContain(
      'There is no microphone (device microphone)\n  what to do: Plug it in.\n',
    );
  });
});

describe('the log under systemd', () => {
  it("gives each line the journal's priority of its level", () => {
    const lines: string[] = [];
    const log = pino(
      { level: 'trace', base: null, timestamp: false },
      withPriorities({ write: (line) => lines.push(line) }),
    );
    log.debug('a');
    log.info('b');
    log.warn('c');
    log.error('d');
    log.fatal('e');
    expect(lines.map((line) => line.slice(0, 3))).toEqual(['<7>', '<6>', '<4>', '<3>', '<2>']);
    expect(JSON.parse((lines[2] as string).slice(3))).toEqual({ level: 40, msg: 'c' });
  });
});

describe('what others have named or said', () => {
  const NAME = 'Mic\x1b[2J\x9b2J\u202e\nno line of ours';
  const written = (options: { isTTY?: boolean; journal?: boolean }) => {
    const lines: string[] = [];
    const output = Object.assign(new PassThrough(), { isTTY: options.isTTY === true });
    output.on('data', (chunk: Buffer) => lines.push(chunk.toString()));
    const log = openLog('info', output, options.journal === true ? { JOURNAL_STREAM: '1:2' } : {});
    log.warn({ card: NAME, all: [NAME] }, 'a card');
    return lines.join('').replace('\r\x1b[2K', '');
  };

  it.each([
    ['on a terminal', { isTTY: true }],
    ['as JSON', {}],
    ['in the journal', { journal: true }],
  ])('is one printable line of the log %s', (_, options) => {
    expect(written(options)).toMatch(/^[^\p{Cc}\u202e]+\n$/u);
  });

  it('is what it was, read from JSON', () => {
    expect(JSON.parse(written({}))).toMatchObject({ card: NAME, all: [NAME] });
  });
});
