import { ok } from 'node:assert/strict';
import fc from 'fast-check';
import { Garbled, readMessage } from '../../../src/interpreters/live/session/message.ts';
import { messageType } from '../../../src/standin/protocol/schema.ts';
import { tokensReported } from '../../../src/turn/tokens.ts';
import { isPlain, nothingInherited, resultOr } from '../invariants.ts';
import { anyJson, anyText, damaged } from '../mutate.ts';
import { messageJson } from '../protocol.ts';
import { target } from '../target.ts';

export const serviceMessage = messageJson(messageType('BidiGenerateContentServerMessage'));
const json = serviceMessage.map((message) => JSON.stringify(message));

/** As sent over the connection. */
export const serviceText: fc.Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: json },
  { weight: 4, arbitrary: damaged(json) },
  {
    weight: 1,
    arbitrary: fc.oneof(
      anyJson.map((value) => JSON.stringify(value)),
      anyText,
    ),
  },
);

/** All texts of a refusal: none quotes the message. */
const REFUSAL =
  /^a message of (?:more than \d+ (?:bytes|levels|values)|\d+ bytes that is no JSON|another form than the API's \((?:all of it|(?:setupComplete|serverContent|modelTurn|parts|inlineData|data|mimeType|text|thought|inputTranscription|outputTranscription|languageCode|interrupted|generationComplete|turnComplete|usageMetadata|goAway|timeLeft|sessionResumptionUpdate|newHandle|resumable|\d+|[.])+)\))$/;

/** Read or refused; every part that was read has its type, and nothing is inherited. */
export const messages = target('messages', 250_000, serviceText, (text) => {
  const read = resultOr(Garbled, () => readMessage(Buffer.from(text)));
  nothingInherited();
  if ('error' in read) {
    ok(REFUSAL.test(read.error.message), read.error.message);
    return;
  }
  const { serverContent: content, usageMetadata, goAway, sessionResumptionUpdate: resumption } = read.value;
  isPlain(read.value);
  for (const flag of [content?.interrupted, content?.generationComplete, content?.turnComplete])
    ok(flag === undefined || typeof flag === 'boolean');
  const parts = content?.modelTurn?.parts ?? [];
  ok(Array.isArray(parts));
  const texts = [
    ...parts.flatMap((part) => [part.text, part.inlineData?.data, part.inlineData?.mimeType]),
    ...[content?.inputTranscription, content?.outputTranscription].flatMap((said) => [
      said?.text,
      said?.languageCode,
    ]),
    goAway?.timeLeft,
    resumption?.newHandle,
  ];
  for (const one of texts) ok(one === undefined || typeof one === 'string');
  for (const count of Object.values(tokensReported(usageMetadata ?? {})))
    ok(Number.isFinite(count) && count >= 0);
});
