import type { Client } from '../../../src/client/client.ts';
import { isPodReady } from '../../../src/kinds/pod/pod-state.ts';
import { conditionOf } from '../../../src/model/conditions.ts';
import type { Endpoint, EndpointSlice, Node, Pod } from '../../../src/model/object.ts';

/** One thing that subscribers were told. */
export interface Moment {
  readonly revision: bigint;
  /** When it arrived, ms since 1970. */
  readonly atMs: number;
  readonly what: string;
}

/** All that happened to the nodes, to the Pods of an application, and to its Service, as subscriptions tell it. */
export class Timeline implements AsyncDisposable {
  readonly moments: Moment[] = [];
  /** The uids of the ready endpoints after each change of the Service's slices. */
  readonly ready: { readonly revision: bigint; readonly uids: readonly string[] }[] = [];
  readonly #abort = new AbortController();
  readonly #following: Promise<void>;
  readonly #said = new Map<string, string>();

  constructor(client: Client, app: string) {
    const { signal } = this.#abort;
    const selection = { namespace: 'default', signal };
    this.#following = Promise.all([
      this.#follow(client.follow('Node', { signal }), (node: Node) => this.#note(`node ${node.metadata.name}`, stateOfNode(node))),
      this.#follow(client.follow('Pod', { ...selection, labelSelector: `app=${app}` }), (pod: Pod) => this.#note(`pod ${pod.metadata.name} on ${pod.spec.nodeName ?? 'no node'}`, stateOfPod(pod))),
      this.#follow(client.follow('EndpointSlice', { ...selection, labelSelector: `kubernetes.io/service-name=${app}` }), (slice: EndpointSlice, revision) => {
        const ready = slice.endpoints.filter((endpoint) => endpoint.conditions.ready === true);
        this.ready.push({ revision: BigInt(revision), uids: ready.map(uidOf) });
        return this.#note(`service ${app}`, `ready: ${ready.map(({ nodeName, targetRef }) => `${targetRef?.name ?? '?'} on ${nodeName ?? '?'}`).sort().join(', ') || 'none'}`);
      }),
    ]).then(() => undefined);
  }

  /** Writes down what the test itself did or saw. */
  note(what: string): void {
    this.moments.push({ revision: this.moments.at(-1)?.revision ?? 0n, atMs: Date.now(), what });
  }

  /** The first moment from `fromMs` on that fits. Throws when there is none. */
  first(pattern: RegExp, fromMs: number): Moment {
    const found = this.moments.find(({ what, atMs }) => atMs >= fromMs && pattern.test(what));
    if (!found) throw new Error(`nobody was told ${String(pattern)}:\n${this.text(fromMs)}`);
    return found;
  }

  /** All moments from `fromMs` on, one a line, with seconds since then. */
  text(fromMs: number): string {
    return this.moments.filter(({ atMs }) => atMs >= fromMs).map(({ atMs, revision, what }) => `${((atMs - fromMs) / 1000).toFixed(1).padStart(7)} s  ${String(revision).padStart(5)}  ${what}`).join('\n');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort();
    await this.#following;
  }

  async #follow<T>(steps: AsyncIterable<{ readonly type: string; readonly revision?: string; readonly object?: unknown }>, tell: (object: T, revision: string) => string | undefined): Promise<void> {
    for await (const step of steps) {
      if (step.object === undefined || step.revision === undefined) continue;
      const what = tell(step.object as T, step.revision);
      const line = step.type === 'DELETED' ? `${(step.object as Node).kind.toLowerCase()} ${(step.object as Node).metadata.name}: gone` : what;
      if (line) this.moments.push({ revision: BigInt(step.revision), atMs: Date.now(), what: line });
    }
  }

  /** Nothing where the same was said of it last. */
  #note(subject: string, state: string): string | undefined {
    if (this.#said.get(subject) === state) return undefined;
    this.#said.set(subject, state);
    return `${subject}: ${state}`;
  }
}

/** The uid of the Pod behind an endpoint. */
export function uidOf({ targetRef }: Endpoint): string {
  return targetRef?.uid ?? '';
}

function stateOfNode({ spec, status }: Node): string {
  const ready = conditionOf(status.conditions, 'Ready');
  return [`Ready=${ready?.status ?? '?'}`, ...(spec.unschedulable ? ['cordoned'] : []), ...spec.taints.filter(({ effect }) => effect === 'NoExecute').map(({ key }) => `NoExecute ${key.split('/').at(-1) ?? ''}`)].join(', ');
}

function stateOfPod(pod: Pod): string {
  return [pod.status.phase, isPodReady(pod) ? 'ready' : 'not ready', ...(pod.metadata.deletionTimestamp ? ['to go'] : [])].join(', ');
}
