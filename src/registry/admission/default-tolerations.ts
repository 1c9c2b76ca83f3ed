import { memo } from '../../lib/memo.ts';
import { isKind } from '../../model/object.ts';
import type { Pod, StoredObject, Toleration } from '../../model/object.ts';
import type { AdmissionRule } from './admission-rule.ts';

const lostNodeTaints = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'] as const;

/** Lets every Pod put up with a lost node for some time before it is replaced elsewhere, unless it says itself for how long. An update that leaves the rule out keeps it. */
export const defaultTolerations: AdmissionRule = {
  name: 'default-tolerations',
  kinds: ['Pod'],
  admit({ before, after }, { config }) {
    if (!after || !isKind(after, 'Pod') || after === before) return {};
    const seconds = config.defaultTolerationSeconds ?? 300;
    const spec = before && isKind(before, 'Pod') ? completed(after.spec, before.spec.tolerations, seconds) : completedNew(after.spec, seconds);
    return spec === after.spec ? {} : { object: { ...after, spec } as StoredObject };
  },
};

function completed(spec: Pod['spec'], kept: readonly Toleration[], seconds: number): Pod['spec'] {
  const missing = lostNodeTaints.filter((taint) => !spec.tolerations.some((toleration) => covers(toleration, taint)));
  if (missing.length === 0) return spec;
  const added = missing.map((key): Toleration => kept.find((toleration) => covers(toleration, key)) ?? ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: seconds }));
  return { ...spec, tolerations: [...spec.tolerations, ...added] };
}

/** New Pods of one template go on sharing their spec. */
function completedNew(spec: Pod['spec'], seconds: number): Pod['spec'] {
  return newSpecs(spec)(seconds);
}

const newSpecs = memo(256, (spec: Pod['spec']) => {
  const bySeconds = new Map<number, Pod['spec']>();
  return (seconds: number): Pod['spec'] => {
    const known = bySeconds.get(seconds) ?? completed(spec, [], seconds);
    bySeconds.set(seconds, known);
    return known;
  };
});

function covers({ key, effect }: Toleration, taint: string): boolean {
  return (!key || key === taint) && (effect === undefined || effect === 'NoExecute');
}
