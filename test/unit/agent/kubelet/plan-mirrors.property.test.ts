import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Pod } from '../../../../src/model/object.ts';
import { isMirror, mirrorOf, runningUid } from '../../../../agent/kubelet/static/mirror.ts';
import { planMirrors } from '../../../../agent/kubelet/static/plan-mirrors.ts';
import { storedPod } from './pod-model.ts';

const key = ({ metadata }: Pod): string => `${metadata.namespace}/${metadata.name}`;
const base = storedPod({ containers: [{ name: 'main', image: 'image:1' }] });
const pod = (name: string, namespace: string, uid: string): Pod => ({ ...base, metadata: { ...base.metadata, name, namespace, uid } });
const stored = (one: Pod, uid: string): Pod => ({ ...one, metadata: { ...one.metadata, ...mirrorOf(one).metadata, uid } as Pod['metadata'] });
const leaving = (one: Pod): Pod => ({ ...one, metadata: { ...one.metadata, deletionTimestamp: '2030-01-01T00:00:00.000Z' } });

const places = fc.uniqueArray(fc.record({ name: fc.constantFrom('a', 'b', 'c'), namespace: fc.constantFrom('default', 'team') }), { selector: ({ name, namespace }) => `${namespace}/${name}`, maxLength: 6 });
/** Static Pods by their manifests of today, whose uid tells their content. */
const statics = places.chain((all) => fc.tuple(...all.map(({ name, namespace }) => fc.constantFrom('1', '2').map((content) => pod(name, namespace, `${namespace}-${name}-${content}`)))));
/** What the API holds: mirrors of today's and yesterday's manifests, some of them leaving, and ordinary Pods. */
const held = places.chain((all) => fc.tuple(...all.map(({ name, namespace }) => fc.record({ content: fc.constantFrom('1', '2', ''), isLeaving: fc.boolean() }).map(({ content, isLeaving }) => {
  const one = pod(name, namespace, content ? `${namespace}-${name}-${content}` : `api-${namespace}-${name}`);
  const found = content ? stored(one, `api-${namespace}-${name}`) : one;
  return isLeaving ? leaving(found) : found;
}))));

it('never removes a Pod that is no mirror, and never creates one where a Pod of that name is', () => {
  fc.assert(fc.property(statics, held, (wanted, pods) => {
    const { create, remove } = planMirrors(wanted, pods);
    expect(remove.filter((one) => !isMirror(one))).toEqual([]);
    expect(create.filter((one) => pods.some((other) => key(other) === key(one)))).toEqual([]);
  }));
});

it('leads in two rounds to one living mirror for every static Pod whose name no other Pod has, to no other mirror, and then rests', () => {
  fc.assert(fc.property(statics, held, (wanted, found) => {
    let pods: readonly Pod[] = found;
    for (let round = 0; round < 2; round++) {
      const { create, remove } = planMirrors(wanted, pods);
      pods = [...pods.filter((one) => !remove.includes(one)), ...create.map((one) => stored(one, `new-${key(one)}`))];
    }
    const isTaken = (one: Pod): boolean => found.some((other) => !isMirror(other) && key(other) === key(one));
    const expected = wanted.filter((one) => !isTaken(one)).map(({ metadata }) => metadata.uid);
    expect(pods.filter(isMirror).map(runningUid).sort()).toEqual(expected.sort());
    expect(pods.filter((one) => isMirror(one) && one.metadata.deletionTimestamp !== undefined)).toEqual([]);
    expect(pods.filter((one) => !isMirror(one))).toEqual(found.filter((one) => !isMirror(one)));
    expect(planMirrors(wanted, pods)).toEqual({ create: [], remove: [] });
  }));
});
