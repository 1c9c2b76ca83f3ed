import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { podLimits, podRequests } from '../../../src/kinds/pod/pod-resources.ts';
import { qosClass } from '../../../src/kinds/pod/qos-class.ts';
import type { ContainerInput, ResourceRequirementsInput } from '../../../src/model/object.ts';
import { storedObject } from '../../support/arbitraries/stored.ts';
import { podWith } from './problems.ts';

const containers = (kind: string, resources: ReadonlyArray<ResourceRequirementsInput>): readonly ContainerInput[] => resources.map((one, number) => ({ name: `${kind}-${number}`, image: 'a:1', resources: one }));
const cpu = (milli: number): ResourceRequirementsInput => ({ requests: { cpu: `${milli}m` } });
const pod = (app: readonly ContainerInput[], init: readonly ContainerInput[] = []) => storedObject('Pod', podWith({ containers: app, initContainers: init }));
const sidecar = (container: ContainerInput): ContainerInput => ({ ...container, restartPolicy: 'Always' });

describe('podRequests', () => {
  it('adds the containers, cpu in thousandths and memory in bytes', () => {
    expect(podRequests(pod(containers('app', [{ requests: { cpu: '250m', memory: '64Mi' } }, { limits: { cpu: '1.5', 'example.com/gpu': '2' } }])))).toEqual({ cpu: 1750, memory: 67_108_864, 'example.com/gpu': 2 });
  });

  it('takes the largest init container where that is more, for each resource by itself', () => {
    const init = containers('init', [{ requests: { cpu: '2' } }, { requests: { memory: '1Ki' } }]);
    expect(podRequests(pod(containers('app', [cpu(300), { requests: { memory: '2Ki' } }]), init))).toEqual({ cpu: 2000, memory: 2048 });
  });

  it('adds sidecars to the containers, and to the init containers after them', () => {
    const [before, side, after] = containers('init', [cpu(500), cpu(100), cpu(500)]);
    if (before === undefined || side === undefined || after === undefined) throw new Error('three were made');
    expect(podRequests(pod(containers('app', [cpu(300)]), [before, sidecar(side)]))).toEqual({ cpu: 500 });
    expect(podRequests(pod(containers('app', [cpu(300)]), [sidecar(side), after]))).toEqual({ cpu: 600 });
    expect(podRequests(pod(containers('app', [cpu(550)]), [sidecar(side), after]))).toEqual({ cpu: 650 });
  });

  it('is the most that is needed at any moment of a life told step by step', () => {
    const init = fc.array(fc.record({ milli: fc.integer({ min: 1, max: 900 }), isSidecar: fc.boolean() }), { maxLength: 4 });
    fc.assert(fc.property(init, fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 3 }), (steps, apps) => {
      let running = 0;
      let most = 0;
      for (const { milli, isSidecar } of steps) {
        most = Math.max(most, running + milli);
        if (isSidecar) running += milli;
      }
      most = Math.max(most, running + apps.reduce((sum, milli) => sum + milli, 0));
      const initContainers = containers('init', steps.map(({ milli }) => cpu(milli))).map((one, number) => (steps[number]?.isSidecar ? sidecar(one) : one));
      expect(podRequests(pod(containers('app', apps.map(cpu)), initContainers))).toEqual({ cpu: most });
    }));
  });

  it('counts limits in the same way', () => {
    expect(podLimits(pod(containers('app', [{ limits: { cpu: '1' }, requests: { cpu: '100m' } }, cpu(100)])))).toEqual({ cpu: 1000 });
  });
});

describe('qosClass', () => {
  const full = { limits: { cpu: '1', memory: '1Gi' } };
  it.each<readonly [string, ReadonlyArray<ResourceRequirementsInput>, ReadonlyArray<ResourceRequirementsInput>]>([
    ['BestEffort', [{}], []],
    ['BestEffort', [{ requests: { cpu: '0' } }, { limits: { 'example.com/gpu': '1' } }], []],
    ['Guaranteed', [full], []],
    ['Guaranteed', [{ limits: { cpu: '1000m', memory: '1024Mi' }, requests: { cpu: '1', memory: '1Gi' } }], [full]],
    ['Burstable', [full, {}], []],
    ['Burstable', [full], [{}]],
    ['Burstable', [{ limits: { cpu: '1' } }], []],
    ['Burstable', [{ ...full, requests: { cpu: '500m' } }], []],
    ['Burstable', [{ requests: { memory: '1Mi' } }], []],
  ])('is %s for %j with init containers %j', (expected, app, init) => {
    expect(qosClass(pod(containers('app', app), containers('init', init)))).toBe(expected);
  });
});
