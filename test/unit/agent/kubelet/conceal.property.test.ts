import fc from 'fast-check';
import { expect, it } from 'vitest';
import { conceal, secretValues, tells } from '../../../../agent/kubelet/env/conceal.ts';
import { LocalCluster } from '../../../integration/agent/local-cluster.ts';

/** None is part of what stands in its place. */
const secret = fc.stringMatching(/^[A-Z0-9.*+?^${}()|[\]\\]{3,12}$/);
const values = fc.uniqueArray(secret, { maxLength: 4 }).map((all) => all.toSorted((one, other) => other.length - one.length));

it('leaves nothing of a Secret in a text, and all else', () => {
  fc.assert(fc.property(values, fc.array(fc.oneof(fc.stringMatching(/^[a-z ]{0,8}$/), fc.nat(3)), { maxLength: 8 }), (secrets, pieces) => {
    const text = pieces.map((piece) => (typeof piece === 'string' ? piece : ` ${secrets[piece] ?? ''} `)).join('');
    const shown = conceal(text, secrets);
    for (const one of secrets) expect(shown).not.toContain(one);
    expect(shown.replace(/[^a-z ]|<secret>/g, '').replaceAll('secret', '')).toBe(text.replace(/[^a-z ]/g, '').replaceAll('secret', ''));
    expect(tells(new Error('outside', { cause: new Error(text) }), secrets)).toBe(shown !== text);
  }));
});

it('knows what the variables of a container are given from Secrets, whole or by key', () => {
  const cluster = new LocalCluster().sync();
  cluster.putSecret('one', { A: 'first', B: 'of the second\n', C: 'x' });
  cluster.putSecret('two', { D: 'third' });
  cluster.putSecret('three', { E: 'fourth' });
  const pod = cluster.createPod('p', { containers: [{ name: 'a', image: 'a', env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'one', key: 'A' } } }], envFrom: [{ secretRef: { name: 'two' } }, { secretRef: { name: 'missing', optional: true } }] }] });
  expect(secretValues(pod, pod.spec.containers[0]!, { secret: (namespace, name) => cluster.view.secret(namespace, name) })).toEqual(['of the second', 'first', 'third']);
});
