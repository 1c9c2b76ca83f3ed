import type { Content } from '../kind.ts';

/** A Pod keeps the node that it was bound to. */
export function carryOver(next: Content<'Pod'>, previous: Content<'Pod'>): Content<'Pod'> {
  const { nodeName } = previous.spec;
  return next.spec.nodeName === undefined && nodeName !== undefined ? { spec: { ...next.spec, nodeName } } : next;
}
