import type { Logger } from 'pino';
import type { Clock } from '../lib/clock.ts';
import type { Meters } from '../lib/meters.ts';
import type { Tracer } from '../lib/tracer.ts';
import type { Registry } from '../registry/registry.ts';
import type { Fence, Store } from '../store/store.ts';
import type { EventRecorder } from './event-recorder.ts';

/** What a task works with while its server leads. Every commit carries `fence`, so that a leader which was replaced without noticing changes nothing. */
export interface LeaderContext {
  readonly store: Store;
  readonly registry: Registry;
  readonly recorder: EventRecorder;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly fence: Fence;
  /** Where tasks measure themselves; nothing is measured where left out. */
  readonly meters?: Meters | undefined;
  readonly tracer?: Tracer | undefined;
}

/** Work that one server at a time does for the whole cluster. */
export interface LeaderTask {
  /** Names it in logs: `deployment`, `scheduler`. */
  readonly name: string;
  /** Begins at once; disposing what it returns ends it and waits for what is under way. */
  start(context: LeaderContext): AsyncDisposable;
}
