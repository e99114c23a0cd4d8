import type { Words } from './type.ts';

export const BG: Words = {
  name: 'Български',
  notUnderstood: ['Не разбрах.', 'Не ви разбрах.', 'Не разбирам.'],
  polite: 'съжалявам|извинете|моля',
};
