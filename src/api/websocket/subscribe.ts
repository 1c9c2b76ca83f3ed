import { createSourceEventStream } from 'graphql';
import type { ExecutionResult } from 'graphql';
import type { ApiContext } from '../context.ts';
import { eventContext } from '../context.ts';
import type { OperationInput, RunnableOperation } from '../execute/run.ts';
import type { PreparedDocument } from '../execute/prepare.ts';
import type { GraphQLService } from '../graphql-service.ts';
import type { MakeResult, SharedMember } from '../watch/shared-results.ts';
import { SubscriptionQueue } from '../watch/subscription-queue.ts';
import type { WatchEvent } from '../watch/watch-event.ts';
import type { Outlet } from './outlet.ts';
import { sharingKey } from './sharing-key.ts';

/** An operation of type subscription, and where its results go. */
export interface StartingSubscription {
  readonly prepared: PreparedDocument;
  readonly input: OperationInput;
  readonly runnable: RunnableOperation;
  readonly context: ApiContext;
  readonly outlet: Outlet;
  /** The subscription's id as JSON text. */
  readonly idText: string;
  /** Called once, with how many results it had. */
  onEnd(results: number): void;
}

/**
 * Starts a subscription, or returns a result with errors when it cannot start. The generator yields nothing: results go to the outlet as frames, whose text and bytes
 * equal subscriptions share, and it is done when the subscription is. Each result reads the snapshot of the moment when the first of them is made.
 */
export async function startSubscription(service: GraphQLService, starting: StartingSubscription): Promise<AsyncGenerator<ExecutionResult> | ExecutionResult> {
  const { prepared, input, runnable, context, idText } = starting;
  const source = await createSourceEventStream({
    schema: service.schema, document: prepared.document, operationName: input.operationName ?? null, contextValue: context, variableValues: input.variables ?? null,
  });
  if (!(Symbol.asyncIterator in source)) return source;
  if (!(source instanceof SubscriptionQueue)) throw new Error('a subscription gave something else than a queue');
  const member = service.shared.join(sharingKey(prepared, runnable.operation, input, context), idText);
  const write = (result: ExecutionResult) => JSON.stringify(result.errors ? { ...result, errors: service.format(result.errors) } : result);
  const make = (event: object) => {
    const result = runnable.run(eventContext(context), event);
    return result instanceof Promise ? result.then(write) : write(result);
  };
  return new Results(source as SubscriptionQueue<object>, member, make, starting);
}

type Ended = IteratorResult<ExecutionResult, undefined>;
const ended: Ended = { done: true, value: undefined };

/** Events turned into frames for as long as the connection has room. Takes and sends without a promise for each, as there are many subscribers. */
class Results implements AsyncGenerator<ExecutionResult, undefined, undefined> {
  #settle: { readonly resolve: (result: Ended) => void; readonly reject: (error: unknown) => void } | undefined;
  #isEnded = false;
  /** Whether it is taking, making, or waiting for room. */
  #isBusy = false;
  #sent = 0;

  constructor(readonly source: SubscriptionQueue<object>, readonly member: SharedMember, readonly make: MakeResult<object>, readonly starting: Pick<StartingSubscription, 'outlet' | 'onEnd'>) {}

  /** Settles when the subscription has ended. */
  next(): Promise<Ended> {
    if (this.#isEnded) return Promise.resolve(ended);
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.source.onReady(() => this.#pump());
    });
  }

  async return(): Promise<Ended> {
    this.#end();
    await this.source.return();
    return ended;
  }

  async throw(error: unknown): Promise<Ended> {
    await this.return();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  #pump(): void {
    if (this.#isBusy) return;
    this.#isBusy = true;
    const { outlet } = this.starting;
    while (!this.#isEnded) {
      if (!outlet.hasRoom) return outlet.whenRoom(this.#goOn);
      const event = this.source.take();
      if (event === undefined) {
        const end = this.source.ended();
        if (end) this.#end(end.error);
        break;
      }
      try {
        const frame = this.member.frame(event, this.make);
        if (frame instanceof Promise) return void frame.then((made) => this.#send(event, made)).then(this.#goOn, (error: unknown) => this.#fail(error));
        this.#send(event, frame);
      } catch (error) {
        return this.#fail(error);
      }
    }
    this.#isBusy = false;
  }

  readonly #goOn = (): void => {
    this.#isBusy = false;
    this.#pump();
  };

  #send(event: Partial<WatchEvent>, frame: Buffer): void {
    if (this.#isEnded) return;
    this.starting.outlet.push(frame, event.arrivedMs);
    this.#sent += 1;
  }

  #fail(error: unknown): void {
    this.#end(error);
    void this.source.return();
  }

  #end(error?: unknown): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.member.leave();
    this.starting.onEnd(this.#sent);
    if (error === undefined) this.#settle?.resolve(ended);
    else this.#settle?.reject(error);
  }
}
