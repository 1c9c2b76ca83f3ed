import * as fc from 'fast-check';
import { kindFacts } from '../../../src/model/object.ts';
import type { KindName } from '../../../src/model/object.ts';
import { inputsOf } from '../../support/arbitraries/inputs.ts';
import { damagedText, damagedValue } from './damage.ts';
import { post } from './fuzz-input.ts';
import type { FuzzInput } from './fuzz-input.ts';

interface Call {
  readonly kind: KindName;
  readonly verb: 'create' | 'update' | 'patch' | 'apply' | 'delete';
  readonly variables: object;
}

const signatures: { readonly [verb in Call['verb']]: (kind: KindName) => readonly [declared: string, passed: string] } = {
  create: (kind) => [`$input: ${kind}Input!`, 'input: $input'],
  update: (kind) => [`$input: ${kind}Input!`, 'input: $input'],
  patch: (kind) => [`$name: String!, $patch: ${kind}Patch!`, 'name: $name, patch: $patch'],
  apply: (kind) => [`$name: String!, $input: ${kind}Patch!`, 'name: $name, input: $input, fieldManager: "fuzz"'],
  delete: () => ['$name: String!, $resourceVersion: Revision', 'name: $name, resourceVersion: $resourceVersion'],
};

/** Few names, so that some are there. */
const name = fc.nat(5).map((number) => `fuzz-${number}`);

const call: fc.Arbitrary<Call> = fc.tuple(fc.constantFrom(...Object.keys(kindFacts) as KindName[]), fc.constantFrom('create', 'create', 'update', 'patch', 'apply', 'delete'), name, fc.boolean(), fc.nat(60))
  .chain(([kind, verb, at, isOwnName, revision]) => inputsOf(kind).map((input): Call => {
    const named = isOwnName ? input : { ...input, metadata: { ...input.metadata, name: at } };
    const { metadata, ...content } = named;
    switch (verb) {
      case 'create': return { kind, verb, variables: { input: named } };
      case 'update': return { kind, verb, variables: { input: { ...named, metadata: { ...metadata, resourceVersion: String(revision) } } } };
      case 'patch': return { kind, verb, variables: { name: metadata.name, patch: { ...content, metadata: { labels: metadata.labels } } } };
      case 'apply': return { kind, verb, variables: { name: metadata.name, input: { ...content, metadata: { labels: metadata.labels } } } };
      case 'delete': return { kind, verb, variables: { name: metadata.name, ...(revision % 2 ? { resourceVersion: String(revision) } : {}) } };
    }
  }));

/** Now and then left whole, so that something is there to be changed. */
const orWhole = (value: unknown): fc.Arbitrary<unknown> => fc.oneof({ arbitrary: damagedValue(value), weight: 3 }, { arbitrary: fc.constant(value), weight: 1 });

const single = call.chain(({ kind, verb, variables }) => orWhole(variables).map((damaged) => {
  const [declared, passed] = signatures[verb](kind);
  return post({ query: `mutation(${declared}) { result: ${verb}${kind}(${passed}) { revision } }`, variables: damaged });
}));

/** A change of a set takes what its mutation takes, or the only thing that it takes. */
const change = call.filter(({ verb }) => verb !== 'apply').map(({ kind, verb, variables }) => ({ [`${verb}${kind}`]: 'input' in variables ? variables.input : variables }));
const changeSet = fc.array(change, { minLength: 1, maxLength: 4 }).chain(orWhole)
  .map((changes) => post({ query: 'mutation($changes: [ChangeInput!]!) { result: commitChangeSet(changes: $changes) { revision } }', variables: { changes } }));

const texts = [
  'createConfigMap(input: {metadata: {name: "fuzz-0", labels: {app: "web"}}, data: {level: "info"}})', 'patchConfigMap(name: "fuzz-0", patch: {data: {level: null}})', 'deleteConfigMap(name: "fuzz-0", propagationPolicy: FOREGROUND)',
  'createPod(input: {metadata: {name: "fuzz-1"}, spec: {containers: [{name: "main", image: "x:1"}]}})', 'scaleDeployment(name: "fuzz-2", replicas: 3)', 'cordonNode(name: "fuzz-3")',
  'commitChangeSet(changes: [{createSecret: {metadata: {name: "fuzz-4"}, stringData: {a: "b"}}}, {deleteConfigMap: {name: "fuzz-0"}}])', 'applyManifests(manifests: "{apiVersion: v1, kind: ConfigMap, metadata: {name: fuzz-5}}")',
].map((field) => `mutation { result: ${field} { revision } }`);
/** No directive: an answer that leaves the revision out tells nothing. */
const noise = fc.oneof(fc.constantFrom('{', '}', '(', ')', ':', '"', 'null', '$x', '...', '-1', '[]', '{}', 'dryRun: true'), fc.string({ unit: 'binary', maxLength: 4 }));
const documents = fc.constantFrom(...texts).chain((text) => damagedText(text, noise)).map((query) => post({ query }));

/** Mutations that are meant, most of them wrong. What of them is right after all changes the store, and says at which revision. */
export const fuzzMutations: fc.Arbitrary<FuzzInput> = fc.oneof({ arbitrary: single, weight: 4 }, { arbitrary: changeSet, weight: 3 }, { arbitrary: documents, weight: 2 });
