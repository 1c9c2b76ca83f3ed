import type { PolicyPod } from '../../src/kinds/network-policy/policy-pod.ts';

/** First and last of a span of ports. */
export type Span = readonly [number, number];

/** The other end of a connection: members of a set, or a range of addresses with holes. */
export type PeerMatch = { readonly set: string } | { readonly range: string; readonly except: readonly string[] };

/** Where a connection goes: ports of one protocol (all where no spans are given), or `address . protocol . port` in a set. */
export type PortMatch = { readonly protocol: string; readonly spans?: readonly Span[] } | { readonly set: string };

/** Allows connections for which all of it holds. */
export interface Allowance {
  readonly peer?: PeerMatch;
  readonly port?: PortMatch;
}

/** What is allowed to the Pods whose address leads here; everything else is dropped. */
export interface Chain {
  readonly direction: Direction;
  readonly allowances: readonly Allowance[];
}

/** As the Pod sees it. */
export type Direction = 'ingress' | 'egress';

/** A set whose members come from elsewhere. */
export interface PeerSetUse {
  /** The group; see `peerGroupsOf`. */
  readonly groupKey: string;
  /** Whether its members are `address . protocol . port` and not only addresses. */
  readonly hasPorts: boolean;
}

/** What the table should hold, but for the members of groups. Chains and sets are named after what they mean, so that one that changes gets another name. */
export interface Layout {
  /** By address of a Pod of this node that policies select in this direction: its chain. */
  readonly ingress: ReadonlyMap<string, string>;
  readonly egress: ReadonlyMap<string, string>;
  readonly chains: ReadonlyMap<string, Chain>;
  readonly peerSets: ReadonlyMap<string, PeerSetUse>;
  /** Named ports of this node's own Pods: by name of the set its members `address . protocol . port`. */
  readonly portSets: ReadonlyMap<string, ReadonlySet<string>>;
}

/** A table without anything in it. */
export const emptyLayout: Layout = { ingress: new Map(), egress: new Map(), chains: new Map(), peerSets: new Map(), portSets: new Map() };

/** A Pod of this node at its address. */
export interface LocalPod extends PolicyPod {
  readonly address: string;
}
