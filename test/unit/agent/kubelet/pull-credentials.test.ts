import { expect, it } from 'vitest';
import { pullCredentials } from '../../../../agent/kubelet/pull-credentials.ts';
import type { Secret } from '../../../../src/model/object.ts';
import { LocalCluster } from '../../../integration/agent/local-cluster.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** Users of the credentials that fit an image, in order; each address of the configuration is its user. */
function users(image: string, ...addresses: string[]): readonly string[] {
  const cluster = new LocalCluster().sync();
  const auths = Object.fromEntries(addresses.map((address) => [address, { auth: base64(`${address.replaceAll(':', ';')}:a:b`) }]));
  cluster.putSecret('pull', { '.dockerconfigjson': JSON.stringify({ auths }) }, 'kubernetes.io/dockerconfigjson');
  const pod = cluster.createPod('p', { containers: [{ name: 'a', image }], imagePullSecrets: [{ name: 'pull' }] });
  const { credentials } = pullCredentials(pod, image, (name) => cluster.view.secret('default', name));
  expect(credentials.every(({ password }) => password === 'a:b')).toBe(true);
  return credentials.map(({ username }) => username.replaceAll(';', ':'));
}

it.each([
  ['registry.test/team/app:1', ['registry.test', 'other.test', 'registry.test/team', 'registry.test/tea'], ['registry.test/team', 'registry.test']],
  ['registry.test:5000/app:1', ['registry.test', 'registry.test:5000', 'https://registry.test:5000/v2/'], ['registry.test:5000', 'https://registry.test:5000/v2/']],
  ['app:1', ['https://index.docker.io/v1/', 'docker.io', 'registry.test'], ['https://index.docker.io/v1/', 'docker.io']],
  ['docker.io/team/app', ['https://index.docker.io/v1/'], ['https://index.docker.io/v1/']],
  ['a.registry.test/app', ['*.registry.test', '*.test', 'registry.test'], ['*.registry.test']],
  ['localhost/app', ['localhost', 'index.docker.io'], ['localhost']],
])('%s is pulled with what fits its registry, the closest first', (image, addresses, expected) => {
  expect(users(image, ...addresses)).toEqual(expected);
});

it('names the Secrets that hold no credentials, and reads the older form too', () => {
  const cluster = new LocalCluster().sync();
  const pod = cluster.createPod('p', { containers: [{ name: 'a', image: 'r.test/a' }], imagePullSecrets: ['old', 'none', 'broken', 'missing'].map((name) => ({ name })) });
  cluster.putSecret('old', { '.dockercfg': JSON.stringify({ 'r.test': { username: 'u', password: 'p' } }) }, 'kubernetes.io/dockercfg');
  cluster.putSecret('none', { key: 'value' });
  cluster.putSecret('broken', { '.dockerconfigjson': '{' }, 'kubernetes.io/dockerconfigjson');
  const secretNamed = (name: string): Secret | undefined => cluster.view.secret('default', name);
  expect(pullCredentials(pod, 'r.test/a', secretNamed)).toEqual({ credentials: [{ username: 'u', password: 'p', serverAddress: 'r.test' }], unusable: ['none', 'broken', 'missing'] });
});
