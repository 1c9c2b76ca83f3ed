import { formatTime } from '../../lib/clock.ts';
import { isKind } from '../../model/object.ts';
import type { StoredObject } from '../../model/object.ts';
import type { AdmissionRule } from './admission-rule.ts';

/** Notes when a NoExecute taint came, where whoever set it did not say: tolerationSeconds count from then. Written again without its time, a taint keeps it. */
export const nodeTaintTimes: AdmissionRule = {
  name: 'node-taint-times',
  kinds: ['Node'],
  admit({ before, after }, { nowMs }) {
    if (!after || !isKind(after, 'Node') || after === before || !after.spec.taints.some(({ effect, timeAdded }) => effect === 'NoExecute' && timeAdded === undefined)) return {};
    const known = before && isKind(before, 'Node') ? before.spec.taints : [];
    const taints = after.spec.taints.map((taint) => {
      if (taint.effect !== 'NoExecute' || taint.timeAdded !== undefined) return taint;
      return { ...taint, timeAdded: known.find(({ key, effect }) => key === taint.key && effect === taint.effect)?.timeAdded ?? formatTime(nowMs) };
    });
    return { object: { ...after, spec: { ...after.spec, taints } } as StoredObject };
  },
};
