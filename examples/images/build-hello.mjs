import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { callDocker } from './docker-http.mjs';
import { helloServer } from './hello-server.mjs';
import { isStaticElf } from './static-elf.mjs';
import { tar } from './tar.mjs';

const busyboxFile = '/bin/busybox';
const architectures = { x64: 'amd64', arm64: 'arm64' };
/** @type {Readonly<Record<string, string>>} */
const versions = { 'gantry/hello:1': 'Hello', 'gantry/hello:2': 'Hello again (version 2)' };

/** The names of the images. */
export const helloImages = Object.keys(versions);

/**
 * Makes the images `gantry/hello:1` and `gantry/hello:2` on a Docker Engine, out of this machine's static busybox and without any image registry.
 * They share one layer and are always the same, so a second call changes nothing and takes milliseconds.
 * Rejects, with the way out in the message, where busybox is missing or not static, or the engine refuses.
 * @param {string} dockerSocketPath such as /var/run/docker.sock
 * @returns {Promise<readonly string[]>} the names of the images
 */
export async function buildHelloImage(dockerSocketPath) {
  const layer = await buildLayer(readBusybox());
  const images = Object.entries(versions).map(([name, greeting]) => ({ name, ...describe(layer, greeting) }));
  const present = await Promise.all(images.map((image) => isPresent(dockerSocketPath, image)));
  if (present.includes(false)) await load(dockerSocketPath, layer, images);
  return images.map((image) => image.name);
}

function readBusybox() {
  let file;
  try {
    file = readFileSync(busyboxFile);
  } catch {
    throw new Error(`${busyboxFile} is missing, and the hello image is made of it; install it with: apt-get install busybox-static`);
  }
  if (!isStaticElf(file)) throw new Error(`${busyboxFile} needs libraries that the hello image does not have; replace it with: apt-get install busybox-static`);
  return file;
}

function buildLayer(busybox) {
  const applets = execFileSync(busyboxFile, ['--list'], { encoding: 'utf8' }).split('\n').filter((name) => name !== '' && name !== 'busybox').sort();
  return tar([
    { name: 'bin', isFolder: true },
    { name: 'bin/busybox', content: busybox, mode: 0o755 },
    ...applets.map((name) => ({ name: `bin/${name}`, linkTo: 'busybox' })),
    { name: 'bin/hello', content: helloServer, mode: 0o755 },
    { name: 'etc', isFolder: true },
    { name: 'etc/passwd', content: 'root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n' },
    { name: 'etc/group', content: 'root:x:0:\nnogroup:x:65534:\n' },
    { name: 'tmp', isFolder: true, mode: 0o1777 },
  ]);
}

/** The configuration of an image of one layer; its digest is the image's id. */
function describe(layer, greeting) {
  const config = JSON.stringify({
    architecture: architectures[process.arch] ?? process.arch,
    os: 'linux',
    created: '1970-01-01T00:00:00Z',
    config: { Cmd: ['/bin/hello'], Env: ['PATH=/bin', `GREETING=${greeting}`], ExposedPorts: { '8080/tcp': {} } },
    rootfs: { type: 'layers', diff_ids: [`sha256:${sha256(layer)}`] },
    history: [{ created: '1970-01-01T00:00:00Z', created_by: 'gantry' }],
  });
  return { config, id: sha256(config) };
}

async function isPresent(socketPath, { name, id }) {
  const { status, body } = await callDocker(socketPath, 'GET', `/images/${name}/json`);
  return status === 200 && JSON.parse(body).Id === `sha256:${id}`;
}

async function load(socketPath, layer, images) {
  const manifest = images.map(({ name, id }) => ({ Config: `${id}.json`, RepoTags: [name], Layers: ['layer.tar'] }));
  const archive = await tar([
    ...images.map(({ id, config }) => ({ name: `${id}.json`, content: config })),
    { name: 'layer.tar', content: layer },
    { name: 'manifest.json', content: JSON.stringify(manifest) },
  ]);
  const { status, body } = await callDocker(socketPath, 'POST', '/images/load?quiet=1', archive);
  if (status !== 200 || body.includes('"errorDetail"')) throw new Error(`the Docker Engine did not take the hello image: ${body.trim()}`);
}

function sha256(data) {
  return createHash('sha256').update(data).digest('hex');
}
