import type { Words } from './type.ts';

export const LT: Words = {
  name: 'Lietuvių',
  notUnderstood: ['Nesupratau.', 'Aš nesupratau.', 'Nesuprantu.'],
  polite: 'atsiprašau|deja|prašau',
};
