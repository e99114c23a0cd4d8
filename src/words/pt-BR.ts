import type { Words } from './type.ts';

export const PT_BR: Words = {
  name: 'Português (Brasil)',
  prompts: {
    'one moment': 'Um momento, por favor. A conexão está sendo restabelecida.',
    'speak again': 'Pode repetir, por favor?',
    'not available': 'A tradução não está disponível agora. Por favor, pergunte na recepção.',
  },
};
