import { dnsAddress } from '../../src/kinds/network-policy/policy-pod.ts';
import type { Peers } from './plan-update.ts';

/** The members of groups as the cluster tells them. */
export interface ToldPeers {
  peers(groupKey: string): ReadonlySet<string>;
}

/** Members of groups as this node's rules need them: where the cluster says "the DNS", the addresses at which this node answers. */
export function knownPeers(view: ToldPeers, answeredHere: readonly string[], touched: ReadonlyMap<string, ReadonlySet<string>>): Peers {
  const expand = (member: string): readonly string[] => {
    const [address = '', ...rest] = member.split(' . ');
    return address === dnsAddress ? answeredHere.map((own) => [own, ...rest].join(' . ')) : [member];
  };
  const asTold = (member: string): string => {
    const [address = '', ...rest] = member.split(' . ');
    return [answeredHere.includes(address) ? dnsAddress : address, ...rest].join(' . ');
  };
  return {
    all: (key) => new Set([...view.peers(key)].flatMap(expand)),
    has: (key, member) => view.peers(key).has(member) || view.peers(key).has(asTold(member)),
    touched: new Map([...touched].map(([key, members]) => [key, new Set([...members].flatMap(expand))])),
  };
}
