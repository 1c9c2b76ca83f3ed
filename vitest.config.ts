import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** One project per kind of test; `npm test` runs them in this order, e2e alone because it owns the machine's Docker Engine. */
export default defineConfig({
  // As Node resolves it: one graphql for our modules and for those that are not transformed, which otherwise refuse each other's schemas.
  resolve: { alias: [{ find: /^graphql$/, replacement: fileURLToPath(new URL('./node_modules/graphql/index.js', import.meta.url)) }] },
  test: {
    // Most tests wait for something most of the time; one worker less than there are processors, vitest's own choice, leaves a small machine idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // A limit ends what hangs and says nothing of speed: on a busy machine everything takes many times as long as on an idle one.
    testTimeout: 60_000, hookTimeout: 60_000, expect: { poll: { timeout: 30_000, interval: 20 } },
    projects: [
      { extends: true, test: { name: 'unit', include: ['test/unit/**/*.test.ts'] } },
      { extends: true, test: { name: 'conformance', globalSetup: ['test/support/start-postgres.ts'], include: ['test/conformance/**/*.test.ts'] } },
      { extends: true, test: { name: 'integration', globalSetup: ['test/support/start-postgres.ts'], include: ['test/integration/**/*.test.ts'], testTimeout: 180_000, hookTimeout: 180_000 } },
      { extends: true, test: { name: 'chaos', include: ['test/chaos/**/*.test.ts'], testTimeout: 600_000, hookTimeout: 180_000 } },
      { extends: true, test: { name: 'e2e', globalSetup: ['test/e2e/support/global-setup.ts'], include: ['test/e2e/**/*.test.ts'], testTimeout: 180_000, hookTimeout: 180_000, fileParallelism: false } },
    ],
  },
});
