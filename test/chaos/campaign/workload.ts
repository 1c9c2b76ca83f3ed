import type { Intent } from '../history.ts';
import type { SeededRandom } from '../random.ts';

/** The namespace that recorded operations write to, and nothing else does. */
export const namespace = 'chaos';
/** Prefix of the keys in it. */
export const scope = `ConfigMap/${namespace}/`;

/** What writers believe to be there: revisions by name. May be out of date; then a precondition refuses. */
export type Belief = Map<string, number>;

const names: readonly string[] = Array.from({ length: 16 }, (_, at) => `object-${at}`);

/** A request: the intents, and how they are sent. */
export interface Request {
  readonly intents: readonly Intent[];
  readonly document: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Chooses what to ask for next; `id` becomes the content of everything that it writes. */
export function planRequest(id: string, random: SeededRandom, belief: ReadonlyMap<string, number>): Request {
  const roll = random.fraction();
  const chosen = random.shuffled(names);
  if (roll < 0.2) return apply(id, chosen.slice(0, 1 + random.below(3)));
  const intents = chosen.slice(0, roll < 0.5 ? 2 + random.below(3) : 1).map((name) => intentOf(name, belief.get(name), random));
  return intents.length === 1 ? single(id, intents[0]!) : changeSet(id, intents);
}

function intentOf(name: string, revision: number | undefined, random: SeededRandom): Intent {
  const key = scope + name;
  if (revision === undefined) return { type: 'create', key };
  return { type: random.fraction() < 0.15 ? 'delete' : 'update', key, expected: revision };
}

/** The name within a key of the scope. */
export function nameOf(key: string): string {
  return key.slice(scope.length);
}

const object = (id: string, intent: Intent): object => ({
  metadata: { namespace, name: nameOf(intent.key), ...('expected' in intent ? { resourceVersion: String(intent.expected) } : {}) }, data: { value: id },
});
const target = (intent: Extract<Intent, { expected: number }>): object => ({ namespace, name: nameOf(intent.key), resourceVersion: String(intent.expected) });

function single(id: string, intent: Intent): Request {
  switch (intent.type) {
    case 'create': return { intents: [intent], document: 'mutation ($input: ConfigMapInput!) { result: createConfigMap(input: $input) { revision } }', variables: { input: object(id, intent) } };
    case 'update': return { intents: [intent], document: 'mutation ($input: ConfigMapInput!) { result: updateConfigMap(input: $input) { revision } }', variables: { input: object(id, intent) } };
    case 'delete': return {
      intents: [intent], variables: { ...target(intent) },
      document: 'mutation ($namespace: String, $name: String!, $resourceVersion: Revision) { result: deleteConfigMap(namespace: $namespace, name: $name, resourceVersion: $resourceVersion) { revision } }',
    };
    case 'apply': return apply(id, [nameOf(intent.key)]);
  }
}

function changeSet(id: string, intents: readonly Intent[]): Request {
  const changes = intents.map((intent) => (intent.type === 'delete' ? { deleteConfigMap: target(intent) }
    : intent.type === 'create' ? { createConfigMap: object(id, intent) } : { updateConfigMap: object(id, intent) }));
  return { intents, document: 'mutation ($changes: [ChangeInput!]!) { result: commitChangeSet(changes: $changes) { revision } }', variables: { changes } };
}

function apply(id: string, chosen: readonly string[]): Request {
  const manifests = chosen.map((name) => JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name }, data: { value: id } })).join('\n---\n');
  return {
    intents: chosen.map((name) => ({ type: 'apply', key: scope + name })), variables: { manifests },
    document: 'mutation ($manifests: String!) { result: applyManifests(manifests: $manifests, fieldManager: "chaos", force: true) { revision } }',
  };
}
