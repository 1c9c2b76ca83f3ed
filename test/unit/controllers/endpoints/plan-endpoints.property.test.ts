import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planEndpoints } from '../../../../src/controllers/endpoints/plan-endpoints.ts';
import { aService, fewPods } from '../support/services.ts';

const zones = new Map([['node-1', 'east']]);

test('each Pod with an address that has not ended is one endpoint, in the group of its ports and address type, with the state and zone it has', () => {
  fc.assert(fc.property(fewPods, fc.boolean(), (pods, publishNotReadyAddresses) => {
    const groups = planEndpoints(aService({ publishNotReadyAddresses }), pods, zones);
    const seen = groups.flatMap((group) => [...group.endpoints].map(([uid, endpoint]) => ({ uid, ...endpoint, type: group.addressType, ports: group.ports.map((port) => `${port.name}:${port.port}`) })));
    const wanted = pods.filter((pod) => pod.status.podIP !== undefined && ['Pending', 'Running'].includes(pod.status.phase)).map((pod) => {
      const isReady = pod.status.conditions[0]?.status === 'True', isGoing = pod.metadata.deletionTimestamp !== undefined;
      const http = pod.spec.containers[0]?.ports[0]?.containerPort;
      return {
        uid: pod.metadata.uid, addresses: [pod.status.podIP], type: pod.status.podIP?.startsWith('fd') ? 'IPv6' : 'IPv4', ports: [...(http === undefined ? [] : [`http:${http}`]), 'raw:7000'],
        conditions: { ready: publishNotReadyAddresses || (isReady && !isGoing), serving: isReady, terminating: isGoing },
        ...(pod.spec.nodeName === undefined ? {} : { nodeName: pod.spec.nodeName }), ...(pod.spec.nodeName === 'node-1' ? { zone: 'east' } : {}),
        targetRef: { kind: 'Pod', namespace: 'default', name: pod.metadata.name, uid: pod.metadata.uid },
      };
    });
    const byUid = (one: { readonly uid: string }, other: { readonly uid: string }): number => (one.uid < other.uid ? -1 : 1);
    expect(seen.toSorted(byUid)).toEqual(wanted.toSorted(byUid));
    expect(new Set(groups.map((group) => JSON.stringify([group.addressType, group.ports]))).size).toBe(groups.length);
  }));
});

test('a Pod that has none of the ports is no endpoint; a Service without ports takes every Pod', () => {
  fc.assert(fc.property(fewPods, (pods) => {
    const uids = (ports: 'named' | 'none'): readonly string[] => planEndpoints(aService({ ports: ports === 'none' ? [] : aService().spec.ports.slice(0, 1) }), pods, zones).flatMap((group) => [...group.endpoints.keys()]).sort();
    const addressed = pods.filter((pod) => pod.status.podIP !== undefined && ['Pending', 'Running'].includes(pod.status.phase));
    expect(uids('none')).toEqual(addressed.map((pod) => pod.metadata.uid).sort());
    expect(uids('named')).toEqual(addressed.filter((pod) => pod.spec.containers[0]?.ports.length).map((pod) => pod.metadata.uid).sort());
  }));
});
