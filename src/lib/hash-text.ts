/** A number of 32 bits that spreads texts evenly and is the same everywhere (FNV-1a). Not for secrets. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}
