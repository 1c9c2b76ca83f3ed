import { beforeEach, describe, expect, it } from 'vitest';
import { failure, newRegistry, paths } from './support/new-registry.ts';
import type { TestRegistry } from './support/new-registry.ts';

let cluster: TestRegistry;
beforeEach(async () => {
  cluster = await newRegistry();
});
const apply = (text: string, force = false) => cluster.registry.applyManifests(text, { fieldManager: 'tester', force, namespace: 'default' }, { actor: 'test' });

const deployment = `
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: team
  creationTimestamp: null
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: web:1
        ports: [{containerPort: 80}]
        resources: {limits: {cpu: 0.5, memory: 64Mi}}
status: {}
`;
const namespace = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: team}\n';
const service = '{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "namespace": "team"}, "spec": {"selector": {"app": "web"}, "ports": [{"port": 80}]}}';

describe('manifests', () => {
  it('hold NetworkPolicies as they are written for Kubernetes', async () => {
    const { outcomes } = await apply(`
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: db }
spec:
  podSelector: { matchLabels: { role: db } }
  policyTypes: [Ingress, Egress]
  ingress:
  - from:
    - ipBlock: { cidr: 172.17.0.0/16, except: [172.17.1.0/24] }
    - namespaceSelector: { matchLabels: { project: myproject } }
    - podSelector: { matchLabels: { role: frontend } }
    ports:
    - { protocol: TCP, port: 6379 }
    - { port: 32000, endPort: 32768 }
  egress:
  - to:
    - namespaceSelector: {}
      podSelector: { matchLabels: { k8s-app: kube-dns } }
    ports: [{ protocol: UDP, port: dns }]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: deny }
spec: { podSelector: {}, policyTypes: [Ingress] }
`);
    expect(outcomes.map(({ object }) => object.spec)).toMatchObject([
      { podSelector: { matchLabels: { role: 'db' } }, policyTypes: ['Ingress', 'Egress'],
        ingress: [{ from: [{ ipBlock: { cidr: '172.17.0.0/16', except: ['172.17.1.0/24'] } }, { namespaceSelector: {} }, { podSelector: {} }], ports: [{ protocol: 'TCP', port: 6379 }, { protocol: 'TCP', port: 32_000, endPort: 32_768 }] }],
        egress: [{ to: [{ namespaceSelector: {}, podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } }], ports: [{ protocol: 'UDP', port: 'dns' }] }] },
      { podSelector: {}, policyTypes: ['Ingress'], ingress: [], egress: [] },
    ]);
    const refusal = await failure(apply('apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: bad}\nspec: {podSelector: {}, ingress: [{from: [{}], ports: [{port: 0, endport: 5}]}]}'));
    expect(refusal.message).toMatch(/endPort/);
  });

  it('make every object at one revision, a namespace before what it holds', async () => {
    const { outcomes, revision } = await apply(`---\n${namespace}---\n# nothing here\n---\n${deployment}---\n${service}\n---\n`);
    expect(outcomes.map(({ operation, object }) => [operation, object.kind, object.metadata.resourceVersion])).toEqual([
      ['CREATED', 'Namespace', String(revision)], ['CREATED', 'Deployment', String(revision)], ['CREATED', 'Service', String(revision)]]);
    expect(outcomes[1]?.object.spec).toMatchObject({ template: { spec: { containers: [{ resources: { limits: { cpu: '0.5', memory: '64Mi' } } }] } } });
  });

  it('change nothing the second time', async () => {
    await apply(`${namespace}---\n${deployment}---\n${service}`);
    const again = await apply(`${namespace}---\n${deployment}---\n${service}`);
    expect(again.outcomes.map(({ operation }) => operation)).toEqual(['UNCHANGED', 'UNCHANGED', 'UNCHANGED']);
    expect(again.revision).toBeUndefined();
  });

  it('take out what they no longer hold', async () => {
    await apply(`${namespace}---\n${deployment}`);
    const { outcomes } = await apply(deployment.replace('replicas: 3', 'paused: true').replace('        ports: [{containerPort: 80}]\n', ''));
    expect(outcomes[0]).toMatchObject({ operation: 'UPDATED', object: { spec: { replicas: 1, paused: true, template: { spec: { containers: [{ name: 'web', ports: [] }] } } } } });
  });

  it('expand lists and fold the text of Secrets', async () => {
    const { outcomes } = await apply('apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Secret, metadata: {name: s}, stringData: {a: one}}\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: c}}\n');
    expect(outcomes.map(({ object }) => object)).toMatchObject([{ kind: 'Secret', data: { a: 'b25l' } }, { kind: 'ConfigMap' }]);
  });

  it('tell all faults of all documents, with a suggestion for unknown fields', async () => {
    const error = await failure(apply(`${namespace}---\n${deployment.replace('replicas: 3', 'replica: 3').replace('image: web:1', 'image: 5')}---\n${service.replace('"port": 80', '"port": 80000').replace('"name": "web"', '"name": "9web"')}`));
    expect(error.code).toBe('INVALID');
    expect(error.details.fields).toEqual(expect.arrayContaining([
      { path: 'documents[1].spec.replica', message: 'unknown field; did you mean "replicas"?' },
      { path: 'documents[1].spec.template.spec.containers[0].image', message: 'must be text; put it in quotes' },
    ]));
    expect(paths(error)).toEqual(expect.arrayContaining(['documents[2].metadata.name', 'documents[2].spec.ports[0].port']));
    expect(cluster.store.snapshot().get('Namespace', '', 'team')).toBeUndefined();
  });

  it('name the known kinds, missing heads, and foreign status', async () => {
    const error = await failure(apply('apiVersion: v1\nkind: Pood\nmetadata: {name: a}\n---\napiVersion: v1\nkind: Deployment\nmetadata: {name: a}\n---\nkind: Pod\n'));
    expect(paths(error)).toEqual(['documents[0].kind', 'documents[1].apiVersion', 'documents[2].apiVersion', 'documents[2].metadata.name']);
    expect(error.details.fields?.[0]?.message).toContain('ConfigMap, Deployment');
    expect(paths(await failure(apply('apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\nstatus: {x: 1}')))).toEqual(['documents[0].status']);
  });

  it('refuse keys that occur twice and broken text, without quoting it', async () => {
    const error = await failure(apply('apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  password: hunter2\n  password: hunter3\n'));
    expect(error.details.fields).toEqual([{ path: 'documents[0]', message: 'line 6, column 3: this key occurs twice in one map' }]);
    for (const text of ['a: [hunter2', 'apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: [hunter2]}', '"hunter2', 'x: !!js hunter2\n  y']) {
      expect((await failure(apply(text))).message).not.toContain('hunter2');
    }
    expect(paths(await failure(apply('')))).toEqual(['documents']);
  });

  it('accept a part of an object that exists', async () => {
    await apply(`${namespace}---\n${deployment}`);
    const { outcomes } = await cluster.registry.applyManifests('apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: team}\nspec: {minReadySeconds: 5}', { fieldManager: 'other', force: false, namespace: 'default' }, { actor: 'test' });
    expect(outcomes[0]).toMatchObject({ operation: 'UPDATED', object: { spec: { replicas: 3, minReadySeconds: 5 } } });
  });
});
