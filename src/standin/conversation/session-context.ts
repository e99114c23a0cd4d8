/** What a conversation works with: its connection, and what the setup asked for. */
import type { Content, Setup } from '../protocol/messages.ts';
import type { LiveModel } from '../protocol/models.ts';
import type { Refusal } from '../protocol/rules.ts';
import type { Compression } from '../protocol/usage.ts';
import type { ConnectionRecord } from '../record.ts';
import type { Link } from '../server/link.ts';
import type { Session } from '../server/resumption.ts';
import type { Services } from '../services.ts';

export interface SessionContext extends Services {
  readonly link: Link;
  readonly record: ConnectionRecord;
  readonly model: LiveModel;
  readonly setup: Setup;
  readonly session: Session;
  readonly compression: Compression | undefined;
  /** Ends the connection because of something that the client did. */
  readonly refuse: (refusal: Refusal) => void;
  /** Sends the client whether the session can be resumed now, if it asked for that. */
  readonly resumable: (now: boolean) => void;
}

/** One of the two ways in which a model converses. */
export interface Conversation {
  audio(samples: Int16Array): void;
  text(text: string): void;
  content(turns: readonly Content[], complete: boolean): void;
  activityStart(): void;
  activityEnd(): void;
  audioStreamEnd(): void;
  stop(): void;
}
