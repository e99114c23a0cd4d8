import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Acknowledgements } from './acknowledgements.ts';

/** When the link is found to be dead, in ms; looked at every half second for half a minute. */
function deadAt(link: (ms: number) => readonly [sent: number, unacknowledged: number]): number | undefined {
  const acknowledgements = new Acknowledgements();
  for (let ms = 0; ms < 30_000; ms += 500) {
    const [sentBytes, unacknowledgedBytes] = link(ms);
    if (acknowledgements.look(ms, { sentBytes, unacknowledgedBytes, meanwhileBytes: 0 })) return ms;
  }
  return undefined;
}

it('a link on which all arrives is alive, and so is one on which nothing is sent', () => {
  expect(deadAt((ms) => [ms * 40, 0])).toBeUndefined();
  expect(deadAt(() => [1000, 0])).toBeUndefined();
});

it('a slow link is alive although its queue grows: something is acknowledged all the time', () => {
  expect(deadAt((ms) => [ms * 40, ms * 30])).toBeUndefined();
});

it('a link that acknowledges nothing any more is dead after 3 s, while people speak and after that', () => {
  expect(deadAt((ms) => [ms * 40, ms < 5000 ? 100 : ms * 40 - 199_900])).toBe(8000);
  expect(deadAt(() => [50_000, 6])).toBe(3000);
});

it('a link that swallows as much as is sent, with the overhead of its encryption, is dead as well', () => {
  expect(deadAt((ms) => [ms * 40, ms * 41])).toBe(3000);
});

it('a link that comes back in time is alive', () => {
  expect(deadAt((ms) => [50_000, ms % 3000 === 2500 ? 0 : 4000])).toBeUndefined();
});

it('what is handed over while the kernel is asked passes for no acknowledgement, counted or not', () => {
  const look = fc.record({ before: fc.nat(5000), meanwhile: fc.nat(5000), counted: fc.boolean() });
  fc.assert(
    fc.property(fc.array(look, { minLength: 7, maxLength: 40 }), (looks) => {
      const acknowledgements = new Acknowledgements();
      let sent = 1000; // and acknowledged; nothing is from now on
      for (const [i, { before, meanwhile, counted }] of looks.entries()) {
        const sentBytes = sent + before + 1;
        sent = sentBytes + meanwhile;
        const unacknowledgedBytes = (counted ? sent : sentBytes) - 1000;
        const count = { sentBytes, unacknowledgedBytes, meanwhileBytes: meanwhile };
        expect(acknowledgements.look(i * 500, count)).toBe(i >= 6);
      }
    }),
  );
});
