/** What a setup may hold beyond being well-formed: the rules of each model (docs/developers/standin.md, "Models"). */
import { INTERNAL_ERROR, INVALID_ARGUMENT, onlyAudio } from './errors.ts';
import type { Setup } from './messages.ts';
import { LIVE_MODELS, type LiveModel, modelNotFound, type Offers } from './models.ts';

/** How a connection is closed. */
export interface Refusal {
  readonly code: 1007 | 1008 | 1011;
  readonly reason: string;
}

export const INVALID: Refusal = { code: 1007, reason: INVALID_ARGUMENT };
export const INTERNAL: Refusal = { code: 1011, reason: INTERNAL_ERROR };

type Judged = { readonly model: LiveModel } | { readonly refusal: Refusal };

/**
 * @param setup what the check of the protocol let through
 * @param nullHandle whether the client wrote `sessionResumption.handle: null`, which the check takes as absent: refused
 *   by the models before 3.8 (https://github.com/strands-agents/harness-sdk/issues/1999); for 3.8 this is not known
 */
export function judgeSetup(setup: Setup, version: string, nullHandle: boolean, offers: Offers): Judged {
  const name = setup.model ?? '';
  const model = LIVE_MODELS.find((known) => name === `models/${known.name}`);
  if (model === undefined || !offers(model.name)) {
    return { refusal: { code: 1008, reason: modelNotFound(name, version, 'bidiGenerateContent') } };
  }
  const refusal = judgeFor(model, setup) ?? (nullHandle ? INVALID : undefined);
  return refusal === undefined ? { model } : { refusal };
}

function judgeFor(model: LiveModel, setup: Setup): Refusal | undefined {
  const generation = setup.generationConfig ?? {};
  if (generation.enableAffectiveDialog !== undefined) {
    return cannotFind('enable_affective_dialog', 'setup.generation_config');
  }
  if (setup.proactivity !== undefined) return cannotFind('proactivity', 'setup');
  if (generation.translationConfig !== undefined && model.style !== 'continuous') return INVALID;
  // A budget is taken: novastate/voicepe-realtime.
  if (generation.thinkingConfig?.thinkingLevel !== undefined) {
    return { code: 1007, reason: 'Thinking is not supported for this model.' };
  }
  const modalities = generation.responseModalities ?? ['AUDIO'];
  const wrong = modalities.filter(
    (modality) => modality !== 'AUDIO' && !(modality === 'TEXT' && model.textOutput),
  );
  if (wrong.length > 0 || modalities.length !== 1)
    return { code: 1007, reason: onlyAudio(model.name, modalities) };
  if ((setup.tools?.length ?? 0) > 0 && !model.tools) return INVALID;
  return undefined;
}

function cannotFind(name: string, place: string): Refusal {
  return {
    code: 1007,
    reason: `Invalid JSON payload received. Unknown name "${name}" at '${place}': Cannot find field.`,
  };
}
