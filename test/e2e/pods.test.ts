import { mkdtempSync, rmSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { listContainers } from './support/docker.ts';
import { until } from './support/engine.ts';
import { leaveNothing, startGantry } from './support/gantry.ts';
import type { Gantry } from './support/gantry.ts';

const shell = (script: string) => `image: gantry/hello:1\n      command: ["/bin/sh", "-c", ${JSON.stringify(script)}]`;

const sharing = `
apiVersion: v1
kind: ConfigMap
metadata: {name: words}
data: {GREETING: "good day"}
---
apiVersion: v1
kind: Secret
metadata: {name: keys}
stringData: {KEY: "open sesame"}
---
apiVersion: v1
kind: Pod
metadata: {name: pair, labels: {app: pair}}
spec:
  terminationGracePeriodSeconds: 1
  volumes:
    - {name: shared, emptyDir: {}}
    - {name: kept, hostPath: {path: "$KEPT", type: DirectoryOrCreate}}
    - {name: words, configMap: {name: words}}
  initContainers:
    - name: first
      ${shell('echo prepared > /shared/first').replace(/\n {6}/g, '\n      ')}
      volumeMounts: [{name: shared, mountPath: /shared}]
  containers:
    - name: writer
      ${shell('cat /shared/first > /shared/second; echo "$GREETING, $KEY, $POD_NAME, $HELLO_SERVICE_HOST" > /shared/environment; cp /shared/environment /kept/; exec sleep 3600')}
      env:
        - {name: GREETING, valueFrom: {configMapKeyRef: {name: words, key: GREETING}}}
        - {name: KEY, valueFrom: {secretKeyRef: {name: keys, key: KEY}}}
        - {name: POD_NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
      volumeMounts: [{name: shared, mountPath: /shared}, {name: kept, mountPath: /kept}]
    - name: reader
      ${shell('until [ -s /shared/environment ]; do sleep 0.1; done; cat /shared/second /shared/environment /words/GREETING; echo; exec sleep 3600')}
      volumeMounts: [{name: shared, mountPath: /shared}, {name: words, mountPath: /words}]
`;

/** What containers of one Pod share, and what is left when it goes. */
describe('a Pod of several containers', () => {
  const stateFolder = mkdtempSync(path.join(tmpdir(), 'gantry-')), kept = mkdtempSync(path.join(tmpdir(), 'gantry-kept-'));
  const socket = inject('dockerSocket');
  let gantry: Gantry;
  beforeAll(async () => { gantry = await startGantry({ stateFolder }); });
  afterAll(async () => { await leaveNothing(gantry, stateFolder); rmSync(kept, { recursive: true, force: true }); });

  test('runs its init container first, shares volumes, and sees its environment', async () => {
    await gantry.graphql('mutation ($manifests: String!) { applyManifests(manifests: $manifests) { revision } }', { manifests: sharing.replace('$KEPT', kept) });
    const { service } = await gantry.graphql<{ service: { spec: { clusterIP: string } } }>('{ service(name: "hello") { spec { clusterIP } } }');
    await until(async () => (await logs(gantry, 'reader')).length >= 3, 'the reader has read');
    expect(await logs(gantry, 'reader')).toEqual(['prepared', `good day, open sesame, pair, ${service.spec.clusterIP}`, 'good day']);
  });

  test('its deletion leaves nothing behind but the host path', async () => {
    const { pod } = await gantry.graphql<{ pod: { metadata: { uid: string } } }>('{ pod(name: "pair") { metadata { uid } } }');
    await gantry.graphql('mutation { deletePod(name: "pair") { revision } }');
    await until(async () => (await gantry.graphql<{ pod: unknown }>('{ pod(name: "pair") { metadata { uid } } }')).pod === null, 'the Pod is gone');
    expect((await listContainers(socket)).filter((c) => c.podUid === pod.metadata.uid)).toEqual([]);
    expect(existsSync(path.join(kept, 'environment'))).toBe(true);
    const { execFileSync } = await import('node:child_process');
    expect(execFileSync('find', [stateFolder, '-path', `*${pod.metadata.uid}*`], { encoding: 'utf8' })).toBe('');
  });

  test('deleting the Deployment removes its ReplicaSets, Pods and containers', async () => {
    await gantry.graphql('mutation { deleteDeployment(name: "hello") { revision } }');
    await until(async () => {
      const { pods, replicaSets } = await gantry.graphql<{ pods: { totalCount: number }; replicaSets: { totalCount: number } }>('{ pods(labelSelector: "app=hello") { totalCount } replicaSets { totalCount } }');
      return pods.totalCount === 0 && replicaSets.totalCount === 0 && (await listContainers(socket)).every((c) => !c.podName.startsWith('hello-'));
    }, 'nothing of hello is left', 90_000);
    await expect(fetch('http://127.0.0.1:30080/', { signal: AbortSignal.timeout(2000) })).rejects.toThrow();
  });
});

async function logs(gantry: Gantry, container: string): Promise<readonly string[]> {
  try {
    const { podLogs } = await gantry.graphql<{ podLogs: { lines: string[] } }>('query ($container: String) { podLogs(name: "pair", container: $container) { lines } }', { container });
    return podLogs.lines;
  } catch {
    return [];
  }
}
