import { randomUUID } from 'node:crypto';
import { kinds } from '../../../src/kinds/index.ts';
import { formatTime } from '../../../src/lib/clock.ts';
import { ApiError, notFound } from '../../../src/model/errors.ts';
import type { ConfigMap, EventType, ObjectMeta, Pod, PodInput, PodStatus, Secret, Service } from '../../../src/model/object.ts';
import { createNodeView } from '../../../agent/node/node-view.ts';
import type { FedNodeView } from '../../../agent/node/node-view.ts';
import type { PodEvents, PodStatusSink } from '../../../agent/kubelet/kubelet-context.ts';

/** An event as it was recorded. */
export interface RecordedEvent {
  readonly pod: string;
  readonly type: EventType;
  readonly reason: string;
  readonly message: string;
  readonly container: string | undefined;
}

type Known = Pod | ConfigMap | Secret | Service;

/** Plays the API for one node: keeps objects, feeds the node's view, takes statuses with their preconditions. */
export class LocalCluster implements PodStatusSink, PodEvents {
  readonly view: FedNodeView;
  readonly events: RecordedEvent[] = [];
  /** Every status that was written, in order. */
  readonly statuses: { readonly name: string; readonly status: PodStatus }[] = [];
  /** While true the server cannot be reached. */
  isAway = false;
  private readonly objects = new Map<string, Known>();
  private readonly waiters = new Set<() => void>();
  private revision = 0;

  constructor(readonly nodeName = 'node-1') {
    this.view = createNodeView(nodeName);
    this.view.onChange(() => this.wakeWaiters());
  }

  /** The first complete state arrives at the node. */
  sync(): this {
    this.feedAll(this.view);
    return this;
  }

  /** Gives another view the complete state, as after a reconnect. */
  feedAll(view: FedNodeView): void {
    view.begin();
    for (const object of this.objects.values()) view.accept({ type: 'ADDED', revision: String(this.revision), object });
    view.accept({ type: 'BOOKMARK', revision: String(this.revision) });
  }

  createPod(name: string, spec: PodInput['spec'], metadata: { readonly labels?: Record<string, string>; readonly annotations?: Record<string, string>; readonly namespace?: string } = {}): Pod {
    const content = kinds.Pod.applyDefaults({ metadata: { name }, spec: { nodeName: this.nodeName, ...spec } });
    const status: PodStatus = { phase: 'Pending', conditions: [], containerStatuses: [], initContainerStatuses: [] };
    return this.put({ apiVersion: 'v1', kind: 'Pod', metadata: this.meta(name, metadata), ...content, status }) as Pod;
  }

  putConfigMap(name: string, data: Record<string, string>): void {
    const before = this.objects.get(`ConfigMap/${name}`);
    this.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: before?.metadata ?? this.meta(name), data, binaryData: {}, immutable: false });
  }

  putSecret(name: string, text: Record<string, string>, type = 'Opaque'): void {
    const data = Object.fromEntries(Object.entries(text).map(([key, value]) => [key, Buffer.from(value).toString('base64')]));
    this.put({ apiVersion: 'v1', kind: 'Secret', metadata: this.meta(name), type, data, immutable: false });
  }

  putService(name: string, clusterIP: string, port: number): void {
    const content = kinds.Service.applyDefaults({ metadata: { name }, spec: { clusterIP, ports: [{ port }] } });
    this.put({ apiVersion: 'v1', kind: 'Service', metadata: this.meta(name), ...content, status: { loadBalancer: { ingress: [] }, conditions: [] } });
  }

  deletePod(name: string, graceSeconds?: number): void {
    const pod = this.pod(name);
    const deletionGracePeriodSeconds = graceSeconds ?? pod.spec.terminationGracePeriodSeconds;
    if (deletionGracePeriodSeconds === 0) return this.erase(pod);
    this.put({ ...pod, metadata: { ...pod.metadata, deletionTimestamp: formatTime(Date.now()), deletionGracePeriodSeconds } });
  }

  /** As if somebody had removed the object without waiting for the node. */
  erase(pod: Pod): void {
    this.objects.delete(`Pod/${pod.metadata.name}`);
    this.revision += 1;
    this.view.accept({ type: 'DELETED', revision: String(this.revision), object: pod });
  }

  changePod(name: string, change: (pod: Pod) => Pod): void {
    this.put(change(this.pod(name)));
  }

  pod(name: string): Pod {
    const pod = this.objects.get(`Pod/${name}`);
    if (!pod) throw notFound({ kind: 'Pod', name });
    return pod as Pod;
  }

  hasPod(name: string): boolean {
    return this.objects.has(`Pod/${name}`);
  }

  updatePodStatus(sent: Pod, status: PodStatus): Promise<Pod> {
    if (this.isAway) return Promise.reject(new ApiError('UNAVAILABLE', 'the server is away'));
    const current = this.objects.get(`Pod/${sent.metadata.name}`) as Pod | undefined;
    if (!current || current.metadata.uid !== sent.metadata.uid) return Promise.reject(notFound({ kind: 'Pod', name: sent.metadata.name }));
    if (current.metadata.resourceVersion !== sent.metadata.resourceVersion) return Promise.reject(new ApiError('CONFLICT', 'stale'));
    this.statuses.push({ name: sent.metadata.name, status });
    return Promise.resolve(this.put({ ...current, status }) as Pod);
  }

  finishPod(pod: Pod): Promise<void> {
    if (this.isAway) return Promise.reject(new ApiError('UNAVAILABLE', 'the server is away'));
    const current = this.objects.get(`Pod/${pod.metadata.name}`) as Pod | undefined;
    if (current?.metadata.uid === pod.metadata.uid) this.erase(current);
    return Promise.resolve();
  }

  record(pod: Pod, type: EventType, reason: string, message: string, container?: string): void {
    this.events.push({ pod: pod.metadata.name, type, reason, message, container });
    this.wakeWaiters();
  }

  /** Waits until a condition on the cluster holds; it is asked again after every change. */
  async until(what: string, holds: () => boolean, timeoutMs = 60_000): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (!holds()) {
      const leftMs = deadline - Date.now();
      if (leftMs <= 0) throw new Error(`not within ${timeoutMs} ms: ${what}; Pods: ${JSON.stringify([...this.objects.values()].filter((one) => one.kind === 'Pod').map((one) => (one as Pod).status), undefined, 1)}; events: ${JSON.stringify(this.events)}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(leftMs, 200));
        const wake = (): void => (clearTimeout(timer), this.waiters.delete(wake), resolve());
        this.waiters.add(wake);
      });
    }
  }

  private wakeWaiters(): void {
    for (const wake of [...this.waiters]) wake();
  }

  private put(object: Known): Known {
    this.revision += 1;
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(this.revision) } } as Known;
    this.objects.set(`${object.kind}/${object.metadata.name}`, stored);
    if (this.view.synced) this.view.accept({ type: 'MODIFIED', revision: String(this.revision), object: stored });
    this.wakeWaiters();
    return stored;
  }

  private meta(name: string, more: Partial<ObjectMeta> = {}): ObjectMeta {
    return {
      uid: randomUUID(), name, namespace: 'default', labels: {}, annotations: {}, creationTimestamp: formatTime(Date.now()), finalizers: [], ownerReferences: [],
      resourceVersion: '0', generation: 1, managedFields: [], ...more,
    };
  }
}
