import type { AdmissionRule } from './admission-rule.ts';

/** All rules, in the order in which they are asked. */
export const admissionRules: readonly AdmissionRule[] = [];
