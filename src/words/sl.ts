import type { Words } from './type.ts';

export const SL: Words = {
  name: 'Slovenščina',
  notUnderstood: ['Nisem razumel.', 'Nisem razumela.', 'Ne razumem.'],
  polite: 'oprostite|opravičujem se|žal|prosim',
};
