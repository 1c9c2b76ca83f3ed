import { hashText } from '../../lib/hash-text.ts';

/**
 * The node that answers for an address: the present one as long as it may, else one of those that may, always the same of the same; undefined when none may.
 * Different addresses lead to different nodes.
 */
export function chooseNode(address: string, present: string | undefined, eligible: readonly string[]): string | undefined {
  if (present !== undefined && eligible.includes(present)) return present;
  const ranked = eligible.map((name) => ({ name, rank: rankOf(`${address} ${name}`) })).sort((one, other) => other.rank - one.rank || (one.name < other.name ? -1 : 1));
  return ranked[0]?.name;
}

/** Like texts differ little in their hashes; stirred, their order is as good as chance. */
function rankOf(text: string): number {
  const hash = hashText(text);
  const stirred = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (Math.imul(stirred ^ (stirred >>> 13), 0xc2b2ae35) ^ (stirred >>> 16)) >>> 0;
}
