import { namespaceFinalizer } from '../../kinds/namespace/defaults.ts';
import { isKind } from '../../model/object.ts';
import type { AdmissionRule } from './admission-rule.ts';

/** Holds every new Namespace until its content is gone, also where the client gives no finalizer. */
export const namespaceContentFinalizer: AdmissionRule = {
  name: 'namespace-content-finalizer',
  kinds: ['Namespace'],
  admit({ before, after }) {
    if (before || !after || !isKind(after, 'Namespace') || after.spec.finalizers.includes(namespaceFinalizer)) return {};
    return { object: { ...after, spec: { finalizers: [...after.spec.finalizers, namespaceFinalizer] } } };
  },
};
