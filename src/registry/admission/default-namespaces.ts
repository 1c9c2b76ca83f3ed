import { ApiError } from '../../model/errors.ts';
import type { AdmissionRule } from './admission-rule.ts';

/** The namespaces that every cluster has. */
export const defaultNamespaces = ['default', 'kube-system', 'kube-public', 'kube-node-lease'] as const;

/** Protects the namespaces that every cluster has from deletion. */
export const protectDefaultNamespaces: AdmissionRule = {
  name: 'protect-default-namespaces',
  kinds: ['Namespace'],
  admit({ key, after }) {
    const goes = !after || after.metadata.deletionTimestamp !== undefined;
    if (!goes || !(defaultNamespaces as readonly string[]).includes(key.name)) return {};
    throw new ApiError('FORBIDDEN', `Namespace "${key.name}" can't be deleted: every cluster has it`, { subject: key });
  },
};
