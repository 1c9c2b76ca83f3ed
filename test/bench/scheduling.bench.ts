import type { RequestedChange } from '../../src/registry/registry.ts';
import { runScheduler } from '../../src/scheduler/run-scheduler.ts';
import { systemClock } from '../../src/lib/clock.ts';
import type { Bench } from './bench.ts';
import { runBench } from './run-bench.ts';
import { openBarePostgres } from './support/bare-postgres.ts';
import { measure, millis, rate } from './support/measure.ts';
import { createAll, podInput } from './support/pods.ts';
import { startServer } from './support/server.ts';

const nodeCount = 5000, podCount = 10_000, makers = 64;
const allocatable = { cpu: '64', memory: '256Gi', pods: '250' };

/** Pods made one by one, from the first create to the last binding stored, on simulated nodes, with the real store, registry and scheduler, and an event for each. The peer writes the same rows. */
const bench: Bench = async (tell) => {
  await using server = await startServer();
  const { store, registry, recorder, logger } = server;
  tell(`making ${nodeCount} nodes`);
  const names = Array.from({ length: nodeCount }, (_, i) => `node-${i}`);
  await createAll(registry, names.flatMap((name, i): RequestedChange[] => [
    { verb: 'create', kind: 'Node', input: { metadata: { name, labels: { 'kubernetes.io/hostname': name, 'topology.kubernetes.io/zone': `z${i % 3}` } } } },
    { verb: 'transformStatus', kind: 'Node', target: { name }, transform: ({ status }) => ({ ...status, capacity: allocatable, allocatable }) },
  ]));
  // A new node carries the not-ready taint until its controller, which is not here, has heard of it.
  await createAll(registry, names.map((name): RequestedChange => ({ verb: 'patch', kind: 'Node', target: { name }, patch: { spec: { taints: [] } } })));
  const lease = await store.leases.acquire('leader', 'bench', 600_000);
  await using _scheduler = runScheduler({ store, registry, recorder, clock: systemClock, logger, fence: { lease: 'leader', epoch: lease?.epoch ?? 0 } });

  const place = async (run: string, count: number) => {
    let bound = 0, made = 0;
    const began = performance.now(), cpu = process.cpuUsage();
    const done = new Promise<void>((resolve) => {
      const end = store.onChanges((changes) => {
        for (const { object, type } of changes) if (type === 'MODIFIED' && object.kind === 'Pod' && object.metadata.name.startsWith(run) && (object.spec as { nodeName?: string }).nodeName) bound++;
        if (bound < count) return;
        end();
        resolve();
      });
    });
    await Promise.all(Array.from({ length: makers }, async () => {
      while (made < count) await registry.commit([{ verb: 'create', kind: 'Pod', input: podInput(`${run}-${made++}`) }], { actor: 'bench' });
    }));
    await done;
    const tookMs = performance.now() - began, { user, system } = process.cpuUsage(cpu);
    return { perSecond: (count * 1000) / tookMs, processorMs: (user + system) / 1000 / count };
  };
  tell('warming up');
  await place('warm', 2000);
  tell(`${podCount} Pods`);
  const ours = await place('pod', podCount);
  await using bare = await openBarePostgres(server.databaseUrl);
  tell('bare');
  await recorder.flush();
  const row = JSON.stringify(store.snapshot().get('Pod', 'default', 'pod-1')), event = JSON.stringify(store.snapshot().list('Event').at(-1));
  let serial = 0;
  const peer = await measure(makers, 3000, async () => {
    const id = String(serial++);
    await bare.insert(id, row);
    await bare.update(id, 1, row);
    await bare.insert(`event-${id}`, event);
  });
  return [{
    what: `scheduling: ${nodeCount.toLocaleString('en')} nodes, ${podCount.toLocaleString('en')} Pods, create to bound and stored`, reach: '≥ 2,000/s', measured: `${rate(ours.perSecond)}, ${millis(ours.processorMs)} of a processor for each`,
    peer: `PostgreSQL, two inserts and an update ${rate(peer.perSecond)}`, ratio: ours.perSecond / peer.perSecond,
  }];
};

await runBench(bench);
