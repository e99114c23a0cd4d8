/** Tokens as the service counted them. Unnamed modalities count as text. */
export interface Tokens {
  readonly textIn: number;
  readonly textOut: number;
  readonly audioIn: number;
  readonly audioOut: number;
}

/** The sum of two reports, each of which may be missing. */
export function addTokens(a: Tokens | undefined, b: Tokens | undefined): Tokens | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return {
    textIn: a.textIn + b.textIn,
    textOut: a.textOut + b.textOut,
    audioIn: a.audioIn + b.audioIn,
    audioOut: a.audioOut + b.audioOut,
  };
}

/** "A token is approximately four characters" of English text, in the SDK's description of maxOutputTokens. */
const CHARACTERS_A_TOKEN = 4;

/** The tokens of a text, estimated. */
export function textTokens(text: string): number {
  return Math.ceil(text.length / CHARACTERS_A_TOKEN);
}

/** The used part of the service's usageMetadata. Live and generateContent have different names for the answer. */
export interface UsageMetadata {
  readonly promptTokenCount?: number | undefined;
  readonly responseTokenCount?: number | undefined;
  readonly candidatesTokenCount?: number | undefined;
  readonly thoughtsTokenCount?: number | undefined;
  readonly promptTokensDetails?: readonly ModalityTokens[] | undefined;
  readonly responseTokensDetails?: readonly ModalityTokens[] | undefined;
  readonly candidatesTokensDetails?: readonly ModalityTokens[] | undefined;
}

interface ModalityTokens {
  readonly modality?: string | undefined;
  readonly tokenCount?: number | undefined;
}

/** The tokens of a usageMetadata; undefined when it has none. */
export function tokensTold(usage: UsageMetadata | null | undefined): Tokens | undefined {
  if (!usage) return undefined;
  const tokens = tokensReported(usage);
  return Object.values(tokens).some((tokens) => tokens > 0) ? tokens : undefined;
}

/**
 * The tokens of a usageMetadata by modality. The details are less than the totals (by 25 to 51 tokens on gemini-3.8-live):
 * the difference counts as text, and so do thoughts, which are billed as output. Invalid values count as 0.
 */
export function tokensReported(usage: UsageMetadata): Tokens {
  const input = split(usage.promptTokenCount, usage.promptTokensDetails);
  const output = split(
    usage.responseTokenCount ?? usage.candidatesTokenCount,
    usage.responseTokensDetails ?? usage.candidatesTokensDetails,
  );
  return {
    textIn: input.text,
    audioIn: input.audio,
    textOut: output.text + count(usage.thoughtsTokenCount),
    audioOut: output.audio,
  };
}

function split(total: unknown, details: unknown): { text: number; audio: number } {
  const list: readonly ModalityTokens[] = Array.isArray(details) ? details : [];
  const sum = (audio: boolean) =>
    list.reduce((n, one) => n + ((one?.modality === 'AUDIO') === audio ? count(one?.tokenCount) : 0), 0);
  const audio = sum(true);
  return { audio, text: Math.max(sum(false), count(total) - audio) };
}

function count(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? Math.round(value) : 0;
}
