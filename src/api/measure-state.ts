import type { Meters } from '../lib/meters.ts';
import { isConditionTrue } from '../model/conditions.ts';
import { kindFacts } from '../model/object.ts';
import type { KindName } from '../model/object.ts';
import type { Store } from '../store/store.ts';

/** What the cluster holds, as this server sees it: read from its snapshot when somebody asks. The returned function ends it. */
export function measureState(meters: Meters, store: Pick<Store, 'snapshot'>): () => void {
  const revision = meters.gauge('gantry_store_revision', 'The revision that reads are answered from.');
  const objects = meters.gauge('gantry_objects', 'Objects in the cluster, by kind.', ['kind']);
  const nodes = meters.gauge('gantry_nodes', 'Nodes, by whether they are ready.', ['ready']);
  const pods = meters.gauge('gantry_pods', 'Pods, by phase.', ['phase']);
  return meters.onRead(() => {
    const snapshot = store.snapshot();
    revision.set(snapshot.revision);
    for (const kind of Object.keys(kindFacts) as KindName[]) objects.set({ kind }, snapshot.count(kind));
    const all = snapshot.list('Node');
    const ready = all.filter(({ status }) => isConditionTrue(status.conditions, 'Ready')).length;
    nodes.set({ ready: 'true' }, ready);
    nodes.set({ ready: 'false' }, all.length - ready);
    pods.reset();
    for (const { status } of snapshot.list('Pod')) pods.inc({ phase: status.phase });
  });
}
