import type { Words } from './type.ts';

export const SK: Words = {
  name: 'Slovenčina',
  notUnderstood: ['Nerozumel som.', 'Nerozumela som.', 'Nerozumiem.'],
  polite: 'prepáčte|ospravedlňujem sa|žiaľ|ľutujem|ale|prosím',
};
