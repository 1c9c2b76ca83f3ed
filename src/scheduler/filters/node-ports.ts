import { portKey } from '../node-info.ts';
import type { Filter } from './filter.ts';

/** A port of a node goes to one Pod per address and protocol; 0.0.0.0 stands for all addresses. */
export const nodePorts: Filter = {
  retriedOn: ['pod-left-node'],
  prepare: ({ hostPorts }) => {
    if (hostPorts.length === 0) return undefined;
    return ({ ports }) => {
      const isTaken = hostPorts.some((wanted) => ports.get(portKey(wanted))?.some((ip) => ip === wanted.ip || ip === '0.0.0.0' || wanted.ip === '0.0.0.0'));
      return isTaken ? ["node(s) didn't have free ports for the requested pod ports"] : undefined;
    };
  },
};
