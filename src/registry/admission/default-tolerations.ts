import { isKind } from '../../model/object.ts';
import type { StoredObject, Toleration } from '../../model/object.ts';
import type { AdmissionRule } from './admission-rule.ts';

const lostNodeTaints = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'] as const;

/** Lets every Pod put up with a lost node for some time before it is replaced elsewhere, unless it says itself for how long. An update that leaves the rule out keeps it. */
export const defaultTolerations: AdmissionRule = {
  name: 'default-tolerations',
  kinds: ['Pod'],
  admit({ before, after }, { config }) {
    if (!after || !isKind(after, 'Pod') || after === before) return {};
    const missing = lostNodeTaints.filter((taint) => !after.spec.tolerations.some((toleration) => covers(toleration, taint)));
    if (missing.length === 0) return {};
    const kept = before && isKind(before, 'Pod') ? before.spec.tolerations : [];
    const added = missing.map((key): Toleration => kept.find((toleration) => covers(toleration, key)) ?? ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: config.defaultTolerationSeconds ?? 300 }));
    return { object: { ...after, spec: { ...after.spec, tolerations: [...after.spec.tolerations, ...added] } } as StoredObject };
  },
};

function covers({ key, effect }: Toleration, taint: string): boolean {
  return (!key || key === taint) && (effect === undefined || effect === 'NoExecute');
}
