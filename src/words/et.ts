import type { Words } from './type.ts';

export const ET: Words = {
  name: 'Eesti',
  notUnderstood: ['Ma ei saanud aru.', 'Ei saanud aru.', 'Ma ei saa aru.'],
  polite: 'vabandust|kahjuks|palun',
};
