import { describe, expect, it } from 'vitest';
import { grammarOf } from './grammar.ts';

const listed = [
  { id: 'left', text: 'The lift is on the left.' },
  { id: 'key', text: 'Here is the key.' },
];

describe('the grammar of a language', () => {
  it('has every phrase, in made-up words', () => {
    const { words, phrases, ids } = grammarOf({ listed, refused: [], rivals: [] }, 'w0x');
    expect([...words.keys()]).toEqual(['the', 'lift', 'is', 'on', 'left', 'here', 'key']);
    expect(phrases).toBe(
      '#JSGF V1.0;\ngrammar phrases;\npublic <phrases> = w0x0 w0x1 w0x2 w0x3 w0x0 w0x4\n | w0x5 w0x2 w0x0 w0x6;\n',
    );
    expect(ids.get('w0x5 w0x2 w0x0 w0x6')).toBe('key');
  });

  it('has a loop over the same words', () => {
    const { loop } = grammarOf(
      { listed: [{ id: 'key', text: 'Here is the key.' }], refused: [], rivals: [] },
      'w1x',
    );
    expect(loop).toBe('#JSGF V1.0;\ngrammar loop;\npublic <loop> = (w1x0 | w1x1 | w1x2 | w1x3)+;\n');
  });

  it('hears rivals in place of a word, and the sentence is then no phrase', () => {
    const { words, phrases, ids } = grammarOf({ listed, refused: [], rivals: [['left', 'right']] }, 'w0x');
    const right = words.get('right') ?? '';
    expect(phrases).toContain(`(${words.get('left')}|${right})`);
    expect([...ids.keys()].some((sentence) => sentence.split(' ').includes(right))).toBe(false);
  });

  it('hears refused sentences, which are no phrase', () => {
    const { words, phrases, ids } = grammarOf({ listed, refused: ['Here is no key.'], rivals: [] }, 'w0x');
    const sentence = ['here', 'is', 'no', 'key'].map((word) => words.get(word)).join(' ');
    expect(phrases).toContain(sentence);
    expect(ids.has(sentence)).toBe(false);
  });

  it('knows all ways to say a phrase', () => {
    const both = [...listed, { id: 'key', text: "Here's the key." }];
    const { ids } = grammarOf({ listed: both, refused: [], rivals: [] }, 'w0x');
    expect([...ids.values()].sort()).toEqual(['key', 'key', 'left']);
  });
});
