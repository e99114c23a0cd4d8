import { expect, it } from 'vitest';
import { placesOf } from './secrets.ts';

const SECRET = 'AQ.Ab8/+"-_and more';

it.each([
  ['as it is', `key ${SECRET}.`],
  ['in a URL', `wss://host/ws?key=${encodeURIComponent(SECRET)}&x`],
  ['in JSON', JSON.stringify({ key: SECRET })],
  ['in base64', Buffer.from(SECRET).toString('base64')],
  ['in base64, behind other bytes', Buffer.from(`{"k":"${SECRET}"}`).toString('base64')],
  ['in base64, behind one more', Buffer.from(`-{"k":"${SECRET}"}`).toString('base64')],
  ['in base64, behind two more', Buffer.from(`--{"k":"${SECRET}"}`).toString('base64')],
  ['in hexadecimal', Buffer.from(`-${SECRET}-`).toString('hex')],
])('a secret %s is found', (_, text) => {
  expect(placesOf(SECRET, { here: 'nothing', there: text })).toEqual(['there']);
});

it('what is none is not found', () => {
  expect(placesOf(SECRET, { here: 'AQ.Ab8 and more', there: '' })).toEqual([]);
});
