import type { Words } from './type.ts';

export const DA: Words = {
  name: 'Dansk',
  prompts: {
    'one moment': 'Et øjeblik, tak. Forbindelsen genoprettes.',
    'speak again': 'Vær venlig at sige det igen.',
    'not available': 'Tolkning er ikke tilgængelig lige nu. Spørg venligst i receptionen.',
  },
  notUnderstood: ['Jeg forstod det ikke.', 'Jeg forstod ikke.', 'Jeg forstår ikke.', 'Det forstod jeg ikke.'],
  polite: 'undskyld|men|beklager|desværre|vær så venlig|kan du gentage det',
};
