import { Dialogue } from '../interpreters/live/dialogue.ts';
import type { Config } from '../system/config.ts';
import type { Budget } from '../turn/marks.ts';
import type { SpeechDetector } from '../voice/detector.ts';
import { Gate } from '../voice/gate.ts';

/** What the configuration means for the parts: the only place that knows both. */

/** @param key asked for every connection; rejects with a Fault when there is none */
export function dialogueFrom(config: Config, key: () => Promise<string>): Dialogue {
  const { service, live } = config;
  return new Dialogue(
    async () => ({ apiKey: await key(), apiVersion: service.api_version, baseUrl: service.base_url }),
    {
      models: live.models,
      voice: live.voice,
      connectTimeoutMs: live.connect_timeout_ms,
      setupTimeoutMs: live.setup_timeout_ms,
      answerTimeoutMs: live.answer_timeout_ms,
      answerStallMs: live.answer_stall_ms,
      uplinkStallMs: live.uplink_stall_ms,
      maxUnsentBytes: live.max_unsent_kib * 1024,
      spareIdleMs: live.spare_idle_s * 1000,
    },
  );
}

/** A gate for one press. @param noiseDbfs level of the room measured before it, if it was */
export function gateFrom(config: Config, detector: SpeechDetector, noiseDbfs?: number): Gate {
  const { gate } = config;
  return new Gate(
    detector,
    {
      openThreshold: gate.open_threshold,
      closeThreshold: gate.close_threshold,
      preRollMs: gate.pre_roll_ms,
      hangoverMs: gate.hangover_ms,
      maxPauseMs: gate.max_pause_ms,
    },
    noiseDbfs,
  );
}

export function budgetFrom(config: Config): Budget {
  const { budget } = config;
  return {
    tail: budget.tail_ms,
    gate: budget.gate_ms,
    uplink: budget.uplink_ms,
    service: budget.service_ms,
    downlink: budget.downlink_ms,
    playback: budget.playback_ms,
  };
}
