import type { TestProject } from 'vitest/node';
import { startEngine } from './engine.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The engine of the tests' own. */
    dockerSocket: string;
    /** The engine outside, where builds can reach package registries. */
    outsideDockerSocket: string;
  }
}

/** One Docker Engine for all e2e tests, in the network namespace that `scripts/machine.mjs` made; the tests run nowhere else, because they own its packet rules. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (!process.env['GANTRY_MACHINE']) throw new Error('e2e tests run on a machine of their own: node scripts/machine.mjs gantry-e2e npx vitest run --project e2e');
  project.provide('outsideDockerSocket', (process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock').slice('unix://'.length));
  const engine = await startEngine(`/tmp/gantry-e2e-${process.pid}`);
  process.env['DOCKER_HOST'] = `unix://${engine.socket}`;
  project.provide('dockerSocket', engine.socket);
  return () => engine.stop();
}
