import { setTimeout as pause } from 'node:timers/promises';
import type { Bench } from './bench.ts';
import { millis, rate } from './support/measure.ts';
import { createAll, podInput } from './support/pods.ts';
import { startServer } from './support/server.ts';
import { startSubscribers } from './support/subscribers.ts';

const count = 1000, changesPerSecond = 100, forSeconds = 3, pods = 50;
const query = 'subscription { pods { type revision object { metadata { name resourceVersion annotations } status { phase } } } }';

/** Equal subscriptions to the same Pods while these change: from just before the commit to the arrival at the client. */
export const bench: Bench = async (tell) => {
  await using server = await startServer();
  await createAll(server.registry, Array.from({ length: pods }, (_, i) => ({ verb: 'create', kind: 'Pod', input: podInput(`pod-${i}`) })));
  tell(`${count} clients subscribe`);
  const changes = changesPerSecond * forSeconds;
  const { result } = await startSubscribers({ url: server.url, token: server.token, count, query, changes });
  tell('changes');
  const began = performance.now();
  let refused = 0;
  await Promise.all(Array.from({ length: changes }, async (_, i) => {
    await pause((i * 1000) / changesPerSecond - (performance.now() - began));
    await server.registry.commit([{ verb: 'patch', kind: 'Pod', target: { name: `pod-${i % pods}` }, patch: { metadata: { annotations: { at: String(Date.now()) } } } }], { actor: 'bench' }).catch(() => { refused++; });
  }));
  tell('delivery');
  const { delivered, perSecond, p50Ms, p99Ms } = await result;
  const all = count * changes;
  return [{
    what: `${count.toLocaleString('en')} subscribers, ${changesPerSecond} changes/s`, reach: 'all delivered, p99 ≤ 100 ms',
    measured: `${delivered === all ? 'all' : `${delivered} of ${all}`} delivered, p50 ${millis(p50Ms)}, p99 ${millis(p99Ms)}, ${rate(perSecond)}${refused > 0 ? `; ${refused} changes refused` : ''}`,
  }];
};
