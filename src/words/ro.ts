import type { Words } from './type.ts';

export const RO: Words = {
  name: 'Română',
  prompts: {
    'one moment': 'Un moment, vă rugăm. Se restabilește conexiunea.',
    'speak again': 'Vă rugăm să repetați.',
    'not available': 'Traducerea nu este disponibilă acum. Vă rugăm să întrebați la recepție.',
  },
  notUnderstood: ['Nu am înțeles.', 'Nu înțeleg.'],
  polite: 'scuze|dar|scuzați|îmi pare rău|îmi cer scuze|vă rog|repetați vă rog',
};
