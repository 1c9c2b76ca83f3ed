import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isConditionTrue } from '../../../src/model/conditions.ts';
import { sh, startDockerNode, testImage } from './docker-node.ts';
import type { DockerNode } from './docker-node.ts';

const idle = sh("trap 'exit 0' TERM; while true; do sleep 0.2; done");

describe('a Pod that is disturbed', () => {
  let node: DockerNode;
  const isReady = (name: string): boolean => isConditionTrue(node.cluster.pod(name).status.conditions, 'Ready');
  const main = (name: string) => node.cluster.pod(name).status.containerStatuses[0]!;

  beforeAll(async () => {
    node = await startDockerNode();
  });
  afterAll(() => node[Symbol.asyncDispose]());

  it('gets a new sandbox when its pause container is killed, and its containers start again', async () => {
    const { cluster, docker } = node;
    cluster.createPod('sandboxed', { containers: [{ name: 'main', image: testImage, command: idle }] });
    await cluster.until('it is ready', () => isReady('sandboxed'));
    const before = main('sandboxed').containerID;
    await docker.getContainer(await node.containerId('POD', 'sandboxed')).kill();
    await cluster.until('it started again', () => main('sandboxed').restartCount === 1 && isReady('sandboxed'));
    expect(main('sandboxed').containerID).not.toBe(before);
    expect(cluster.events).toContainEqual(expect.objectContaining({ pod: 'sandboxed', reason: 'SandboxChanged' }));
    cluster.deletePod('sandboxed', 1);
  });

  it('is adopted by the next agent without a restart, and a container killed meanwhile is started again', async () => {
    const { cluster, docker } = node;
    const probe = { exec: { command: sh('true') }, periodSeconds: 1, timeoutSeconds: 10, initialDelaySeconds: 0 };
    cluster.createPod('adopted', { containers: [{ name: 'main', image: testImage, command: idle, readinessProbe: probe }] });
    await cluster.until('it is ready', () => isReady('adopted'));
    const id = await node.containerId('main', 'adopted');
    const written = cluster.statuses.length;
    await node.restartKubelet();
    await cluster.until('the new agent knows it', () => node.kubelet.worker(cluster.pod('adopted').metadata.uid)?.observed() !== undefined);
    expect(await node.containerId('main', 'adopted')).toBe(id);
    expect(cluster.statuses.slice(written).filter(({ name, status }) => name === 'adopted' && !isConditionTrue(status.conditions, 'Ready'))).toEqual([]);
    await docker.getContainer(id).kill();
    await cluster.until('it started again', () => main('adopted').restartCount === 1 && isReady('adopted'));
    expect(main('adopted').lastState.terminated).toMatchObject({ exitCode: 137, reason: 'Error' });
    cluster.deletePod('adopted', 1);
  });

  it('goes on while the server is away, and its status catches up', async () => {
    const { cluster, docker } = node;
    cluster.createPod('alone', { containers: [{ name: 'main', image: testImage, command: idle }] });
    await cluster.until('it is ready', () => isReady('alone'));
    cluster.isAway = true;
    await docker.getContainer(await node.containerId('main', 'alone')).kill();
    const uid = cluster.pod('alone').metadata.uid;
    await cluster.until('it runs again', () => node.kubelet.worker(uid)?.observed()?.containers.some(({ attempt, phase }) => attempt === 1 && phase === 'running') ?? false);
    expect(main('alone').restartCount).toBe(0);
    cluster.isAway = false;
    await cluster.until('the status caught up', () => main('alone').restartCount === 1 && isReady('alone'));
    cluster.deletePod('alone', 1);
  });

  it('is ended with its hook first, then the signal, and by force when the grace is over', async () => {
    const { cluster, folder } = node;
    cluster.createPod('hooked', {
      terminationGracePeriodSeconds: 3,
      volumes: [{ name: 'out', hostPath: { path: `${folder}/out`, type: 'DirectoryOrCreate' } }],
      containers: [
        {
          name: 'polite', image: testImage, command: sh("trap 'echo term >> /out/order; exit 0' TERM; while true; do sleep 0.1; done"), volumeMounts: [{ name: 'out', mountPath: '/out' }],
          lifecycle: { preStop: { exec: { command: sh('echo hook >> /out/order') } } },
        },
        { name: 'deaf', image: testImage, command: sh("trap '' TERM; while true; do sleep 0.2; done") },
      ],
    });
    await cluster.until('it is ready', () => isReady('hooked'));
    const began = Date.now();
    cluster.deletePod('hooked');
    await cluster.until('it is gone', () => !cluster.hasPod('hooked'));
    expect(Date.now() - began).toBeGreaterThanOrEqual(2900);
    
    expect(await readFile(`${folder}/out/order`, 'utf8')).toBe('hook\nterm\n');
    const last = cluster.statuses.findLast(({ name }) => name === 'hooked')?.status;
    expect(last?.phase).toBe('Failed');
    expect(last?.containerStatuses.map(({ state }) => state.terminated?.exitCode)).toEqual([0, 137]);
  });

  it('is killed for memory with the reason OOMKilled', async () => {
    const { cluster } = node;
    cluster.createPod('hungry', {
      restartPolicy: 'Never',
      containers: [{ name: 'main', image: testImage, command: ['/bin/busybox', 'tail', '/dev/zero'], resources: { limits: { memory: '16Mi' } } }],
    });
    await cluster.until('it was killed', () => cluster.pod('hungry').status.phase === 'Failed');
    expect(main('hungry').state.terminated).toMatchObject({ exitCode: 137, reason: 'OOMKilled' });
  });

  it('is in service while its readiness probe succeeds, and restarted when its liveness probe fails', async () => {
    const { cluster } = node;
    cluster.createPod('probed', {
      terminationGracePeriodSeconds: 1,
      containers: [{
        name: 'main', image: testImage, command: sh('mkdir /www; echo ok > /www/ready; touch /tmp/alive; exec /bin/httpd -f -p 8080 -h /www'), ports: [{ name: 'web', containerPort: 8080 }],
        startupProbe: { exec: { command: sh('cat /tmp/alive') }, periodSeconds: 1, timeoutSeconds: 10, failureThreshold: 60 },
        readinessProbe: { httpGet: { path: '/ready', port: 'web' }, periodSeconds: 1, timeoutSeconds: 10, failureThreshold: 1 },
        livenessProbe: { exec: { command: sh('cat /tmp/alive') }, periodSeconds: 1, timeoutSeconds: 10, failureThreshold: 1 },
      }],
    });
    await cluster.until('it is ready', () => isReady('probed'));
    await node.runtime.exec(await node.containerId('main', 'probed'), sh('/bin/busybox rm /www/ready'), 30_000);
    await cluster.until('it left service', () => !isReady('probed'));
    expect(main('probed')).toMatchObject({ ready: false, started: true, restartCount: 0 });
    await node.runtime.exec(await node.containerId('main', 'probed'), sh('/bin/busybox rm /tmp/alive'), 30_000);
    await cluster.until('it was restarted', () => main('probed').restartCount === 1 && isReady('probed'));
    const messages = cluster.events.filter(({ pod, reason }) => pod === 'probed' && reason === 'Unhealthy').map(({ message }) => message);
    expect(messages).toEqual(expect.arrayContaining([expect.stringContaining('Readiness probe failed: HTTP probe failed with statuscode: 404'), expect.stringContaining('Liveness probe failed')]));
    cluster.deletePod('probed', 0);
  });

  it('tells nothing of what its Secrets hold, in no log line, event or status, however its containers fail', async () => {
    const { cluster } = node;
    const [word, other] = ['correct-horse-battery', 'staple-of-another-kind'];
    cluster.putSecret('held', { WORD: word, OTHER: other });
    const env = [{ name: 'WORD', valueFrom: { secretKeyRef: { name: 'held', key: 'WORD' } } }], envFrom = [{ prefix: 'P_', secretRef: { name: 'held' } }];
    const more = { image: testImage, env, envFrom, volumeMounts: [{ name: 'held', mountPath: '/held' }] };
    cluster.createPod('discreet', {
      terminationGracePeriodSeconds: 0, volumes: [{ name: 'held', secret: { secretName: 'held' } }],
      containers: [
        { ...more, name: 'no-program', command: ['/bin/$(WORD)'] },
        { ...more, name: 'no-folder', command: idle, workingDir: '/bin/busybox' , args: ['$(P_OTHER)'] },
        { ...more, name: 'no-place', command: idle, volumeMounts: [{ name: 'held', mountPath: '/elsewhere', subPathExpr: '../$(WORD)' }] },
        { ...more, name: 'no-start', command: idle, lifecycle: { postStart: { exec: { command: sh('echo $P_OTHER is wrong; exit 3') } } } },
      ],
    });
    const said = () => JSON.stringify([cluster.events.filter(({ pod }) => pod === 'discreet'), cluster.statuses.filter(({ name }) => name === 'discreet')]);
    await cluster.until('all have failed', () => ['no-program', 'no-folder', 'no-place', 'no-start'].every((name) => cluster.events.some(({ pod, container, type }) => pod === 'discreet' && container === name && type === 'Warning')));
    await cluster.until('the status tells', () => cluster.pod('discreet').status.containerStatuses.some(({ name, state }) => name === 'no-program' && state.waiting?.message !== undefined));
    cluster.deletePod('discreet', 0);
    await cluster.until('it is gone', () => !cluster.hasPod('discreet'));
    expect(said()).toContain('<secret>');
    const all = said() + node.logged.join('');
    for (const secret of [word, other, Buffer.from(word).toString('base64')]) expect(all.split(secret).slice(0, -1).map((before) => before.slice(-300))).toEqual([]);
  });

  it('is ended when its object was removed without waiting', async () => {
    const { cluster, runtime } = node;
    cluster.createPod('erased', { containers: [{ name: 'main', image: testImage, command: idle }] });
    await cluster.until('it is ready', () => isReady('erased'));
    const { uid } = cluster.pod('erased').metadata;
    cluster.erase(cluster.pod('erased'));
    await cluster.until('nobody looks after it', () => node.kubelet.worker(uid) === undefined);
    expect(await runtime.inspectPod(uid)).toBeUndefined();
  });
});
