import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isConditionTrue } from '../../../src/model/conditions.ts';
import { sh, startDockerNode, testImage } from './docker-node.ts';
import type { DockerNode } from './docker-node.ts';

/** A shell that ends at once when asked to. */
const idle = sh("trap 'exit 0' TERM; while true; do sleep 0.2; done");

describe('a Pod on Docker', () => {
  let node: DockerNode;
  const isReady = (name: string): boolean => isConditionTrue(node.cluster.pod(name).status.conditions, 'Ready');
  const reasons = (name: string): string[] => node.cluster.events.filter(({ pod }) => pod === name).map(({ reason }) => reason);
  const logOf = async (container: string, pod: string): Promise<string[]> => {
    const lines: string[] = [];
    for await (const line of node.runtime.logs(await node.containerId(container, pod), { timestamps: false, follow: false }, AbortSignal.timeout(5000))) lines.push(line);
    return lines;
  };

  beforeAll(async () => {
    node = await startDockerNode();
  });
  afterAll(() => node[Symbol.asyncDispose]());

  it('runs, gets an address, and reports it; after deletion nothing is left', async () => {
    const { cluster, docker, clusterId } = node;
    // Ready when it hears the signal.
    const readinessProbe = { exec: { command: sh('test -e /idle') }, periodSeconds: 1, timeoutSeconds: 10 };
    cluster.createPod('web', { terminationGracePeriodSeconds: 30, containers: [{ name: 'web', image: testImage, command: sh("trap 'exit 0' TERM; : > /idle; while true; do sleep 0.2; done"), readinessProbe }] });
    await cluster.until('web is ready', () => isReady('web'));
    const { status } = cluster.pod('web');
    expect(status).toMatchObject({ phase: 'Running', podIP: expect.stringMatching(/^10\./), hostIP: '127.0.0.1', qosClass: 'BestEffort' });
    expect(status.containerStatuses[0]).toMatchObject({ name: 'web', ready: true, restartCount: 0, image: testImage, started: true });
    expect(status.containerStatuses[0]?.containerID).toBe(`docker://${await node.containerId('web', 'web')}`);
    expect(reasons('web')).toEqual(expect.arrayContaining(['Pulled', 'Created', 'Started']));

    cluster.deletePod('web');
    await cluster.until('web is gone', () => !cluster.hasPod('web'));
    expect(cluster.statuses.findLast(({ name }) => name === 'web')?.status).toMatchObject({ phase: 'Succeeded', containerStatuses: [{ state: { terminated: { exitCode: 0, reason: 'Completed' } } }] });
    const left = await docker.listContainers({ all: true, filters: { label: [`dev.gantry.cluster=${clusterId}`, 'io.kubernetes.pod.name=web'] } });
    expect(left).toEqual([]);
  });

  it('gives its containers one network and the same files, and variables from everywhere', async () => {
    const { cluster } = node;
    cluster.putConfigMap('settings', { COLOUR: 'green', 'file.txt': 'from a file' });
    cluster.putSecret('keys', { PASSWORD: 'hush' });
    cluster.putService('back-end', '10.96.0.9', 80);
    const script = 'wget -q -O - http://127.0.0.1:8080/greeting; echo; cat /config/file.txt; echo; echo $COLOUR $PASSWORD $GREETING $MY_NAME $MY_IP $BACK_END_SERVICE_HOST $CPU; cat /secret/PASSWORD; echo; hostname; sleep 1000';
    cluster.createPod('pair', {
      terminationGracePeriodSeconds: 0,
      volumes: [{ name: 'shared' }, { name: 'config', configMap: { name: 'settings' } }, { name: 'secret', secret: { secretName: 'keys' } }, { name: 'fast', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } }],
      initContainers: [{ name: 'first', image: testImage, command: sh('echo hello there > /shared/greeting'), volumeMounts: [{ name: 'shared', mountPath: '/shared' }] }],
      containers: [
        { name: 'server', image: testImage, command: sh('/bin/httpd -f -p 8080 -h /shared'), volumeMounts: [{ name: 'shared', mountPath: '/shared' }], readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 } },
        {
          name: 'client', image: testImage, command: sh(`until ${'/bin/wget -q -O /dev/null http://127.0.0.1:8080/greeting 2>/dev/null'}; do sleep 0.1; done; ${script}`),
          envFrom: [{ configMapRef: { name: 'settings' } }],
          resources: { limits: { cpu: '1500m' } },
          env: [
            { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'keys', key: 'PASSWORD' } } }, { name: 'GREETING', value: 'a-$(COLOUR)-$$(X)' },
            { name: 'MY_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }, { name: 'MY_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
            { name: 'CPU', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } },
          ],
          volumeMounts: [{ name: 'config', mountPath: '/config' }, { name: 'secret', mountPath: '/secret', readOnly: true }, { name: 'fast', mountPath: '/fast' }],
        },
      ],
    });
    await cluster.until('both are ready', () => isReady('pair'));
    const { status } = cluster.pod('pair');
    expect(status.initContainerStatuses[0]).toMatchObject({ ready: true, state: { terminated: { exitCode: 0 } } });
    let lines: string[] = [];
    const deadline = Date.now() + 60_000;
    while (lines.at(-1) !== 'pair' && Date.now() < deadline) lines = await logOf('client', 'pair');
    expect(lines.filter(Boolean)).toEqual(['hello there', 'from a file', `green hush a-green-$(X) pair ${status.podIP} 10.96.0.9 2`, 'hush', 'pair']);
    const mounted = await node.runtime.exec(await node.containerId('client', 'pair'), sh('/bin/busybox df -m /fast /secret | /bin/busybox grep -c tmpfs; /bin/busybox stat -c %a /fast'), 5000);
    expect(mounted.output.trim().split('\n')).toEqual(['2', '777']);

    cluster.putConfigMap('settings', { COLOUR: 'blue', 'file.txt': 'changed' });
    const client = await node.containerId('client', 'pair');
    let seen = '';
    while (seen !== 'changed' && Date.now() < deadline + 60_000) seen = (await node.runtime.exec(client, sh('cat /config/file.txt'), 5000)).output;
    expect(seen).toBe('changed');
  });

  it('starts a crashed container again at once, then backs off', async () => {
    const { cluster } = node;
    cluster.createPod('crash', { terminationGracePeriodSeconds: 0, containers: [{ name: 'main', image: testImage, command: sh('echo last words > /dev/termination-log; exit 7') }] });
    const status = () => cluster.pod('crash').status.containerStatuses[0];
    await cluster.until('it backs off', () => status()?.state.waiting?.reason === 'CrashLoopBackOff');
    expect(status()).toMatchObject({ restartCount: 1, ready: false, state: { waiting: { message: expect.stringContaining('back-off 10s') } }, lastState: { terminated: { exitCode: 7, reason: 'Error', message: 'last words\n' } } });
    expect(cluster.pod('crash').status.phase).toBe('Running');
    cluster.deletePod('crash');
  });

  it('says why an image can not be had, and starts once a missing ConfigMap comes', async () => {
    const { cluster } = node;
    cluster.createPod('no-image', { terminationGracePeriodSeconds: 0, containers: [{ name: 'main', image: 'gantry-test/does-not-exist:1' }] });
    cluster.createPod('bad-name', { terminationGracePeriodSeconds: 0, containers: [{ name: 'main', image: 'Not An Image' }] });
    cluster.createPod('no-config', { terminationGracePeriodSeconds: 0, containers: [{ name: 'main', image: testImage, command: idle, envFrom: [{ configMapRef: { name: 'later' } }] }] });
    const reason = (name: string) => cluster.pod(name).status.containerStatuses[0]?.state.waiting?.reason;
    const everSaid = (name: string, wanted: string) => cluster.statuses.some((one) => one.name === name && one.status.containerStatuses[0]?.state.waiting?.reason === wanted);
    await cluster.until('the pull failed', () => everSaid('no-image', 'ErrImagePull'));
    await cluster.until('the pull is backed off', () => everSaid('no-image', 'ImagePullBackOff'));
    expect(reasons('no-image')).toEqual(expect.arrayContaining(['Pulling', 'Failed']));
    await cluster.until('the name is refused', () => reason('bad-name') === 'InvalidImageName');
    await cluster.until('the ConfigMap is missed', () => reason('no-config') === 'CreateContainerConfigError');
    cluster.putConfigMap('later', { A: '1' });
    await cluster.until('it runs', () => isReady('no-config'));
    for (const name of ['no-image', 'bad-name', 'no-config']) cluster.deletePod(name);
  });

  it('gives its log from the end on, with times, and as it is written until nobody wants more', async () => {
    const { cluster, runtime } = node;
    cluster.createPod('talk', { terminationGracePeriodSeconds: 0, containers: [{ name: 'main', image: testImage, command: sh('echo one; echo two >&2; echo three; n=0; while sleep 0.1; do n=$((n+1)); echo tick $n; done') }] });
    await cluster.until('it is ready', () => isReady('talk'));
    const id = await node.containerId('main', 'talk');
    const abort = new AbortController();
    const followed: string[] = [];
    for await (const line of runtime.logs(id, { timestamps: true, follow: true }, abort.signal)) {
      followed.push(line);
      if (line.endsWith('tick 3')) abort.abort();
    }
    for (const line of followed) expect(line).toMatch(/^\d{4}-\d\d-\d\dT\S+Z /);
    const words = followed.map((line) => line.replace(/^\S+ /, ''));
    // The engine reads the two outputs side by side: only the order within one of them is sure.
    expect(words.filter((word) => word !== 'two').slice(0, 5)).toEqual(['one', 'three', 'tick 1', 'tick 2', 'tick 3']);
    expect(words).toContain('two');
    const tail: string[] = [];
    for await (const line of runtime.logs(id, { timestamps: false, follow: false, tailLines: 2 }, AbortSignal.timeout(5000))) tail.push(line);
    expect(tail).toEqual([expect.stringMatching(/^tick \d+$/), expect.stringMatching(/^tick \d+$/)]);
    cluster.deletePod('talk');
  });

  it('runs to success or failure when it is not restarted, and keeps the log', async () => {
    const { cluster } = node;
    cluster.createPod('good', { restartPolicy: 'Never', containers: [{ name: 'main', image: testImage, command: sh('echo done') }] });
    cluster.createPod('bad', { restartPolicy: 'Never', containers: [{ name: 'main', image: testImage, command: sh('echo oops; exit 3'), terminationMessagePolicy: 'FallbackToLogsOnError' }] });
    cluster.createPod('missing', { restartPolicy: 'Never', containers: [{ name: 'main', image: testImage, command: ['/no/such/program'] }] });
    await cluster.until('it succeeded', () => cluster.pod('good').status.phase === 'Succeeded');
    await cluster.until('it failed', () => cluster.pod('bad').status.phase === 'Failed');
    await cluster.until('it could not run', () => cluster.pod('missing').status.phase === 'Failed');
    expect(cluster.pod('bad').status.containerStatuses[0]?.state.terminated).toMatchObject({ exitCode: 3, message: 'oops' });
    expect(cluster.pod('missing').status.containerStatuses[0]?.state.terminated).toMatchObject({ reason: 'ContainerCannotRun' });
    expect(await logOf('main', 'good')).toEqual(['done']);
    expect(cluster.pod('good').status.conditions).toContainEqual(expect.objectContaining({ type: 'Ready', status: 'False', reason: 'PodCompleted' }));
  });
});
