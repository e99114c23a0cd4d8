import type { Words } from './type.ts';

export const ID: Words = {
  name: 'Bahasa Indonesia',
  prompts: {
    'one moment': 'Mohon tunggu sebentar. Sambungan sedang dipulihkan.',
    'speak again': 'Mohon diulangi sekali lagi.',
    'not available': 'Penerjemahan sedang tidak tersedia. Silakan bertanya di resepsionis.',
  },
  notUnderstood: ['Saya tidak mengerti.', 'Saya tidak paham.', 'Saya kurang mengerti.'],
  polite: 'maaf|tapi|mohon maaf|tolong ulangi|permisi',
};
