import * as fc from 'fast-check';
import { firstSteps } from '../../../src/api/playground/first-steps.ts';
import { allDocuments } from '../../../src/client/all-documents.ts';
import { damagedText, oddValue } from './damage.ts';

const words = ['{', '}', '(', ')', '[', ']', ':', '...', '!', '=', '|', '&', '@skip(if: true)', '@include', '$x', '$', '"', '"""', '#', ',', 'query', 'mutation', 'subscription', 'fragment F on Pod', 'on', '...F', 'pods', 'nodes',
  'deployments', '__schema', '__typename', '__type(name: "Pod")', 'metadata', 'first: 1', 'after: "x"', 'null', 'true', '1e400', '-0', '99999999999999999999', '\ufeff', '\u0000', '"\\u{110000}"', '"\\ud800"', 'type T { a: Int }', 'extend schema'];
const noise = fc.oneof(fc.constantFrom(...words), fc.string({ unit: 'binary', maxLength: 12 }));

/** Documents that change nothing even where they are left whole. */
const harmless = [...firstSteps.map(({ query }) => query), ...allDocuments().values()].filter((text) => !/^\s*(#.*\n\s*)*mutation/.test(text) && !text.includes('mutation'));

const nested = fc.tuple(fc.constantFrom('pods { nodes { node ', 'a', '... { ', '__schema { types '), fc.constantFrom(3, 40, 3_000)).map(([step, times]) => {
  const opening = step.includes('{') ? step : `${step} {`;
  const text = opening.repeat(times);
  return `{ ${text} kind ${'}'.repeat([...text].filter((char) => char === '{').length)} }`;
});

const flood = fc.tuple(fc.constantFrom('a: revision ', '@skip(if: false) ', '...F ', 'revision ', '$a: Int ', '"x" ', '{ '), fc.constantFrom(10, 300, 25_000)).map(([word, times]) => `query { revision ${word.repeat(times)} }`);

const rings = fc.array(fc.tuple(fc.nat(5), fc.nat(5)), { maxLength: 8 })
  .map((pairs) => `{ pods { nodes { ...F0 } } } ${[0, 1, 2, 3, 4, 5].map((i) => `fragment F${i} on Pod { kind ${pairs.filter(([from]) => from === i).map(([, to]) => `...F${to} ...F${to}`).join(' ')} }`).join(' ')}`);

const argumentsOfLists = fc.record({ field: fc.constantFrom('pods', 'nodes', 'services', 'events', 'deployments'), argument: fc.constantFrom('first', 'last', 'after', 'before', 'labelSelector', 'namespace', 'where', 'orderBy', 'minRevision'), value: oddValue })
  .map(({ field, argument, value }) => `{ ${field}(${argument}: ${JSON.stringify(argument === 'minRevision' && typeof value === 'number' ? -1 : value) ?? 'null'}) { totalCount nodes { kind } edges { cursor } pageInfo { endCursor } } }`);

/** Documents, from noise to almost right. None holds a mutation that could run. */
export const fuzzDocument: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }), fc.array(fc.constantFrom(...words), { maxLength: 30 }).map((all) => all.join(' ')),
  { arbitrary: fc.constantFrom(...harmless).chain((text) => damagedText(text, noise)), weight: 4 }, nested, flood, rings, { arbitrary: argumentsOfLists, weight: 3 },
);
