import { readFile } from 'node:fs/promises';
import { buildHelloImage } from '../../examples/images/build-hello.mjs';
import { projectFile } from '../lib/project-file.ts';
import type { Config } from './config.ts';
import type { Progress } from './progress.ts';
import type { RunningServer } from './run-server.ts';
import { waitForState } from './wait-for.ts';

const manifest = projectFile('examples/hello.yaml');

/**
 * On an empty cluster: builds the hello image, applies examples/hello.yaml, and waits for its first answer. On one that has it already: waits for the
 * answer. Returns its address; undefined where there is no hello.
 */
export async function hello(config: Config, server: RunningServer, progress: Progress): Promise<string | undefined> {
  if (!config.withAgent || !config.roles.has('api')) return undefined;
  const snapshot = server.store.snapshot();
  const isEmpty = snapshot.list('Deployment').length === 0 && snapshot.list('Pod').length === 0;
  const isThere = snapshot.get('Deployment', 'default', 'hello') !== undefined;
  if (!isThere && (config.empty || !isEmpty)) return undefined;
  let url: string | undefined;
  await progress.step('Hello', async (tell) => {
    if (!isThere) {
      tell('builds its image');
      await buildHelloImage(config.dockerSocket ?? '/var/run/docker.sock');
      await server.registry.applyManifests(await readFile(manifest, 'utf8'), { fieldManager: 'gantry-start', force: false, namespace: 'default' }, { actor: 'admin' });
    }
    const ready = await waitForState(server.store, (now) => {
      const deployment = now.get('Deployment', 'default', 'hello');
      if (!deployment) return '0/0';
      const { availableReplicas } = deployment.status;
      tell(`${availableReplicas}/${deployment.spec.replicas} Pods available`);
      return availableReplicas >= deployment.spec.replicas ? `${availableReplicas}/${deployment.spec.replicas}` : undefined;
    }, 'the Pods of Deployment hello are available', 120_000);
    const port = server.store.snapshot().get('Service', 'default', 'hello')?.spec.ports[0]?.nodePort;
    if (port === undefined) return `${ready} Pods available`;
    url = `http://127.0.0.1:${port}`;
    tell(`${url} answers`);
    return `${ready} Pods available, ${(await firstAnswer(url)).trim().split('\n')[0] ?? ''}`;
  });
  return url;
}

/** The first answer at an address, asked every 50 ms for 20 s at most. */
async function firstAnswer(url: string): Promise<string> {
  const end = Date.now() + 20_000;
  for (;;) {
    try {
      return await (await fetch(url, { signal: AbortSignal.timeout(2000) })).text();
    } catch (error) {
      if (Date.now() > end) throw new Error(`${url} does not answer`, { cause: error });
      await new Promise((resolve) => { setTimeout(resolve, 50); });
    }
  }
}
