import { describe, expect, it } from 'vitest';
import { kinds } from '../../../src/kinds/index.ts';
import { isRangeWithin } from '../../../src/kinds/network-policy/range.ts';
import type { NetworkPolicyInput } from '../../../src/model/object.ts';
import { minimalInput } from '../../support/arbitraries/minimal-inputs.ts';
import { pathsOf, problemsOf } from './problems.ts';

type Spec = NetworkPolicyInput['spec'];
const policy = (spec: Spec): NetworkPolicyInput => ({ ...minimalInput('NetworkPolicy'), spec });
const specOf = (spec: Spec) => kinds.NetworkPolicy.applyDefaults(policy(spec)).spec;
const web = { matchLabels: { app: 'web' } };

describe('defaults', () => {
  it.each<readonly [string, Spec, readonly string[]]>([
    ['nothing', {}, ['Ingress']],
    ['ingress rules', { ingress: [{}] }, ['Ingress']],
    ['egress rules', { egress: [{}] }, ['Ingress', 'Egress']],
    ['an empty list of egress rules', { egress: [] }, ['Ingress']],
    ['an empty list of types', { policyTypes: [], egress: [{}] }, ['Ingress', 'Egress']],
    ['a type', { policyTypes: ['Egress'], ingress: [{}] }, ['Egress']],
  ])('a policy with %s has the types', (_what, spec, types) => expect(specOf(spec).policyTypes).toEqual(types));

  it('fills rules, ports and ranges, and keeps an empty selector apart from none', () => {
    expect(specOf({ ingress: [{ from: [{ podSelector: {} }, { ipBlock: { cidr: '10.0.0.0/8' } }], ports: [{ port: 'http' }, {}] }, {}] })).toEqual({
      podSelector: {}, policyTypes: ['Ingress'], egress: [],
      ingress: [{ from: [{ podSelector: {} }, { ipBlock: { cidr: '10.0.0.0/8', except: [] } }], ports: [{ protocol: 'TCP', port: 'http' }, { protocol: 'TCP' }] }, { from: [], ports: [] }],
    });
  });
});

describe('a policy is refused with', () => {
  it.each<readonly [string, Spec, readonly string[]]>([
    ['a selector with a wrong key', { podSelector: { matchLabels: { 'a b': '' } } }, ['spec.podSelector.matchLabels[a b]']],
    ['three types', { policyTypes: ['Ingress', 'Egress', 'Ingress'] }, ['spec.policyTypes']],
    ['a peer that names nobody', { ingress: [{ from: [{}] }] }, ['spec.ingress[0].from[0]']],
    ['a range beside a selector', { egress: [{ to: [{ podSelector: web, ipBlock: { cidr: '10.0.0.0/8' } }] }] }, ['spec.egress[0].to[0].ipBlock']],
    ['wrong selectors of a peer', { ingress: [{ from: [{ podSelector: { matchExpressions: [{ key: 'a', operator: 'In' }] }, namespaceSelector: { matchLabels: { a: '-' } } }] }] },
      ['spec.ingress[0].from[0].podSelector.matchExpressions[0].values', 'spec.ingress[0].from[0].namespaceSelector.matchLabels[a]']],
    ['a range that is none, and a hole of it', { ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0', except: ['10.0.0.1'] } }] }] }, ['spec.ingress[0].from[0].ipBlock.cidr', 'spec.ingress[0].from[0].ipBlock.except[0]']],
    ['holes outside, as large, and of another family', { ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['11.0.0.0/16', '10.0.0.0/8', 'fd00::/64', '10.1.0.0/16'] } }] }] },
      [0, 1, 2].map((n) => `spec.ingress[0].from[0].ipBlock.except[${n}]`)],
    ['ports out of range or without a letter', { egress: [{ ports: [{ port: 0 }, { port: 65_536 }, { port: '80' }, { port: 'A_b' }] }] }, [0, 1, 2, 3].map((n) => `spec.egress[0].ports[${n}].port`)],
    ['a span that begins with a name, with nothing, or ends before it begins', { ingress: [{ ports: [{ port: 'http', endPort: 90 }, { endPort: 90 }, { port: 91, endPort: 90 }, { port: 91, endPort: 70_000 }, { port: 90, endPort: 90 }] }] },
      [0, 1, 2, 3].map((n) => `spec.ingress[0].ports[${n}].endPort`)],
  ])('%s', (_what, spec, paths) => expect(pathsOf(problemsOf('NetworkPolicy', policy(spec)))).toEqual(paths));

  it('all of it at once', () => {
    expect(pathsOf(problemsOf('NetworkPolicy', policy({ podSelector: { matchLabels: { a: '-' } }, ingress: [{ from: [{}], ports: [{ port: 0 }] }], egress: [{ to: [{ ipBlock: { cidr: 'x' } }] }] })))).toEqual([
      'spec.podSelector.matchLabels[a]', 'spec.ingress[0].from[0]', 'spec.ingress[0].ports[0].port', 'spec.egress[0].to[0].ipBlock.cidr',
    ]);
  });
});

it.each([
  ['10.1.0.0/16', '10.0.0.0/8', true], ['10.0.0.5/32', '10.0.0.0/24', true], ['10.0.1.0/24', '10.0.0.0/24', false], ['10.0.0.0/8', '10.0.0.0/8', false], ['10.0.0.0/8', '10.1.0.0/16', false],
  ['192.0.2.0/24', '0.0.0.0/0', true], ['fd00:1::/32', 'fd00::/16', true], ['10.0.0.0/8', 'fd00::/4', false],
] as const)('%s inside %s: %s', (smaller, larger, isWithin) => expect(isRangeWithin(smaller, larger)).toBe(isWithin));
