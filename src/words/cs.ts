import type { Words } from './type.ts';

export const CS: Words = {
  name: 'Čeština',
  prompts: {
    'one moment': 'Okamžik, prosím. Spojení se obnovuje.',
    'speak again': 'Zopakujte to, prosím.',
    'not available': 'Tlumočení teď není k dispozici. Zeptejte se prosím na recepci.',
  },
  notUnderstood: ['Nerozuměl jsem.', 'Nerozuměla jsem.', 'Nerozumím.', 'Nerozuměl jsem tomu.', 'Nerozuměla jsem tomu.'],
  polite: 'promiňte|ale|omlouvám se|prosím|pardon|můžete to zopakovat',
};
