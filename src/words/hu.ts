import type { Words } from './type.ts';

export const HU: Words = {
  name: 'Magyar',
  prompts: {
    'one moment': 'Egy pillanat türelmet kérünk. A kapcsolat helyreáll.',
    'speak again': 'Kérem, ismételje meg.',
    'not available': 'A tolmácsolás most nem elérhető. Kérjük, kérdezzen a recepción.',
  },
  notUnderstood: ['Nem értettem.', 'Nem értem.', 'Ezt nem értettem.'],
  polite: 'elnézést|de|bocsánat|sajnálom|kérem|sajnos',
};
