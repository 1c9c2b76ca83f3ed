import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildHelloImage } from '../../../examples/images/build-hello.mjs';
import { callDocker } from '../../../examples/images/docker-http.mjs';
import { soon } from '../../support/soon.ts';

const socket = process.env['DOCKER_HOST']?.replace('unix://', '') ?? '/var/run/docker.sock';
const port = 8080;
let id = '';
let address = '';

async function inspect<T>(path: string): Promise<T> {
  return JSON.parse((await callDocker(socket, 'GET', path)).body) as T;
}

beforeAll(async () => {
  expect(await buildHelloImage(socket)).toEqual(['gantry/hello:1', 'gantry/hello:2']);
  const wanted = JSON.stringify({ Image: 'gantry/hello:2', Env: ['POD_NAME=hello-test'], Labels: { 'dev.gantry.test': 'examples' } });
  id = (JSON.parse((await callDocker(socket, 'POST', '/containers/create', wanted, 'application/json')).body) as { Id: string }).Id;
  await callDocker(socket, 'POST', `/containers/${id}/start`);
  address = (await inspect<{ NetworkSettings: { IPAddress: string } }>(`/containers/${id}/json`)).NetworkSettings.IPAddress;
});

afterAll(async () => {
  await callDocker(socket, 'DELETE', `/containers/${id}?force=true`);
});

test('a second build makes the same images and loads nothing', async () => {
  const before = await inspect<{ Id: string }>('/images/gantry/hello:1/json');
  await buildHelloImage(socket);
  expect((await inspect<{ Id: string }>('/images/gantry/hello:1/json')).Id).toBe(before.Id);
});

test('the page names its Pod, to many at once', async () => {
  const page = async (): Promise<string> => (await fetch(`http://${address}:${port}/`)).text();
  await soon(async () => expect(await page()).toBe('Hello again (version 2) from hello-test\n'));
  expect(new Set(await Promise.all(Array.from({ length: 50 }, page))).size).toBe(1);
});

test('on SIGTERM a request under way is finished, then it ends well', async () => {
  const request = connect(port, address);
  await once(request, 'connect');
  request.write('GET / HTTP/1.0\r\n');
  const isServed = async (): Promise<boolean> => ((await inspect<{ Processes: readonly string[][] }>(`/containers/${id}/top`)).Processes.filter((line) => line.join(' ').includes('httpd')).length === 2);
  await soon(async () => expect(await isServed()).toBe(true));
  await callDocker(socket, 'POST', `/containers/${id}/kill?signal=SIGTERM`);
  await soon(async () => { await expect(fetch(`http://${address}:${port}/`)).rejects.toThrow(); });
  let answer = '';
  request.on('data', (chunk: Buffer) => { answer += chunk.toString(); });
  request.write('\r\n');
  await once(request, 'close');
  expect(answer).toContain('from hello-test');
  await soon(async () => expect((await inspect<{ State: { Running: boolean; ExitCode: number } }>(`/containers/${id}/json`)).State).toMatchObject({ Running: false, ExitCode: 0 }));
});

test('an engine that is not there is said plainly', async () => {
  await expect(buildHelloImage('/nowhere/docker.sock')).rejects.toThrow(/ENOENT/);
});
