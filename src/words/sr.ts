import type { Words } from './type.ts';

export const SR: Words = {
  name: 'Српски',
  notUnderstood: ['Нисам разумео.', 'Нисам разумела.', 'Nisam razumeo.', 'Nisam razumela.', 'Не разумем.', 'Ne razumem.'],
  polite: 'извините|жао ми је|нажалост|молим|izvinite|izvinjavam se',
};
