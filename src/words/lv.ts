import type { Words } from './type.ts';

export const LV: Words = {
  name: 'Latviešu',
  notUnderstood: ['Es nesapratu.', 'Nesapratu.', 'Es nesaprotu.'],
  polite: 'atvainojiet|piedodiet|diemžēl|lūdzu',
};
