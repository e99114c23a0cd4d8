import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { forPeople, withPriorities } from './log.ts';

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
