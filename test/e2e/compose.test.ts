import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { buildHelloImage } from '../../examples/images/build-hello.mjs';
import { buildComposeImages, composeOn, removeComposeImages } from './support/compose.ts';
import { listContainers } from './support/docker.ts';
import { until } from './support/engine.ts';
import { graphqlRequest } from './support/gantry.ts';

const settings = readFileSync(path.resolve(import.meta.dirname, '../../examples/settings.yaml'), 'utf8');
const hello = readFileSync(path.resolve(import.meta.dirname, '../../examples/hello.yaml'), 'utf8');

describe('docker-compose.yml: PostgreSQL, a server and an agent as containers', () => {
  const socket = inject('dockerSocket'), outside = inject('outsideDockerSocket');
  const folder = mkdtempSync(path.join(tmpdir(), 'gc-'));
  const compose = composeOn(socket, folder);
  let token = '';
  const graphql = <T>(document: string, variables: Record<string, unknown> = {}) => graphqlRequest<T>('http://127.0.0.1:7480/graphql', token, document, variables);
  const pods = async () => (await listContainers(socket)).filter(({ name }) => /^k8s_(?!POD_)/.test(name));

  beforeAll(async () => {
    // As every machine with systemd has it: mounts that the agent makes are seen by the engine.
    execFileSync('mount', ['--bind', folder, folder]);
    execFileSync('mount', ['--make-rshared', folder]);
    await buildHelloImage(socket);
    await buildComposeImages(outside, socket);
    await compose('up', '-d', '--no-build');
    token = (await compose('exec', '-T', 'server', 'cat', '/var/lib/gantry/admin.token')).trim();
  }, 900_000);
  afterAll(async () => {
    await compose('stop', 'agent');
    await compose('run', '--rm', 'remove-node');
    await compose('down', '--volumes', '--timeout', '20');
    expect(await listContainers(socket)).toEqual([]);
    await removeComposeImages(outside, socket);
    execFileSync('umount', [folder]);
    rmSync(folder, { recursive: true });
  });

  test('one command makes a cluster whose node is ready', async () => {
    await until(async () => (await graphql<{ nodes: { nodes: { status: { conditions: { type: string; status: string }[] } }[] } }>('{ nodes { nodes { status { conditions { type status } } } } }'))
      .nodes.nodes.some(({ status }) => status.conditions.some((one) => one.type === 'Ready' && one.status === 'True')), 'the node is ready');
  });

  test('its agent runs Pods with volumes on the engine that runs it, and their Service answers', async () => {
    await graphql('mutation ($manifests: String!) { applyManifests(manifests: $manifests, fieldManager: "test") { revision } }', { manifests: `${hello}\n---\n${settings}` });
    await until(async () => (await graphql<{ pods: { nodes: { status: { phase: string } }[] } }>('{ pods { nodes { status { phase } } } }'))
      .pods.nodes.every(({ status }) => status.phase === 'Running' || status.phase === 'Succeeded'), 'all Pods run', 120_000);
    await until(() => fetch('http://10.98.0.1:30080').then((response) => response.ok, () => false), 'the node port answers');
  });

  test('down leaves Pods and data; up finds both again', async () => {
    const before = (await pods()).map(({ id }) => id).sort();
    expect(before.length).toBeGreaterThanOrEqual(3);
    await compose('down', '--timeout', '20');
    expect((await pods()).map(({ id }) => id).sort()).toEqual(before);
    await compose('up', '-d', '--no-build');
    const available = async () => (await graphql<{ deployment: { status: { availableReplicas: number } } }>('{ deployment(name: "hello") { status { availableReplicas } } }')).deployment.status.availableReplicas;
    await until(async () => (await available()) === 3, 'all Pods are available again');
    expect((await pods()).map(({ id }) => id).sort()).toEqual(before);
    await graphql('mutation { scaleDeployment(name: "hello", replicas: 4) { revision } }');
    await until(async () => (await pods()).length === before.length + 1, 'the agent takes new work');
    expect((await pods()).map(({ id }) => id)).toEqual(expect.arrayContaining(before));
  });
});
