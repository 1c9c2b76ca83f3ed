import { namespaceFinalizer } from '../../kinds/namespace/defaults.ts';
import { isKind } from '../../model/object.ts';
import type { AdmissionRule } from './admission-rule.ts';

/** Holds every Namespace until its content is gone, whatever finalizers a client gives: only while it is being deleted can this one be taken away. */
export const namespaceContentFinalizer: AdmissionRule = {
  name: 'namespace-content-finalizer',
  kinds: ['Namespace'],
  admit({ after }) {
    if (!after || !isKind(after, 'Namespace') || after.metadata.deletionTimestamp !== undefined || after.spec.finalizers.includes(namespaceFinalizer)) return {};
    return { object: { ...after, spec: { finalizers: [...after.spec.finalizers, namespaceFinalizer] } } };
  },
};
