/** Kinds whose objects only say that a name is taken. They belong to no namespace, though their owner may live in one. */
const claimKinds = ['ClusterIPClaim', 'NodePortClaim', 'PodCIDRClaim'] as const;
/** A kind of claim. */
export type ClaimKind = (typeof claimKinds)[number];

/** Whether a kind is a kind of claim. */
export function isClaim(kind: string): kind is ClaimKind {
  return (claimKinds as readonly string[]).includes(kind);
}
