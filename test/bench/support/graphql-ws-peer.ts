import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSchema } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { projectFile } from '../../../src/lib/project-file.ts';
import type { Store } from '../../../src/store/store.ts';

/** A server of subscriptions to Pods by graphql-ws and graphql-js as they come, on the same schema text and the same changes. */
export interface SubscriptionPeer extends AsyncDisposable {
  readonly url: string;
}

/** Starts one. */
export async function startSubscriptionPeer(store: Pick<Store, 'onChanges'>): Promise<SubscriptionPeer> {
  const schema = buildSchema(readFileSync(projectFile('schema.graphql'), 'utf8'));
  schema.getSubscriptionType()!.getFields()['pods']!.subscribe = () => podEvents(store);
  const server = createServer();
  useServer({ schema }, new WebSocketServer({ server, path: '/graphql', perMessageDeflate: false }));
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => { server.close(() => resolve()); });
    },
  };
}

/** A BOOKMARK, then what changes. */
async function* podEvents(store: Pick<Store, 'onChanges'>): AsyncGenerator<{ readonly pods: object }> {
  let waiting: { readonly pods: object }[] = [], wake = () => {};
  const stop = store.onChanges((changes) => {
    for (const { type, revision, object } of changes) if (object.kind === 'Pod') waiting.push({ pods: { type, revision, object } });
    wake();
  });
  try {
    yield { pods: { type: 'BOOKMARK', revision: 0 } };
    for (;;) {
      const events = waiting;
      waiting = [];
      yield* events;
      if (waiting.length === 0) await new Promise<void>((resolve) => { wake = resolve; });
    }
  } finally {
    stop();
  }
}
