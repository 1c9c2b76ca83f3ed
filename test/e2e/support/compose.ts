import { execFile, spawn } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { projectFile } from '../../../src/lib/project-file.ts';
import { importDebianImage } from './debian-image.ts';

const root = projectFile('');
const run = promisify(execFile);
const base = 'gantry-test/debian:1', postgres = 'gantry-test/postgres:1', gantry = 'gantry:dev';

/** `docker-compose …` in the project's folder. */
export interface Compose {
  /** Runs one command; what it printed. Rejects with what it complained of. */
  (...args: readonly string[]): Promise<string>;
}

/** The project's docker-compose.yml on an engine, with its agent's files in `agentFolder`; on images made here in place of the registry's. */
export function composeOn(socket: string, agentFolder: string): Compose {
  const env = {
    ...process.env, DOCKER_HOST: `unix://${socket}`, DOCKER_SOCKET: socket, COMPOSE_PROJECT_NAME: 'gantry-test', AGENT_STATE: agentFolder,
    POSTGRES_PASSWORD: 'a test is not a secret', POSTGRES_IMAGE: postgres, NODE_IMAGE: base,
  };
  return async (...args) => {
    const { stdout } = await run('docker-compose', args, { cwd: root, env, maxBuffer: 64 * 2 ** 20 })
      .catch((error: Error & { stdout: string; stderr: string }) => { throw new Error(`docker-compose ${args.join(' ')}: ${error.stdout.slice(-3000)}${error.stderr.slice(-3000)}`); });
    return stdout;
  };
}

/**
 * Builds the images of docker-compose.yml on the engine that can reach package registries, from the project's own Dockerfile, and brings them to the engine of the test. Base images are
 * a Debian made here with this machine's Node and certificates, and Debian's PostgreSQL.
 */
export async function buildComposeImages(outside: string, socket: string): Promise<void> {
  const npm = path.resolve(path.dirname(process.execPath), '../lib/node_modules/npm');
  await importDebianImage(outside, {
    name: base, variant: 'apt', packages: ['ca-certificates', 'postgresql', 'libatomic1'],
    earlyHooks: ['mkdir -p "$1/etc/postgresql-common" && echo "create_main_cluster = false" > "$1/etc/postgresql-common/createcluster.conf"'],
    hooks: [
      'mkdir -p "$1/usr/lib/node_modules"', `copy-in ${process.execPath} /usr/bin`, `copy-in ${npm} /usr/lib/node_modules`, `copy-in ${path.join(root, 'test/e2e/images/postgres.sh')} /usr/bin`,
      'for name in npm npx; do ln -s ../lib/node_modules/npm/bin/$name-cli.js "$1/usr/bin/$name"; done', 'copy-in /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs',
    ],
    changes: ['ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt'],
  });
  await importDockerfile(outside, postgres, `FROM ${base}\nENV PATH=/usr/lib/postgresql/15/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\nSTOPSIGNAL SIGINT\nCMD ["/usr/bin/postgres.sh"]\n`);
  await composeOn(outside, '/var/lib/gantry-agent')('build', 'server');
  await copyImages(outside, socket, [postgres, gantry]);
}

/** Removes from both engines what `buildComposeImages` made there. */
export async function removeComposeImages(outside: string, socket: string): Promise<void> {
  await run('docker', ['-H', `unix://${socket}`, 'rmi', '-f', gantry, postgres]);
  await run('docker', ['-H', `unix://${outside}`, 'rmi', '-f', gantry, postgres, base]);
  await run('docker', ['-H', `unix://${outside}`, 'image', 'prune', '-f', '--filter', 'label=dev.gantry.image=build']);
}

function importDockerfile(socket: string, name: string, dockerfile: string): Promise<void> {
  return piped(['docker', '-H', `unix://${socket}`, 'build', '-q', '-t', name, '-'], (stdin) => stdin.end(dockerfile));
}

function copyImages(from: string, to: string, names: readonly string[]): Promise<void> {
  return piped(['docker', '-H', `unix://${to}`, 'load', '-q'], (stdin) => { spawn('docker', ['-H', `unix://${from}`, 'save', ...names], { stdio: ['ignore', 'pipe', 'inherit'] }).stdout.pipe(stdin); });
}

function piped([program, ...args]: readonly [string, ...string[]], feed: (stdin: NodeJS.WritableStream) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['pipe', 'ignore', 'pipe'] });
    let complaint = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => { complaint += text; });
    child.on('error', reject).on('close', (code) => (code === 0 ? resolve() : reject(new Error(`${program} ${args.join(' ')}: ${complaint}`))));
    feed(child.stdin);
  });
}
