import { createSourceEventStream } from 'graphql';
import type { ExecutionResult } from 'graphql';
import type { ApiContext } from '../context.ts';
import { Reading } from '../context.ts';
import type { OperationInput, RunnableOperation } from '../execute/run.ts';
import type { PreparedDocument } from '../execute/prepare.ts';
import type { GraphQLService } from '../graphql-service.ts';

/** Starts a subscription: results one by one, or one result with errors when it cannot start. Each result reads the snapshot of its moment. */
export async function startSubscription(
  service: GraphQLService, prepared: PreparedDocument, input: OperationInput, runnable: RunnableOperation, context: ApiContext,
): Promise<AsyncGenerator<ExecutionResult> | ExecutionResult> {
  const source = await createSourceEventStream({
    schema: service.schema, document: prepared.document, operationName: input.operationName ?? null, contextValue: context, variableValues: input.variables ?? null,
  });
  return Symbol.asyncIterator in source ? new Results(source, runnable, context) : source;
}

/** Events turned into results. Ends its source at once when it is ended, which an async generator would not do while it waits. */
class Results implements AsyncGenerator<ExecutionResult, undefined, undefined> {
  readonly #source: AsyncIterator<unknown>;
  readonly #runnable: RunnableOperation;
  readonly #context: ApiContext;

  constructor(source: AsyncIterable<unknown>, runnable: RunnableOperation, context: ApiContext) {
    this.#source = source[Symbol.asyncIterator]();
    this.#runnable = runnable;
    this.#context = context;
  }

  async next(): Promise<IteratorResult<ExecutionResult, undefined>> {
    const { done, value } = await this.#source.next();
    if (done) return { done: true, value: undefined };
    const context = { ...this.#context, reading: new Reading(this.#context.parts.store) };
    return { done: false, value: await this.#runnable.run(context, value) };
  }

  async return(): Promise<IteratorResult<ExecutionResult, undefined>> {
    await this.#source.return?.();
    return { done: true, value: undefined };
  }

  async throw(error: unknown): Promise<IteratorResult<ExecutionResult, undefined>> {
    await this.#source.return?.();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}
