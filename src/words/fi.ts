import type { Words } from './type.ts';

export const FI: Words = {
  name: 'Suomi',
  prompts: {
    'one moment': 'Hetkinen, olkaa hyvä. Yhteyttä palautetaan.',
    'speak again': 'Voisitteko sanoa sen uudelleen?',
    'not available': 'Tulkkaus ei ole juuri nyt käytettävissä. Kysykää vastaanotosta.',
  },
  notUnderstood: ['En ymmärtänyt.', 'En ymmärrä.'],
  polite: 'anteeksi|mutta|valitettavasti|olen pahoillani|voisitteko toistaa',
};
