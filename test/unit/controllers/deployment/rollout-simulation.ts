import { deploymentReconciler } from '../../../../src/controllers/deployment/reconciler.ts';
import { boundsOf } from '../../../../src/controllers/deployment/counted-set.ts';
import { isScaling } from '../../../../src/controllers/deployment/plan-scale.ts';
import { replicaSetReconciler } from '../../../../src/controllers/replica-set/reconciler.ts';
import { isPodActive, isPodReady } from '../../../../src/kinds/pod/pod-state.ts';
import type { Deployment, DeploymentSpecPatch, Pod, ReplicaSet } from '../../../../src/model/object.ts';
import { SimulatedCluster } from '../../../support/simulated-cluster.ts';

/** What may happen next. `pick` chooses among the objects that it can happen to. */
export type Step =
  | { readonly type: 'deployment' }
  | { readonly type: 'replica-set' | 'pod-ready' | 'pod-fails' | 'pod-gone'; readonly pick: number };

/** A Deployment `web` in a simulated cluster, with its bounds checked after everything that a controller does. */
export class RolloutSimulation {
  readonly cluster = new SimulatedCluster();
  /** Bounds that decisions not yet carried out may have been made under. */
  #allowed: { readonly floor: number; readonly ceiling: number }[] = [];
  /** Pods that failed after such decisions. */
  #failures = 0;

  constructor(spec: DeploymentSpecPatch) {
    const labels = { app: 'web' };
    const template = { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'web:1' }] } };
    this.cluster.apply([{ verb: 'create', kind: 'Deployment', input: { metadata: { name: 'web', namespace: 'default' }, spec: { replicas: spec.replicas, strategy: spec.strategy, selector: { matchLabels: labels }, template } } }]);
    this.#note();
  }

  get deployment(): Deployment {
    const deployment = this.cluster.snapshot.get('Deployment', 'default', 'web');
    if (!deployment) throw new Error('the Deployment is gone');
    return deployment;
  }

  get replicaSets(): readonly ReplicaSet[] {
    return this.cluster.snapshot.list('ReplicaSet');
  }

  get active(): readonly Pod[] {
    return this.cluster.snapshot.list('Pod').filter(isPodActive);
  }

  get available(): readonly Pod[] {
    return this.active.filter(isPodReady);
  }

  /** A user's change. */
  edit(spec: DeploymentSpecPatch): void {
    this.cluster.apply([{ verb: 'patch', kind: 'Deployment', target: { name: 'web' }, patch: { spec } }]);
    this.#note();
  }

  /** A user's change of the image: a new template. */
  setImage(image: string): void {
    this.edit({ template: { spec: { containers: [{ ...this.deployment.spec.template.spec.containers[0], name: 'main', image }] } } });
  }

  /** Does one thing. Tells whether anything changed. Throws where a controller breaks a bound. */
  step(step: Step): boolean {
    this.cluster.nowMs += 100;
    switch (step.type) {
      case 'deployment': return this.#controlled(() => this.cluster.reconcile(deploymentReconciler, 'default/web'));
      case 'replica-set': return this.#controlled(() => picked(this.replicaSets, step.pick, (set) => this.cluster.reconcile(replicaSetReconciler, `default/${set.metadata.name}`)));
      case 'pod-ready': return picked(this.active.filter((pod) => !isPodReady(pod)), step.pick, (pod) => this.cluster.setReady(pod, true));
      case 'pod-fails': return picked(this.available, step.pick, (pod) => { this.#failures += 1; this.cluster.setReady(pod, false); });
      case 'pod-gone': return picked(this.cluster.snapshot.list('Pod').filter((pod) => pod.metadata.deletionTimestamp !== undefined), step.pick, (pod) => this.cluster.end(pod));
    }
  }

  /** Lets everything go well until nothing changes any more. */
  settle(onEvent: () => void = () => {}): void {
    for (let round = 0; round < 2000; round += 1) {
      const changed = ([{ type: 'deployment' }, ...this.replicaSets.map((_, pick) => ({ type: 'replica-set', pick }) as const), { type: 'pod-gone', pick: round }, { type: 'pod-ready', pick: round }] as const)
        .map((step) => { const did = this.step(step); onEvent(); return did; });
      if (!changed.includes(true)) return;
    }
    throw new Error(`does not settle: ${JSON.stringify(this.deployment.status)}`);
  }

  #controlled(act: () => boolean): boolean {
    const before = { active: this.active.length, available: this.available.length };
    const changed = act();
    const after = { active: this.active.length, available: this.available.length };
    const ceiling = Math.max(...this.#allowed.map((bounds) => bounds.ceiling));
    const floor = Math.min(...this.#allowed.map((bounds) => bounds.floor)) - this.#failures;
    if (after.active > before.active && after.active > ceiling) throw new Error(`${after.active} Pods, at most ${ceiling} allowed`);
    if (after.available < before.available && after.available < floor) throw new Error(`${after.available} available after deleting, at least ${floor} demanded`);
    this.#forget();
    return changed;
  }

  #note(): void {
    const { floor, ceiling } = boundsOf(this.deployment);
    this.#allowed.push({ floor, ceiling });
  }

  /** Once every decision was carried out, only the current bounds count. */
  #forget(): void {
    const { deployment, replicaSets } = this;
    const podsOf = (set: ReplicaSet): number => this.active.filter((pod) => pod.metadata.ownerReferences.some((owner) => owner.uid === set.metadata.uid)).length;
    const counted = replicaSets.map((replicaSet) => ({ replicaSet, wanted: replicaSet.spec.replicas, active: podsOf(replicaSet), ready: 0, available: 0, present: 0 }));
    const isCarriedOut = deployment.status.observedGeneration === deployment.metadata.generation && counted.every((set) => set.active === set.wanted)
      && !isScaling({ desired: deployment.spec.replicas, bounds: boundsOf(deployment), next: undefined, previous: counted });
    if (!isCarriedOut) return;
    this.#allowed = [];
    this.#failures = 0;
    this.#note();
  }
}

function picked<T>(from: readonly T[], pick: number, act: (chosen: T) => boolean | void): boolean {
  const chosen = from[pick % from.length];
  return chosen === undefined ? false : act(chosen) ?? true;
}
