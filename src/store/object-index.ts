import { Map as PersistentMap } from 'immutable';
import { keyOf, keyText } from '../model/object.ts';
import type { ObjectKey, Pod, StoredObject } from '../model/object.ts';

/** Where objects are found: by uid, and under terms, which `termsOf` tells. */
export interface ObjectIndex {
  readonly uids: PersistentMap<string, ObjectKey>;
  readonly terms: PersistentMap<string, Bucket>;
}
/** Keys by their text. */
export type Bucket = PersistentMap<string, ObjectKey>;

/** Nothing is found in it. */
export const emptyIndex: ObjectIndex = { uids: PersistentMap(), terms: PersistentMap() };
const emptyBucket: Bucket = PersistentMap();

/** Finds the objects that name this uid as an owner. */
export const ownerTerm = (uid: string): string => `owner ${uid}`;
/** Finds the Pods bound to this node. */
export const nodeTerm = (nodeName: string): string => `node ${nodeName}`;
/** Finds the objects of a kind in a namespace that carry this label. */
export const labelTerm = (kind: string, namespace: string, key: string, value: string): string => `label ${kind}/${namespace} ${key}=${value}`;

/** Everything besides its uid that an object is found by: its owners, its node, its labels. */
function termsOf(object: StoredObject): readonly string[] {
  const { ownerReferences, labels, namespace } = object.metadata;
  const terms = ownerReferences.map((owner) => ownerTerm(owner.uid));
  for (const key in labels) terms.push(labelTerm(object.kind, namespace ?? '', key, labels[key] as string));
  const nodeName = object.kind === 'Pod' ? (object as Pod).spec.nodeName : undefined;
  if (nodeName) terms.push(nodeTerm(nodeName));
  return terms;
}

/** Gathers changes and applies them to an index at once. */
export class IndexDraft {
  private readonly uids: PersistentMap<string, ObjectKey>;
  private readonly buckets = new Map<string, Bucket>();

  constructor(private readonly base: ObjectIndex) {
    this.uids = base.uids.asMutable();
  }

  /** Replaces what `before` is found by with what `after` is found by; both are states of the same object, or one is undefined. */
  move(before: StoredObject | undefined, after: StoredObject | undefined): void {
    if (before !== undefined && after !== undefined && samePlaces(before, after)) return;
    const object = after ?? before;
    if (object === undefined) return;
    const key = keyOf(object);
    const text = keyText(key);
    if (before !== undefined && before.metadata.uid !== after?.metadata.uid) this.uids.delete(before.metadata.uid);
    if (after !== undefined && before?.metadata.uid !== after.metadata.uid) this.uids.set(after.metadata.uid, key);
    const wanted = after === undefined ? [] : termsOf(after);
    for (const term of before === undefined ? [] : termsOf(before)) if (!wanted.includes(term)) this.bucket(term).delete(text);
    for (const term of wanted) this.bucket(term).set(text, key);
  }

  finish(): ObjectIndex {
    const terms = this.base.terms.withMutations((draft) => {
      for (const [term, bucket] of this.buckets) {
        if (bucket.size === 0) draft.delete(term);
        else draft.set(term, bucket.asImmutable());
      }
    });
    return { uids: this.uids.asImmutable(), terms };
  }

  private bucket(term: string): Bucket {
    let bucket = this.buckets.get(term);
    if (bucket === undefined) this.buckets.set(term, (bucket = (this.base.terms.get(term) ?? emptyBucket).asMutable()));
    return bucket;
  }
}

function samePlaces(before: StoredObject, after: StoredObject): boolean {
  const [a, b] = [before.metadata, after.metadata];
  return a.uid === b.uid && sameRecord(a.labels, b.labels) && a.ownerReferences.length === b.ownerReferences.length &&
    a.ownerReferences.every((owner, at) => owner.uid === b.ownerReferences[at]?.uid) &&
    (before.kind !== 'Pod' || (before as Pod).spec.nodeName === (after as Pod).spec.nodeName);
}

function sameRecord(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  if (a === b) return true;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}
