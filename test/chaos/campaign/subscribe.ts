import { setTimeout as pause } from 'node:timers/promises';
import type { Client, Followed } from '../../../src/client/client.ts';
import { follow } from '../../../src/client/follow.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import type { Received, Subscriber } from '../history.ts';
import { namespace, scope } from './workload.ts';

/** A subscriber at work. */
export interface Following extends Subscriber {
  /** Whether it was given a change of this key. */
  wasGiven(key: string): boolean;
  /** How often it subscribed. */
  readonly subscriptions: number;
  /** Why it ended before it was told to. */
  readonly failure: unknown;
  /** Resolves when it has ended. */
  readonly ended: Promise<void>;
}

/** Follows everything in the scope until the signal aborts; each new subscription goes to the next of the clients. `delayMs` before each step that it takes. */
export function startSubscriber(name: string, clients: readonly Client[], signal: AbortSignal, delayMs = 0): Following {
  const received: Received[] = [];
  const given = new Set<string>();
  const state = { subscriptions: 0, failure: undefined as unknown };
  const subscribe: Client['subscribe'] = (document, variables, ending) => clients[state.subscriptions++ % clients.length]!.subscribe(document, variables, ending);
  const run = async (): Promise<void> => {
    try {
      for await (const step of follow(subscribe, systemClock, 'ConfigMap', { namespace, signal })) {
        const taken = asReceived(step);
        received.push(taken);
        if ('key' in taken) given.add(taken.key);
        if (delayMs > 0) await pause(delayMs);
      }
    } catch (error) {
      if (!signal.aborted) state.failure = error;
    }
  };
  const ended = run();
  return {
    name, received, ended,
    wasGiven: (key) => given.has(key),
    get subscriptions() { return state.subscriptions; },
    get failure() { return state.failure; },
  };
}

function asReceived(step: Followed<'ConfigMap'>): Received {
  if (step.type === 'RESTART') return step;
  const revision = Number(step.revision);
  return step.type === 'BOOKMARK' ? { type: step.type, revision } : { type: step.type, revision, key: scope + step.object.metadata.name, value: step.object.data?.['value'] ?? '' };
}
