import type { Words } from './type.ts';

export const CA: Words = {
  name: 'Català',
  notUnderstood: ['No ho he entès.', 'No he entès.', 'No ho entenc.'],
  polite: 'ho sento|perdoni|disculpi|si us plau',
};
