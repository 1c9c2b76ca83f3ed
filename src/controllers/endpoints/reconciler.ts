import { sameValue } from '../../lib/same-value.ts';
import type { Reconciler } from '../../control/reconciler.ts';
import { isKind } from '../../model/object.ts';
import type { Pod, Service, StoredObject } from '../../model/object.ts';
import { matchesMap } from '../../model/selector.ts';
import { isPodReady, isPodTerminal } from '../../kinds/pod/pod-state.ts';
import type { Change, Snapshot } from '../../store/store.ts';
import { objectKey, splitKey } from '../object-key.ts';
import { managedBy, managedByLabel, planSlices, serviceNameLabel } from './plan-slices.ts';
import type { ObservedService } from './plan-slices.ts';

const zoneLabel = 'topology.kubernetes.io/zone';

/** Keeps the EndpointSlices of Services with a selector. Keys are `namespace/name` of Services. */
export const endpointsReconciler: Reconciler<ObservedService> = {
  name: 'endpoints',
  watches: [
    { kind: 'Service', keys: (change) => [objectKey(change.object)] },
    { kind: 'Pod', keys: podKeys },
    { kind: 'EndpointSlice', keys: (change) => sliceKeys(change.object) },
  ],
  allKeys: (snapshot) => snapshot.list('Service').map(objectKey),
  observe,
  plan: planSlices,
};

function observe(key: string, snapshot: Snapshot): ObservedService | undefined {
  const { namespace, name } = splitKey(key);
  const service = snapshot.get('Service', namespace, name);
  if (!service || service.metadata.deletionTimestamp !== undefined || !hasSelector(service)) return undefined;
  const pods = matchingPods(service, snapshot);
  const zones = new Map<string, string>();
  for (const nodeName of new Set(pods.map((pod) => pod.spec.nodeName ?? ''))) {
    const zone = snapshot.get('Node', '', nodeName)?.metadata.labels[zoneLabel];
    if (zone !== undefined) zones.set(nodeName, zone);
  }
  const slices = snapshot.withLabel('EndpointSlice', namespace, serviceNameLabel, name).filter((slice) => slice.metadata.labels[managedByLabel] === managedBy);
  return { service, pods, slices, zones };
}

/** Found through one label of the selector. */
function matchingPods(service: Service, snapshot: Snapshot): readonly Pod[] {
  const selector = service.spec.selector ?? {};
  const [first] = Object.entries(selector);
  if (!first) return [];
  return snapshot.withLabel('Pod', service.metadata.namespace, first[0], first[1]).filter((pod) => matchesMap(selector, pod.metadata.labels));
}

/** Without a selector endpoints are written by hand; an ExternalName has none. */
function hasSelector(service: Service): boolean {
  return service.spec.type !== 'ExternalName' && Object.keys(service.spec.selector ?? {}).length > 0;
}

function podKeys(change: Change, snapshot: Snapshot): readonly string[] {
  const pods = [change.object, change.previous].filter((object): object is Pod => object !== undefined && isKind(object, 'Pod'));
  if (pods.every((pod) => pod.status.podIP === undefined) || !isNews(change)) return [];
  return snapshot.list('Service', change.object.metadata.namespace)
    .filter((service) => hasSelector(service) && pods.some((pod) => matchesMap(service.spec.selector ?? {}, pod.metadata.labels)))
    .map(objectKey);
}

/** Most changes of a Pod mean nothing to the Services in front of it. */
function isNews({ type, object, previous }: Change): boolean {
  if (type !== 'MODIFIED' || !previous || !isKind(object, 'Pod') || !isKind(previous, 'Pod')) return true;
  const facts = (pod: Pod): readonly unknown[] => [pod.status.podIP, isPodReady(pod), isPodTerminal(pod), pod.metadata.deletionTimestamp, pod.metadata.labels, pod.spec.nodeName];
  return !sameValue(facts(object), facts(previous));
}

function sliceKeys(slice: StoredObject): readonly string[] {
  const name = slice.metadata.labels[serviceNameLabel];
  return name === undefined ? [] : [`${slice.metadata.namespace ?? ''}/${name}`];
}
