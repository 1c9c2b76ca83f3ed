import type { Reconciler } from '../../control/reconciler.ts';
import type { StoredObject } from '../../model/object.ts';
import type { Snapshot } from '../../store/store.ts';
import { managedByLabel, serviceNameLabel } from '../endpoints/plan-slices.ts';
import { objectKey, splitKey } from '../object-key.ts';
import { mirroredBy, planMirror } from './plan-mirror.ts';
import type { ObservedMirror } from './plan-mirror.ts';

/** Keeps the EndpointSlices of Endpoints written by hand. Keys are `namespace/name` of Endpoints, which is the Service's too. */
export const endpointsMirrorReconciler: Reconciler<ObservedMirror> = {
  name: 'endpoints-mirror',
  watches: [
    { kind: 'Endpoints', keys: ({ object }) => [objectKey(object)] },
    { kind: 'Service', keys: ({ object }, snapshot) => (isWritten(object, snapshot) ? [objectKey(object)] : []) },
    { kind: 'EndpointSlice', keys: ({ object }) => sliceKeys(object) },
  ],
  allKeys: (snapshot) => snapshot.list('Endpoints').map(objectKey),
  observe: (key, snapshot) => {
    const { namespace, name } = splitKey(key);
    const slices = snapshot.withLabel('EndpointSlice', namespace, serviceNameLabel, name).filter(isMirror);
    const endpoints = snapshot.get('Endpoints', namespace, name);
    return endpoints || slices.length > 0 ? { endpoints, service: snapshot.get('Service', namespace, name), slices } : undefined;
  },
  plan: planMirror,
};

function isWritten({ metadata }: StoredObject, snapshot: Snapshot): boolean {
  return snapshot.get('Endpoints', metadata.namespace ?? '', metadata.name) !== undefined;
}

function isMirror({ metadata }: Pick<StoredObject, 'metadata'>): boolean {
  return metadata.labels[managedByLabel] === mirroredBy;
}

function sliceKeys(slice: StoredObject): readonly string[] {
  const name = slice.metadata.labels[serviceNameLabel];
  return name !== undefined && isMirror(slice) ? [`${slice.metadata.namespace ?? ''}/${name}`] : [];
}
