/** The port that understands and answers for the stand-in. */

/** A text and, where known, the BCP-47 code of its language. */
export interface Utterance {
  readonly text: string;
  readonly languageCode?: string;
}

export interface Answer {
  /** What was understood; an empty text gives no input transcription. */
  readonly heard: Utterance;
  /** What is said in reply. */
  readonly said: Utterance;
  /** The reply as sound: 24 kHz mono, as the service sends it. */
  readonly pcm24k: Int16Array;
}

export interface Answerer {
  start(): Promise<void>;
  stop(): Promise<void>;
  answerSpeech(pcm16k: Int16Array): Promise<Answer>;
  answerText(text: string): Promise<Answer>;
  /** Reads a text aloud: 24 kHz mono. @param languageCode BCP-47, where the client gives it */
  speak?(text: string, languageCode?: string): Promise<Int16Array>;
}
