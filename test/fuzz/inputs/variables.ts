import * as fc from 'fast-check';
import { kindDocuments } from '../../../src/client/kind-documents.ts';
import { nodeDocuments } from '../../../src/client/node-documents.ts';
import { kindFacts } from '../../../src/model/object.ts';
import type { KindName } from '../../../src/model/object.ts';
import { inputsOf } from '../../support/arbitraries/inputs.ts';
import { damagedValue, oddValue } from './damage.ts';
import { post } from './fuzz-input.ts';
import type { FuzzInput } from './fuzz-input.ts';

const kinds = Object.keys(kindFacts) as KindName[];

/** Always run with `dryRun`: nothing is written, however right the rest is. */
const changes = fc.constantFrom(...kinds).chain((kind) => fc.tuple(fc.constantFrom('create', 'update', 'patch', 'delete', 'updateStatus', 'get', 'list'), inputsOf(kind)).chain(([verb, input]) => {
  const document = kindDocuments(kind)[verb as 'create'] ?? kindDocuments(kind).get;
  const whole = { input, patch: input, status: { conditions: [{ type: 'Ready', status: 'True' }] }, name: input.metadata.name, namespace: 'default', first: 5, labelSelector: 'app=web', where: { name: { in: ['a'] } } };
  return damagedValue(whole).map((damaged) => {
    const variables = typeof damaged === 'object' && damaged !== null && !Array.isArray(damaged) ? { ...damaged, dryRun: true, minRevision: undefined } : { dryRun: true, odd: damaged };
    return post({ query: document, variables });
  });
}));

const dryVerbs = ['scaleDeployment(name: $name, replicas: $number, dryRun: true) { revision }', 'rollbackDeployment(name: $name, toRevision: $number, dryRun: true) { revision }',
  'restartDeployment(name: $name, namespace: $text, dryRun: true) { revision }', 'cordonNode(name: $name, dryRun: true) { revision }', 'commitChangeSet(changes: $changes, dryRun: true) { revision }'];
const verbs = fc.record({ verb: fc.constantFrom(...dryVerbs), name: oddValue, number: oddValue, text: oddValue, changes: fc.oneof(oddValue, fc.array(fc.dictionary(fc.constantFrom('create', 'createPod', 'pod', 'delete', 'update'), oddValue))) })
  .map(({ verb, ...variables }) => post({ query: `mutation(${[['name', 'String!'], ['number', 'Int!'], ['text', 'String'], ['changes', '[ChangeInput!]!']].filter(([name]) => verb.includes(`$${name}`)).map(([name, type]) => `$${name}: ${type}`).join(', ')}) { ${verb} }`, variables }));

const reads = fc.record({ name: oddValue, text: oddValue, number: oddValue }).map((variables) => post({
  query: 'query($name: String!, $text: String, $number: Int) { pod(name: $name, namespace: $text) { kind } podLogs(name: $name, container: $text, tailLines: $number) { text } pods(after: $text, first: $number, labelSelector: $text) { totalCount } }', variables,
}));

/** What agents send, with a name that no object can have. */
const agents = fc.tuple(fc.constantFrom(nodeDocuments.recordEvents, nodeDocuments.renewNodeLease, nodeDocuments.sendNodeResponse), oddValue)
  .map(([query, odd]) => post({ query, variables: { inputs: [{ involvedObject: odd, reason: 5 }], nodeName: `No Node ${typeof odd === 'string' ? odd : ''}`, requestId: odd, data: odd, done: odd } }));

const envelopes = fc.record({ query: oddValue, variables: oddValue, operationName: oddValue, extensions: oddValue, documentId: oddValue }, { requiredKeys: [] }).map((body) => post(body));

const deep = fc.tuple(fc.constantFrom('[', '{"a":'), fc.constantFrom(3_000, 60_000)).map(([opening, depth]) => post(
  `{"query":"query($where: PodWhere) { pods(where: $where) { totalCount } }","variables":{"where":${opening.repeat(depth)}1${(opening === '[' ? ']' : '}').repeat(depth)}}}`));

/** Requests whose variables don't fit what they are for. */
export const fuzzVariables: fc.Arbitrary<FuzzInput> = fc.oneof({ arbitrary: changes, weight: 60 }, deep, ...[verbs, reads, agents, envelopes].map((arbitrary) => ({ arbitrary, weight: 10 })));
