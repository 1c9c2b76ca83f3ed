import { createSourceEventStream } from 'graphql';
import type { ExecutionResult } from 'graphql';
import type { ApiContext } from '../context.ts';
import { eventContext } from '../context.ts';
import type { OperationInput, RunnableOperation } from '../execute/run.ts';
import type { PreparedDocument } from '../execute/prepare.ts';
import type { GraphQLService } from '../graphql-service.ts';
import type { SharedMember } from '../watch/shared-results.ts';
import type { WatchEvent } from '../watch/watch-event.ts';
import { sharingKey } from './sharing-key.ts';

/** Where the results of one subscription go: the text of an ExecutionResult at a time. Resolves once more may be sent. */
export type SendResult = (payload: string) => Promise<void>;

/** How a subscription went, once it has ended. */
export type OnSubscriptionEnd = (results: number) => void;

/**
 * Starts a subscription, or returns a result with errors when it cannot start. The generator yields nothing: results go to `send` as text, which equal
 * subscriptions share, and it is done when the subscription is. Each result reads the snapshot of the moment when the first of them is sent.
 */
export async function startSubscription(
  service: GraphQLService, prepared: PreparedDocument, input: OperationInput, runnable: RunnableOperation, context: ApiContext, send: SendResult, onEnd: OnSubscriptionEnd,
): Promise<AsyncGenerator<ExecutionResult> | ExecutionResult> {
  const source = await createSourceEventStream({
    schema: service.schema, document: prepared.document, operationName: input.operationName ?? null, contextValue: context, variableValues: input.variables ?? null,
  });
  if (!(Symbol.asyncIterator in source)) return source;
  const member = service.shared.join(sharingKey(prepared, runnable.operation, input, context));
  const execute = async (event: unknown): Promise<string> => {
    const result = await runnable.run(eventContext(context), event);
    return JSON.stringify(result.errors ? { ...result, errors: service.format(result.errors) } : result);
  };
  return new Results(source, member, execute, send, service, onEnd);
}

/** Events turned into texts and sent. Ends its source at once when it is ended, which an async generator would not do while it waits. */
class Results implements AsyncGenerator<ExecutionResult, undefined, undefined> {
  readonly #source: AsyncIterator<unknown>;
  #isEnded = false;
  #sent = 0;

  constructor(
    source: AsyncIterable<unknown>, readonly member: SharedMember, readonly execute: (event: unknown) => Promise<string>, readonly send: SendResult,
    readonly service: GraphQLService, readonly onEnd: OnSubscriptionEnd,
  ) {
    this.#source = source[Symbol.asyncIterator]();
  }

  async next(): Promise<IteratorResult<ExecutionResult, undefined>> {
    try {
      for (;;) {
        const { done, value } = await this.#source.next();
        if (done || this.#isEnded) return { done: true, value: undefined };
        const text = await (typeof value === 'object' && value !== null ? this.member.text(value, () => this.execute(value)) : this.execute(value));
        if (this.#isEnded) return { done: true, value: undefined };
        await this.send(text);
        this.#sent += 1;
        const arrivedMs = (value as Partial<WatchEvent> | null)?.arrivedMs;
        if (arrivedMs !== undefined) this.service.parts.metrics.observeWatchLag((performance.now() - arrivedMs) / 1000);
      }
    } finally {
      this.#end();
    }
  }

  async return(): Promise<IteratorResult<ExecutionResult, undefined>> {
    this.#end();
    await this.#source.return?.();
    return { done: true, value: undefined };
  }

  async throw(error: unknown): Promise<IteratorResult<ExecutionResult, undefined>> {
    await this.return();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  #end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.member.leave();
    this.onEnd(this.#sent);
  }
}
