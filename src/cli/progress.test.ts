import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../test/rig/virtual/clock.ts';
import { Progress } from './progress.ts';

function written(isTTY: boolean) {
  let text = '';
  const clock = new VirtualClock();
  const stream = {
    isTTY,
    write: (piece: string | Uint8Array) => {
      text += piece;
      return true;
    },
  };
  const progress = new Progress(stream, clock);
  return { progress, text: () => text, clock };
}

describe('progress', () => {
  it('is one line of the terminal, which is removed in the end', () => {
    const { progress, text } = written(true);
    progress.show('1 of 2');
    progress.show('2 of 2');
    progress.end();
    progress.end();
    expect(text()).toBe('\r\x1b[K1 of 2\r\x1b[K2 of 2\r\x1b[K');
  });

  it('is a line every five seconds elsewhere', () => {
    const { progress, text, clock } = written(false);
    progress.show('1 of 4');
    progress.show('2 of 4');
    clock.advance(5000);
    progress.show('3 of 4');
    progress.show('4 of 4');
    progress.end();
    expect(text()).toBe('1 of 4\n3 of 4\n');
  });
});
