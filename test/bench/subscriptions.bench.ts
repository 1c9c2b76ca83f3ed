import { setTimeout as pause } from 'node:timers/promises';
import type { Bench } from './bench.ts';
import { runBench } from './run-bench.ts';
import { startSubscriptionPeer } from './support/graphql-ws-peer.ts';
import { millis, rate } from './support/measure.ts';
import { createAll, podInput } from './support/pods.ts';
import { startServer } from './support/server.ts';
import type { BenchServer } from './support/server.ts';
import { startSubscribers } from './support/subscribers.ts';

const count = 1000, changesPerSecond = 100, forSeconds = 3, peerSeconds = 1, pods = 50;
const query = 'subscription { pods { type revision object { metadata { name resourceVersion annotations } status { phase } } } }';

/** Equal subscriptions to the same Pods while these change: from just before the commit to the arrival at the client. The peer gets the same load for a shorter time. */
const bench: Bench = async (tell) => {
  await using server = await startServer();
  await createAll(server.registry, Array.from({ length: pods }, (_, i) => ({ verb: 'create', kind: 'Pod', input: podInput(`pod-${i}`) })));
  tell(`${count} clients`);
  const { delivered, perSecond, p50Ms, p99Ms, refused, all } = await deliver(server, server.url, forSeconds);
  await using peer = await startSubscriptionPeer(server.store);
  tell(`${count} clients, graphql-ws`);
  const theirs = await deliver(server, peer.url, peerSeconds);
  return [{
    what: `${count.toLocaleString('en')} subscribers, ${changesPerSecond} changes/s`, reach: 'all delivered, p99 ≤ 100 ms',
    measured: `${delivered === all ? 'all' : `${delivered} of ${all}`} delivered, p50 ${millis(p50Ms)}, p99 ${millis(p99Ms)}, ${rate(perSecond)}${refused > 0 ? `; ${refused} changes refused` : ''}`,
    peer: `graphql-ws ${rate(theirs.perSecond)}, p99 ${millis(theirs.p99Ms)}`, ratio: perSecond / theirs.perSecond,
  }];
};

/** Subscribes all, makes the changes at their rate, and waits for what is delivered. */
async function deliver({ registry, token }: BenchServer, url: string, seconds: number) {
  const changes = changesPerSecond * seconds;
  const { result } = await startSubscribers({ url, token, count, query, changes });
  const began = performance.now();
  let refused = 0;
  await Promise.all(Array.from({ length: changes }, async (_, i) => {
    await pause((i * 1000) / changesPerSecond - (performance.now() - began));
    await registry.commit([{ verb: 'patch', kind: 'Pod', target: { name: `pod-${i % pods}` }, patch: { metadata: { annotations: { at: String(Date.now()) } } } }], { actor: 'bench' }).catch(() => { refused++; });
  }));
  return { ...await result, refused, all: count * changes };
}

await runBench(bench);
