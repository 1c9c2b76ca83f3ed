import { formatTime } from '../../lib/clock.ts';
import { kindFacts } from '../../model/object.ts';
import type { ObjectKey, StoredObject } from '../../model/object.ts';
import type { AdmissionContext } from './admission-rule.ts';

/** Kinds whose objects only say that a name is taken. They belong to no namespace, though their owner may live in one. */
const claimKinds = ['ClusterIPClaim', 'LoadBalancerIPClaim', 'NodePortClaim', 'PodCIDRClaim'] as const;
/** A kind of claim. */
export type ClaimKind = (typeof claimKinds)[number];

/** Whether a kind is a kind of claim. */
export function isClaim(kind: string): kind is ClaimKind {
  return (claimKinds as readonly string[]).includes(kind);
}

/** Whether nobody has claimed a name, nor is about to. */
export function isUnclaimed(kind: ClaimKind, name: string, { staging, isReserved }: AdmissionContext): boolean {
  return !staging.get(kind, '', name) && !isReserved({ kind, namespace: '', name });
}

/** Whether an object holds a claim. */
export function holdsClaim(owner: StoredObject, kind: ClaimKind, name: string, { staging }: AdmissionContext): boolean {
  return staging.get(kind, '', name)?.spec.claimedBy.uid === owner.metadata.uid;
}

/**
 * Makes the claims of an object on names of a kind exactly these, in the same change set as the object itself: the store keeps names unique, so two objects
 * can never hold the same one. Returns the names that another object holds.
 */
export function settleClaims(owner: StoredObject, kind: ClaimKind, wanted: readonly string[], held: readonly string[], context: AdmissionContext, change: number): readonly string[] {
  const { staging } = context;
  for (const name of held) {
    const claim = staging.get(kind, '', name) as StoredObject | undefined;
    if (claim && !wanted.includes(name) && holdsClaim(owner, kind, name, context)) staging.remove(claim, change);
  }
  const taken: string[] = [];
  for (const name of wanted) {
    if (holdsClaim(owner, kind, name, context)) continue;
    if (staging.get(kind, '', name)) taken.push(name);
    else staging.put(newClaim({ kind, namespace: '', name }, owner, context), change);
  }
  return taken;
}

/** A claim that the same request has freed passes to its new holder; the store then sees one change of one object. */
function newClaim(key: ObjectKey, owner: StoredObject, { staging, nowMs, random }: AdmissionContext): StoredObject {
  const { apiVersion, kind, metadata: { name, namespace, uid } } = owner;
  const freed = staging.entry(key)?.before?.metadata;
  const reference = { apiVersion, kind, name, uid };
  const metadata = freed ?? { uid: random.uuid(), name: key.name, labels: {}, annotations: {}, creationTimestamp: formatTime(nowMs), finalizers: [], resourceVersion: '0', generation: 1, managedFields: [] };
  return {
    apiVersion: kindFacts[key.kind].apiVersion, kind: key.kind,
    metadata: { ...metadata, ownerReferences: [{ ...reference, controller: true }] },
    spec: { claimedBy: { ...reference, ...(namespace === undefined ? {} : { namespace }) } },
  } as StoredObject;
}
