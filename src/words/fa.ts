import type { Words } from './type.ts';

export const FA: Words = {
  name: 'فارسی',
  notUnderstood: ['متوجه نشدم.', 'نفهمیدم.', 'متوجه نمی‌شوم.'],
  polite: 'ببخشید|متأسفم|متاسفم|لطفا',
};
