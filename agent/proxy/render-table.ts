import { createHash } from 'node:crypto';
import { masqueradeMark, renderChain, renderSlot, slotChooser } from './render-chain.ts';
import { plainMapTypes, slottedMapTypes } from './ruleset.ts';
import type { NodeFacts, SlottedMapName } from './ruleset.ts';

/** At most this many clients are remembered per kind of front; beyond it a new client is balanced like any other. */
const stickyClients = 131_072;

/**
 * The table without elements and without balancing chains, as statements for the inside of `table ip gantry { … }`.
 * Reasons for the order of hooks: `wall` before connection tracking, so that it sees addresses as they came in; the others just before Docker's.
 */
export function renderLayout(facts: NodeFacts): string {
  const { podCIDR, clusterCIDR, serviceCIDR } = facts;
  const maps = [
    ...Object.entries(plainMapTypes).map(([name, type]) => `  map ${name} { type ${type} ; }`),
    ...(Object.keys(slottedMapTypes) as SlottedMapName[]).map((name) => `  map ${slotChooser(name)} { typeof numgen random mod 65536 : verdict ; }`),
  ];
  return `${maps.join('\n')}
  map sticky { type ipv4_addr . ipv4_addr . inet_proto . inet_service : ipv4_addr . inet_service ; flags dynamic,timeout ; size ${stickyClients} ; }
  map sticky_ports { type ipv4_addr . inet_proto . inet_service : ipv4_addr . inet_service ; flags dynamic,timeout ; size ${stickyClients} ; }
  chain refuse {
    meta l4proto tcp reject with tcp reset
    reject with icmp port-unreachable
  }
  chain masquerade_all {
    masquerade fully-random
  }
  chain guard {
    ip daddr . meta l4proto . th dport . ip saddr vmap @allowed
    drop
  }
  chain inside {
    ip daddr . meta l4proto . th dport vmap @addresses
    ip daddr vmap @balanced
    fib daddr type local meta l4proto . th dport vmap @ports
  }
  chain outside {
    ip daddr . meta l4proto . th dport vmap @outside_addresses
    ip daddr vmap @balanced
    fib daddr type local meta l4proto . th dport vmap @outside_ports
  }
  chain remember_flow {
    meta l4proto tcp ct original ip daddr . meta l4proto . ct original proto-dst . ip daddr . th dport vmap @remember
    meta l4proto udp ct original ip daddr . meta l4proto . ct original proto-dst . ip daddr . th dport vmap @remember
    meta l4proto tcp meta l4proto . ct original proto-dst . ip daddr . th dport vmap @remember_ports
    meta l4proto udp meta l4proto . ct original proto-dst . ip daddr . th dport vmap @remember_ports
  }
  chain wall { type filter hook prerouting priority raw - 10 ; policy accept ;
    iifname != "lo" ip daddr 127.0.0.0/8 drop
    iifname != "lo" ip saddr 127.0.0.0/8 drop
  }
  chain prerouting { type nat hook prerouting priority dstnat - 10 ; policy accept ;
    ip daddr . meta l4proto . th dport vmap @guarded
    ip saddr != ${podCIDR} jump outside
    jump inside
  }
  chain output { type nat hook output priority -110 ; policy accept ;
    ip daddr . meta l4proto . th dport vmap @guarded
    jump inside
  }
  chain postrouting { type nat hook postrouting priority srcnat - 10 ; policy accept ;
    meta mark & ${masqueradeMark} == ${masqueradeMark} meta mark set meta mark xor ${masqueradeMark} masquerade fully-random
    ip saddr . ip daddr vmap @hairpin
    ip saddr ${podCIDR} ip daddr != ${clusterCIDR} masquerade fully-random
  }
  chain remember_input { type filter hook input priority filter ; policy accept ;
    ct status dnat ct direction original jump remember_flow
  }
  chain remember_postrouting { type filter hook postrouting priority filter ; policy accept ;
    ct status dnat ct direction original jump remember_flow
  }
  chain refuse_input { type filter hook input priority filter - 10 ; policy accept ;
    ct status dnat return
    ip daddr . meta l4proto . th dport vmap @unserved
    meta l4proto { tcp, udp } ip daddr vmap @unserved_addresses
    meta l4proto . th dport vmap @unserved_ports
  }
  chain refuse_forward { type filter hook forward priority filter - 10 ; policy accept ;
    ct status dnat return
    ip daddr . meta l4proto . th dport vmap @unserved
    ip daddr ${serviceCIDR} goto refuse
  }
  chain refuse_output { type filter hook output priority filter - 10 ; policy accept ;
    ct status dnat return
    ip daddr . meta l4proto . th dport vmap @unserved
    oifname != "lo" ip daddr ${serviceCIDR} goto refuse
  }`;
}

/** The name of an empty map that marks a table of exactly this layout; another layout means that the table is loaded anew. */
export function layoutName(facts: NodeFacts): string {
  return `layout_${createHash('sha256').update(renderLayout(facts)).update(sampleChains(facts)).digest('hex').slice(0, 12)}`;
}

function sampleChains(facts: NodeFacts): string {
  return ['cluster_3', 'sticky_external_3', 'sticky_node_3', 'outside_external_3', 'outside_node_3', 'remember_60', 'remember_port_60']
    .flatMap((name) => renderChain(name, facts) ?? []).concat(renderSlot('port_backends', 1)).join('\n');
}
