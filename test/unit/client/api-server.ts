import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { buildSchema, execute, graphql, parse, subscribe, validate } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';

/** The schema that clients are written against. */
export const schema = buildSchema(readFileSync(new URL('../../../schema.graphql', import.meta.url), 'utf8'));

/** The token that the test server accepts. */
export const token = 'test-token';

/** A GraphQL server of a few lines over the real schema; `root` holds the resolvers of the fields that a test asks for. */
export interface ApiServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** How many HTTP requests came. */
  requests(): number;
  /** Open WebSockets. */
  sockets(): number;
  /** Breaks every connection without a goodbye. */
  cut(): void;
  /** Takes bytes and answers nothing any more. */
  freeze(): void;
}

/** Starts one on a free port, or on a given one. */
export async function startApiServer(root: Record<string, object>, port = 0): Promise<ApiServer> {
  let requests = 0;
  const connections = new Set<Socket>();
  const server = createServer((request, response) => {
    requests++;
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { query, variables } = JSON.parse(Buffer.concat(parts).toString()) as { query: string; variables: Record<string, unknown> };
      if (request.headers.authorization !== `Bearer ${token}`) return void response.writeHead(401).end('no');
      void graphql({ schema, source: query, variableValues: variables, rootValue: root }).then((result) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(result)));
    });
  });
  server.on('connection', (socket) => { connections.add(socket); socket.on('close', () => connections.delete(socket)); });
  const sockets = new WebSocketServer({ server });
  useServer({ schema, execute, subscribe, validate, parse, roots: { subscription: root }, onConnect: ({ connectionParams }) => connectionParams?.['Authorization'] === `Bearer ${token}` }, sockets);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const cut = (): void => { for (const socket of connections) socket.destroy(); };
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${bound}/graphql`, port: bound, cut, requests: () => requests, sockets: () => sockets.clients.size,
    freeze: () => { for (const socket of connections) socket.pause(); },
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      cut();
      await closed;
    },
  };
}

/** A Pod with every required field, as a server would answer it. */
export function wirePod(name: string, revision: number): Record<string, unknown> {
  return {
    __typename: 'Pod', apiVersion: 'v1', kind: 'Pod',
    metadata: { uid: `uid-${name}`, name, namespace: 'default', labels: { app: 'web' }, annotations: {}, creationTimestamp: '2030-01-01T00:00:00.000Z', finalizers: [], ownerReferences: [],
      resourceVersion: String(revision), generation: 1, managedFields: [] },
    spec: { containers: [], initContainers: [], volumes: [], restartPolicy: 'Always', terminationGracePeriodSeconds: 30, dnsPolicy: 'ClusterFirst', nodeSelector: {}, tolerations: [], hostNetwork: false,
      hostPID: false, hostIPC: false, shareProcessNamespace: false, hostAliases: [], schedulerName: 'default-scheduler', serviceAccountName: 'default', priority: 0, enableServiceLinks: true,
      imagePullSecrets: [], readinessGates: [] },
    status: { phase: 'Pending', conditions: [], containerStatuses: [], initContainerStatuses: [], qosClass: 'BestEffort' },
  };
}
