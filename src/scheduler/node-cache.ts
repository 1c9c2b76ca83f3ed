import { sameValue } from '../lib/same-value.ts';
import { isKind } from '../model/object.ts';
import type { Namespace, Node, Pod } from '../model/object.ts';
import type { Change, Snapshot } from '../store/store.ts';
import { ChangeJournal } from './change-journal.ts';
import { isOnNode, isSameForOthers } from './cluster-event.ts';
import { isSameForPods, nodeInfoOf, withNode, withPod, withoutPod } from './node-info.ts';
import type { NodeInfo } from './node-info.ts';
import { podInfoOf } from './pod-info.ts';
import type { PodInfo } from './pod-info.ts';
import type { JournaledCluster } from './kept-searches.ts';
import { HeldTerms } from './tallies/held-terms.ts';
import { PodTallies } from './tallies/pod-tallies.ts';

interface Placed {
  readonly info: PodInfo;
  readonly nodeName: string;
  /** Decided here, not yet seen in the store. */
  readonly isAssumed: boolean;
}

/**
 * All nodes with what their Pods take, kept up to date change by change; nothing is ever summed up again for one Pod. A Pod whose binding is under way
 * counts already (it is assumed to be there). Equal to a cache that is made new from the same state.
 */
export class NodeCache implements JournaledCluster {
  /** Sorted by name. Elements are replaced in place: read it within one turn of the event loop. */
  readonly nodes: NodeInfo[] = [];
  readonly imageNodes = new Map<string, number>();
  /** Pods coming and going, by the index of their node; restarts when nodes come, go, or become other than they were. */
  readonly journal = new ChangeJournal();
  /** Labels of namespaces, by name. */
  readonly namespaces = new Map<string, Readonly<Record<string, string>>>();
  readonly tallies: PodTallies = new PodTallies(this);
  readonly heldTerms: HeldTerms = new HeldTerms(this);
  private readonly indexes = new Map<string, number>();
  private readonly placed = new Map<string, Placed>();
  private readonly uidsOn = new Map<string, Set<string>>();

  constructor(snapshot?: Pick<Snapshot, 'list'>) {
    for (const node of snapshot?.list('Node') ?? []) this.nodes.push(nodeInfoOf(node));
    this.nodes.sort((a, b) => (a.name < b.name ? -1 : 1));
    this.reindex();
    for (const node of this.nodes) this.countImages(node, 1);
    for (const namespace of snapshot?.list('Namespace') ?? []) this.namespaces.set(namespace.metadata.name, namespace.metadata.labels);
    for (const pod of snapshot?.list('Pod') ?? []) this.setPod(pod);
  }

  get nodeCount(): number {
    return this.nodes.length;
  }

  /** Takes up one change of the store, in commit order. */
  apply({ type, object }: Change): void {
    if (isKind(object, 'Namespace')) return this.setNamespace(type === 'DELETED', object.metadata);
    if (isKind(object, 'Node')) {
      if (type === 'DELETED') this.removeNode(object.metadata.name);
      else this.setNode(object);
    } else if (isKind(object, 'Pod')) {
      if (type === 'DELETED') this.remove(object.metadata.uid);
      else this.setPod(object);
    }
  }

  /** Counts a Pod on a node before the store knows. */
  assume(info: PodInfo, nodeName: string): void {
    this.remove(info.uid);
    this.place({ info, nodeName, isAssumed: true });
  }

  /** Takes an assumption back; does nothing where the store has confirmed it in the meantime. */
  forget(uid: string): void {
    if (this.placed.get(uid)?.isAssumed) this.remove(uid);
  }

  /** Calls back for every Pod on a node that is known. */
  forEachPlaced(see: (pod: Pod, node: NodeInfo) => void): void {
    for (const { info, nodeName } of this.placed.values()) {
      const index = this.indexes.get(nodeName);
      if (index !== undefined) see(info.pod, this.nodes[index]!);
    }
  }

  private setPod(pod: Pod): void {
    const known = this.placed.get(pod.metadata.uid);
    // What a Pod takes, and what others see of it, follows from its spec and metadata alone, so a status report costs nothing here.
    if (!isOnNode(pod)) {
      const isBinding = known?.isAssumed && pod.spec.nodeName === undefined && pod.status.phase === 'Pending';
      if (known && !isBinding) this.remove(pod.metadata.uid);
      return;
    }
    const isKnown = known && !known.isAssumed && known.nodeName === pod.spec.nodeName && known.info.pod.metadata.generation === pod.metadata.generation;
    if (isKnown && isSameForOthers(known.info.pod, pod)) return;
    if (known && isConfirmed(known, pod)) return void this.placed.set(pod.metadata.uid, { ...known, info: { ...known.info, pod }, isAssumed: false });
    if (known) this.remove(pod.metadata.uid);
    this.place({ info: podInfoOf(pod), nodeName: pod.spec.nodeName!, isAssumed: false });
  }

  private place(placed: Placed): void {
    this.placed.set(placed.info.uid, placed);
    const uids = this.uidsOn.get(placed.nodeName) ?? new Set();
    this.uidsOn.set(placed.nodeName, uids.add(placed.info.uid));
    this.change(placed, 1);
  }

  private remove(uid: string): void {
    const placed = this.placed.get(uid);
    if (!placed) return;
    this.placed.delete(uid);
    const uids = this.uidsOn.get(placed.nodeName)!;
    uids.delete(uid);
    if (uids.size === 0) this.uidsOn.delete(placed.nodeName);
    this.change(placed, -1);
  }

  private change({ info, nodeName }: Placed, by: 1 | -1): void {
    const index = this.indexes.get(nodeName);
    if (index === undefined) return;
    const node = this.nodes[index]!;
    this.nodes[index] = by === 1 ? withPod(node, info) : withoutPod(node, info);
    this.journal.add(index);
    this.tallies.count(info.pod, node, by);
    this.heldTerms.count(info.pod, node, by);
  }

  private setNode(node: Node): void {
    const name = node.metadata.name, index = this.indexes.get(name);
    if (index === undefined) return this.insert(nodeInfoOf(node));
    const before = this.nodes[index]!;
    const after = withNode(before, node);
    this.nodes[index] = after;
    if (isSameForPods(before, after)) return this.journal.add(index);
    this.restart();
    this.countImages(before, -1);
    this.countImages(after, 1);
  }

  private insert(empty: NodeInfo): void {
    const uids = this.uidsOn.get(empty.name) ?? [];
    const info = [...uids].reduce((node, uid) => withPod(node, this.placed.get(uid)!.info), empty);
    const at = this.nodes.findIndex((node) => node.name > info.name);
    this.nodes.splice(at < 0 ? this.nodes.length : at, 0, info);
    this.reindex();
    this.countImages(info, 1);
  }

  private removeNode(name: string): void {
    const index = this.indexes.get(name);
    if (index === undefined) return;
    const [info] = this.nodes.splice(index, 1);
    this.reindex();
    this.countImages(info!, -1);
  }

  private reindex(): void {
    this.restart();
    this.indexes.clear();
    this.nodes.forEach((node, index) => this.indexes.set(node.name, index));
  }

  private setNamespace(isGone: boolean, { name, labels }: Namespace['metadata']): void {
    if (isGone) this.namespaces.delete(name);
    else if (sameValue(this.namespaces.get(name), labels)) return;
    else this.namespaces.set(name, labels);
    this.restart();
  }

  /** Nothing holds any more that was worked out from nodes or namespaces. */
  private restart(): void {
    this.journal.restart();
    this.tallies.forget();
    this.heldTerms.forget();
  }

  private countImages(info: NodeInfo, by: 1 | -1): void {
    for (const name of info.images.keys()) {
      const nodes = (this.imageNodes.get(name) ?? 0) + by;
      if (nodes === 0) this.imageNodes.delete(name);
      else this.imageNodes.set(name, nodes);
    }
  }
}

/** Whether the store now says what was assumed: the very same containers, which is how a binding leaves them, so that all sums stay as they are. */
function isConfirmed({ info: { pod: before }, nodeName, isAssumed }: Placed, after: Pod): boolean {
  return isAssumed && nodeName === after.spec.nodeName && after.spec.containers === before.spec.containers && after.spec.initContainers === before.spec.initContainers
    && after.spec.affinity === before.spec.affinity && isSameForOthers(before, after);
}
