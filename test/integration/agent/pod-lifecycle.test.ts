import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sh, startDockerNode, testImage } from './docker-node.ts';
import type { DockerNode } from './docker-node.ts';

describe('a Pod on Docker', () => {
  let node: DockerNode;
  beforeAll(async () => {
    node = await startDockerNode();
  });
  afterAll(() => node[Symbol.asyncDispose]());

  it('runs, gets an address, and reports it', async () => {
    const { cluster } = node;
    cluster.createPod('web', { containers: [{ name: 'web', image: testImage, command: sh('sleep 1000') }] });
    await cluster.until('web is ready', () => cluster.pod('web').status.conditions.some(({ type, status }) => type === 'Ready' && status === 'True'));
    const { status } = cluster.pod('web');
    expect(status.phase).toBe('Running');
    expect(status.podIP).toMatch(/^10\.|^172\./);
    expect(status.containerStatuses[0]).toMatchObject({ name: 'web', ready: true, restartCount: 0, image: testImage, started: true });
    expect(status.containerStatuses[0]?.containerID).toBe(`docker://${await node.containerId('web')}`);
    expect(cluster.events.map(({ reason }) => reason)).toEqual(expect.arrayContaining(['Pulled', 'Started']));
  });
});
