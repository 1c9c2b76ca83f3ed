import { portKey } from '../node-info.ts';
import type { Filter } from './filter.ts';

/** A port of a node goes to one Pod per address and protocol; 0.0.0.0 stands for all addresses. */
export const nodePorts: Filter = {
  scope: 'node',
  retriedOn: ['pod-left-node'],
  prepare: ({ hostPorts }) => {
    if (hostPorts.length === 0) return undefined;
    const wanted = hostPorts.map((port) => ({ key: portKey(port), ip: port.ip }));
    return {
      accepts: ({ ports }) => !wanted.some(({ key, ip }) => ports.get(key)?.some((taken) => taken === ip || taken === '0.0.0.0' || ip === '0.0.0.0')),
      explain: () => ["node(s) didn't have free ports for the requested pod ports"],
    };
  },
};
