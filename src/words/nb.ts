import type { Words } from './type.ts';

export const NB: Words = {
  name: 'Norsk bokmål',
  prompts: {
    'one moment': 'Et øyeblikk. Forbindelsen gjenopprettes.',
    'speak again': 'Vær så snill å si det igjen.',
    'not available': 'Tolking er ikke tilgjengelig akkurat nå. Vennligst spør i resepsjonen.',
  },
  notUnderstood: ['Jeg forsto det ikke.', 'Jeg forstod det ikke.', 'Jeg forsto ikke.', 'Jeg forstår ikke.'],
  polite: 'unnskyld|men|beklager|dessverre|vær så venlig|kan du gjenta',
};
