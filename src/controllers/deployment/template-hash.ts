import { hashText } from '../../lib/hash-text.ts';
import { sameValue } from '../../lib/same-value.ts';
import type { PodTemplateSpec } from '../../model/object.ts';

/** The label that tells the Pods of one template from those of the Deployment's other templates. */
export const hashLabel = 'pod-template-hash';

const letters = 'bcdfghjklmnpqrstvwxz2456789';

/** A short text that differs for different templates (almost always; else `collisionCount` makes it differ). The order of fields does not matter. */
export function templateHash(template: PodTemplateSpec, collisionCount: number): string {
  const hash = hashText(`${canonicalText(template)}${collisionCount || ''}`);
  return [...String(hash)].map((digit) => letters[Number(digit) % letters.length]).join('');
}

/** Whether two templates make the same Pods, apart from the label with their hash. */
export function sameTemplate(one: PodTemplateSpec, other: PodTemplateSpec): boolean {
  return sameValue(withoutHash(one), withoutHash(other));
}

/** The template with the label that names its hash. */
export function withHash(template: PodTemplateSpec, hash: string): PodTemplateSpec {
  return { ...template, metadata: { ...template.metadata, labels: { ...template.metadata.labels, [hashLabel]: hash } } };
}

/** The template as its Deployment has it. */
export function withoutHash(template: PodTemplateSpec): PodTemplateSpec {
  if (template.metadata.labels[hashLabel] === undefined) return template;
  const labels = Object.fromEntries(Object.entries(template.metadata.labels).filter(([key]) => key !== hashLabel));
  return { ...template, metadata: { ...template.metadata, labels } };
}

function canonicalText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).filter(([, field]) => field !== undefined).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${canonicalText(field)}`).join(',')}}`;
}
