import { readFileSync } from 'node:fs';
import fastify from 'fastify';
import mercurius from 'mercurius';
import { projectFile } from '../../src/lib/project-file.ts';
import type { Bench, Row } from './bench.ts';
import { runBench } from './run-bench.ts';
import { httpLoad } from './support/http-load.ts';
import { millis, rate } from './support/measure.ts';
import { createAll, podInput } from './support/pods.ts';
import { startServer } from './support/server.ts';

const fields = `metadata { uid name namespace labels annotations creationTimestamp resourceVersion generation }
  spec { nodeName restartPolicy terminationGracePeriodSeconds schedulerName priority containers { name image imagePullPolicy } } status { phase podIP qosClass startTime }`;
const queries = [
  { what: 'list of 1,000 Pods with 20 fields each', reach: '≥ 150/s', connections: 4, query: `{ pods(first: 1000) { nodes { ${fields} } } }` },
  { what: 'tiny query', reach: '≥ 10,000/s', connections: 64, query: '{ pod(name: "pod-500") { metadata { name } } }' },
] as const;

/** Reads through HTTP, against mercurius with jit on the same schema text and the same objects. */
const bench: Bench = async (tell) => {
  await using server = await startServer();
  await createAll(server.registry, Array.from({ length: 1000 }, (_, i) => ({ verb: 'create', kind: 'Pod', input: podInput(`pod-${i}`) })));
  const { snapshot } = server.store;
  const peer = fastify();
  await peer.register(mercurius, {
    schema: readFileSync(projectFile('schema.graphql'), 'utf8'), jit: 1, graphiql: false,
    resolvers: { Query: { pods: () => ({ nodes: snapshot.call(server.store).list('Pod') }), pod: (_: unknown, { name }: { name: string }) => snapshot.call(server.store).get('Pod', 'default', name) } },
  });
  const peerUrl = `${await peer.listen({ host: '127.0.0.1', port: 0 })}/graphql`;
  const rows: Row[] = [];
  for (const { what, reach, connections, query } of queries) {
    const ask = (url: string, forMs: number) => httpLoad({ url, token: url === server.url ? server.token : undefined, connections, forMs, body: JSON.stringify({ query }) });
    tell(`${what}, warming up`);
    for (const url of [server.url, peerUrl]) await ask(url, 1500);
    tell(what);
    const ours = await ask(server.url, 4000);
    tell(`${what}, mercurius`);
    const theirs = await ask(peerUrl, 4000);
    rows.push({ what, reach, measured: `${rate(ours.perSecond)}, p50 ${millis(ours.p50Ms)}, p99 ${millis(ours.p99Ms)}`, peer: `mercurius ${rate(theirs.perSecond)}`, ratio: ours.perSecond / theirs.perSecond });
  }
  await peer.close();
  return rows;
};

await runBench(bench);
