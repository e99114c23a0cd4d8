import type { Words } from './type.ts';

export const TH: Words = {
  name: 'ไทย',
  prompts: {
    'one moment': 'กรุณารอสักครู่ กำลังเชื่อมต่อใหม่',
    'speak again': 'กรุณาพูดอีกครั้ง',
    'not available': 'ขณะนี้แปลภาษาไม่ได้ กรุณาสอบถามที่เคาน์เตอร์',
  },
  promptSpelling: {
    'one moment': "[[ka2ru4n,a:3 rO:3 sa2k khr'u:5]]. [[ka3mla3N chW@5m tO:2 m'ai2]].",
    'speak again': "[[ka2ru4n,a:3 phu:5t ?i:2k khr'a4N]].",
    'not available': "[[kha2na2 ni:4 plE:3 pha:3s'a:1 mai5 d'ai5]]. [[ka2ru4n,a:3 sO:2p tha:1m thi:5 khau3t'@:5]].",
  },
  notUnderstood: ['ไม่เข้าใจ', 'ฉันไม่เข้าใจ', 'ผมไม่เข้าใจ', 'ดิฉันไม่เข้าใจ'],
  polite: 'ขอโทษ|ขอโทษครับ|ขอโทษค่ะ|ครับ|ค่ะ|กรุณาพูดอีกครั้ง',
};
