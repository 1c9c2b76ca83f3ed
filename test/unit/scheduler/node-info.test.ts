import { expect, test } from 'vitest';
import { nodeInfoOf, withPod, withoutPod } from '../../../src/scheduler/node-info.ts';
import { podInfoOf } from '../../../src/scheduler/pod-info.ts';
import { aNode, aPod } from './objects.ts';

const web = (name: string, hostIP: string) => podInfoOf(aPod(name, { requests: { cpu: '1', 'example.com/gpu': '1' }, hostPorts: [{ hostPort: 80, hostIP, protocol: 'TCP' }] }));

test('a Pod that leaves takes its own share with it, whatever order they came in', () => {
  const empty = nodeInfoOf(aNode('a'));
  const [first, second] = [web('x', '10.0.0.1'), web('y', '10.0.0.2')];
  const both = withPod(withPod(empty, first), second);
  expect(both).toMatchObject({ podCount: 2, requested: { cpuMillis: 2000 } });
  expect([...both.ports]).toEqual([['TCP/80', ['10.0.0.1', '10.0.0.2']]]);
  expect(withoutPod(both, first)).toEqual(withPod(empty, second));
  expect(withoutPod(both, second)).toEqual(withPod(empty, first));
  expect(withoutPod(withoutPod(both, first), second)).toEqual(empty);
});
