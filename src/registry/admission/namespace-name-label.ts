import type { AdmissionRule } from './admission-rule.ts';

/** The label by which selectors can tell namespaces apart; it is always the namespace's name. */
export const nameLabel = 'kubernetes.io/metadata.name';

/** Sets the label that says a Namespace's name, also where a client changes or removes it. */
export const namespaceNameLabel: AdmissionRule = {
  name: 'namespace-name-label',
  kinds: ['Namespace'],
  admit({ after }) {
    if (!after || after.metadata.labels[nameLabel] === after.metadata.name) return {};
    return { object: { ...after, metadata: { ...after.metadata, labels: { ...after.metadata.labels, [nameLabel]: after.metadata.name } } } };
  },
};
