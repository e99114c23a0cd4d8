import type { Words } from './type.ts';

export const TR: Words = {
  name: 'Türkçe',
  prompts: {
    'one moment': 'Bir dakika, lütfen. Bağlantı yeniden kuruluyor.',
    'speak again': 'Lütfen tekrar söyleyin.',
    'not available': 'Çeviri şu anda kullanılamıyor. Lütfen resepsiyona sorun.',
  },
  notUnderstood: ['Anlamadım.', 'Anlayamadım.', 'Anlamıyorum.'],
  polite: 'üzgünüm|ama|özür dilerim|pardon|affedersiniz|lütfen|maalesef|tekrar eder misiniz',
};
