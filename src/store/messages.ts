import { randomUUID } from 'node:crypto';
import type { Asker } from './lane.ts';
import type { Messages } from './store.ts';

/** Messages, and where their parts from other servers come in. */
export interface MessageHub extends Messages {
  receive(notification: string): void;
  /** Forgets messages of which some parts were lost. */
  forgetParts(): void;
}

/** PostgreSQL takes less than 8,000 bytes in one notification; a UTF-16 unit is at most three bytes of UTF-8. */
const partUnits = 2_400;
const mostUnfinished = 1_000;

interface Part {
  readonly server: string;
  readonly id: string;
  readonly at: number;
  readonly of: number;
  readonly text: string;
}

/** Messages over NOTIFY on one channel. This server's own listeners are called at once, and not again when the notification comes back. */
export function createMessages(database: Asker, channel: string, serverId: string): MessageHub {
  const topics = new Map<string, Set<(payload: string) => void>>();
  const unfinished = new Map<string, string[]>();
  const deliver = (topic: string, payload: string): void => {
    for (const listener of topics.get(topic) ?? []) listener(payload);
  };
  return {
    publish: async (topic, payload) => {
      deliver(topic, payload);
      const parts = splitMessage(serverId, randomUUID(), JSON.stringify([topic, payload]));
      await database.ask((sql) => sql`SELECT pg_notify(${channel}, part) FROM json_array_elements_text(${JSON.stringify(parts)}::text::json) AS part`);
    },
    subscribe: (topic, listener) => {
      const entry = (payload: string): void => listener(payload);
      const listeners = topics.get(topic) ?? new Set();
      topics.set(topic, listeners.add(entry));
      return () => {
        listeners.delete(entry);
        if (listeners.size === 0 && topics.get(topic) === listeners) topics.delete(topic);
      };
    },
    receive: (notification) => {
      const part = parsePart(notification);
      if (part === undefined || part.server === serverId) return;
      const texts = part.at === 0 ? [] : unfinished.get(part.id);
      if (texts?.length !== part.at) return;
      texts.push(part.text);
      unfinished.delete(part.id);
      if (texts.length < part.of) {
        if (unfinished.size >= mostUnfinished) unfinished.clear();
        unfinished.set(part.id, texts);
        return;
      }
      const [topic, payload] = JSON.parse(texts.join('')) as [string, string];
      deliver(topic, payload);
    },
    forgetParts: () => unfinished.clear(),
  };
}

/** The notifications that carry a text: `server id part/parts text`. */
export function splitMessage(server: string, id: string, text: string): readonly string[] {
  const texts: string[] = [];
  for (let from = 0; from < text.length; ) {
    const end = Math.min(from + partUnits, text.length);
    const cut = end < text.length && isHighSurrogate(text.charCodeAt(end - 1)) ? end - 1 : end;
    texts.push(text.slice(from, cut));
    from = cut;
  }
  return texts.map((each, at) => `${server} ${id} ${at}/${texts.length} ${each}`);
}

/** The reverse of `splitMessage`; undefined for anything else. */
export function parsePart(notification: string): Part | undefined {
  const [all, server, id, at, of] = /^(\S+) (\S+) (\d+)\/(\d+) /.exec(notification) ?? [];
  if (all === undefined || server === undefined || id === undefined) return undefined;
  return { server, id, at: Number(at), of: Number(of), text: notification.slice(all.length) };
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}
