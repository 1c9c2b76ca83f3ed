/** What a campaign recorded. Plain data: the checker needs nothing else. */
export interface History {
  /** Every change of the database's log, in the log's order, as it was read while the log grew. */
  readonly log: readonly LogEntry[];
  /** The same as the database still has it at the end: a beginning may have been pruned. */
  readonly logAtEnd: readonly LogEntry[];
  /** What clients asked for and were told. */
  readonly operations: readonly Operation[];
  readonly subscribers: readonly Subscriber[];
  /** Which server wrote which revisions, as far as it was heard. */
  readonly writers: readonly Written[];
  /** What each server answered after the last fault. */
  readonly states: readonly State[];
  /** Keys that begin so are written by the recorded operations alone. */
  readonly scope: string;
}

/** One line of the change log. */
export interface LogEntry {
  readonly revision: number;
  /** Place within its change set, from 0. */
  readonly ordinal: number;
  /** `ConfigMap/chaos/a`. */
  readonly key: string;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** What the object holds, after the change or, for DELETED, before it. Only within the scope. */
  readonly value?: string | undefined;
  readonly actor: string;
}

/** What one operation wants of one object. Its `value` is the operation's id, which no other operation writes. */
export type Intent =
  | { readonly type: 'create' | 'apply'; readonly key: string }
  | { readonly type: 'update' | 'delete'; readonly key: string; readonly expected: number };

/** What a client was told. `refused` promises that nothing was written; after `unknown` all of it or nothing was. */
export type Outcome =
  | { readonly type: 'acknowledged'; readonly revision: number }
  | { readonly type: 'refused'; readonly code: string }
  | { readonly type: 'unknown'; readonly code: string };

/** One request. All its intents take effect at one revision or none does. */
export interface Operation {
  readonly id: string;
  /** Ticks of the campaign's one counter: what ended before another started has the smaller number. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly intents: readonly Intent[];
  readonly outcome: Outcome;
}

/** One step that a subscriber was given; see `Followed` of the client. */
export type Received =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly revision: number; readonly key: string; readonly value: string }
  | { readonly type: 'BOOKMARK'; readonly revision: number }
  | { readonly type: 'RESTART' };

/** One subscription to all that is in the scope, over all its reconnects. */
export interface Subscriber {
  readonly name: string;
  readonly received: readonly Received[];
}

/** `server` wrote everything with `after < revision <= upTo`. */
export interface Written {
  readonly server: string;
  readonly after: number;
  readonly upTo: number;
}

/** Everything in the scope as one server answers it, by key. */
export interface State {
  readonly server: string;
  readonly revision: number;
  readonly values: ReadonlyMap<string, string>;
}

/** A promise that was broken. */
export interface Violation {
  readonly rule: Rule;
  readonly message: string;
}

/** What is promised, one word each; the README of this folder says it in full. */
export type Rule = 'log' | 'lost' | 'refused' | 'torn' | 'repeated' | 'invented' | 'precondition' | 'order' | 'subscription' | 'fence' | 'state';
