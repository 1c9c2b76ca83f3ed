import { expect, test } from 'vitest';
import { interruptRollout } from './campaign/interrupt-rollout.ts';
import { simulatedPlace } from './campaign/rollout-place.ts';

const seed = Date.now() % 1_000_000;

test(`a rollout whose server is killed again and again ends with exactly the right Pods (seed ${seed})`, async () => {
  const { pods, replicaSets } = await interruptRollout({ seed, kills: 3, place: simulatedPlace(8), tell: () => undefined });
  expect(new Set(pods.map(({ spec }) => spec.containers[0]?.image)).size).toBe(1);
  expect(pods).toHaveLength(8);
  expect(replicaSets.filter(({ wanted, found }) => wanted > 0 || found > 0)).toEqual([{ image: pods[0]?.spec.containers[0]?.image, wanted: 8, found: 8 }]);
});
