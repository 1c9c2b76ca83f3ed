import type { Bench } from './bench.ts';
import { runBench } from './run-bench.ts';
import { openBarePostgres } from './support/bare-postgres.ts';
import { httpLoad } from './support/http-load.ts';
import { measure, millis, rate } from './support/measure.ts';
import { podInput } from './support/pods.ts';
import { startServer } from './support/server.ts';

const connections = 64;

/** Pods made one a request over 64 connections, against rows of the same size in a bare PostgreSQL. */
const bench: Bench = async (tell) => {
  await using server = await startServer();
  await using bare = await openBarePostgres(server.databaseUrl);
  const body = JSON.stringify({ query: 'mutation ($input: PodInput!) { createPod(input: $input) { revision pod { metadata { name uid } } } }', variables: { input: podInput('pod-@@') } });
  const load = (forMs: number) => httpLoad({ url: server.url, token: server.token, connections, forMs, body });
  tell('warming up');
  await load(3000);
  tell('createPod');
  const ours = await load(5000);
  tell('bare');
  const row = JSON.stringify(server.store.snapshot().list('Pod')[0]);
  let serial = 0;
  const once = () => bare.insert(String(serial++), row);
  await measure(connections, 1000, once);
  const peer = await measure(connections, 3000, once);
  return [{
    what: `createPod through HTTP, ${connections} connections`, reach: '≥ 3,000/s', measured: `${rate(ours.perSecond)}, p50 ${millis(ours.p50Ms)}, p99 ${millis(ours.p99Ms)}`,
    peer: `PostgreSQL ${rate(peer.perSecond)}`, ratio: ours.perSecond / peer.perSecond,
  }];
};

await runBench(bench);
