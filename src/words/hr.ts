import type { Words } from './type.ts';

export const HR: Words = {
  name: 'Hrvatski',
  notUnderstood: ['Nisam razumio.', 'Nisam razumjela.', 'Nisam vas razumio.', 'Nisam vas razumjela.', 'Ne razumijem.'],
  polite: 'oprostite|ispričavam se|žao mi je|nažalost|ali|molim',
};
