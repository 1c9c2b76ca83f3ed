import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrowser } from '../support/chromium.ts';
import type { BrowserPage } from '../support/chromium.ts';
import { openPlayground, runInPlayground, stopInPlayground } from '../support/playground.ts';
import { until } from './support/engine.ts';
import { leaveNothing, startGantry } from './support/gantry.ts';
import type { Gantry } from './support/gantry.ts';

const root = path.resolve(import.meta.dirname, '../..');
const readme = readFileSync(path.join(root, 'README.md'), 'utf8');
/** The documents that the README offers to paste, by their first line. */
const pasted = [...readme.matchAll(/```graphql\n([^]*?)```/g)].map((m) => m[1]!);
const documentThat = (does: string) => pasted.find((text) => text.startsWith(`# ${does}`)) ?? `the README has nothing that starts with "# ${does}"`;

/** A person at the playground, in a real browser, with what the README says to paste. */
describe('playground', () => {
  const stateFolder = mkdtempSync(path.join(tmpdir(), 'gantry-'));
  let gantry: Gantry, page: BrowserPage;
  beforeAll(async () => {
    gantry = await startGantry({ stateFolder });
    page = await openBrowser();
    await openPlayground(page, gantry.url, readFileSync(path.join(stateFolder, 'admin.token'), 'utf8').trim());
  });
  afterAll(async () => { await page?.[Symbol.asyncDispose](); await leaveNothing(gantry, stateFolder); });
  const answer = async () => (await fetch('http://127.0.0.1:30080/', { headers: { connection: 'close' } })).text();

  test('the first query shows the hello Deployment and its Pods', async () => {
    const text = await runInPlayground(page, documentThat('What runs'), '"phase": "Running"');
    expect(text).toContain('"name": "hello"');
    expect(text).toContain('"availableReplicas": 3');
  });

  test('a subscription shows what a mutation elsewhere does', async () => {
    await runInPlayground(page, documentThat('Watch'), 'BOOKMARK');
    await gantry.graphql('mutation { scaleDeployment(name: "hello", replicas: 4) { revision } }');
    await page.until(`document.querySelector('.result-window .CodeMirror').CodeMirror.getValue().includes('"type": "MODIFIED"')`, 60_000);
    await stopInPlayground(page);
  });

  test('the rolling update brings the new version', async () => {
    await runInPlayground(page, documentThat('Roll'), '"revision"');
    await until(async () => (await answer()).includes('version 2'), 'the new version answers', 90_000);
  });

  test('the rollback brings the old one back', async () => {
    await runInPlayground(page, documentThat('Back'), '"revision"');
    await until(async () => { for (let i = 0; i < 10; i++) if ((await answer()).includes('version 2')) return false; return true; }, 'only the old version answers', 90_000);
  });

  test('the deletion ends everything of it', async () => {
    await runInPlayground(page, documentThat('Delete'), '"revision"');
    await until(async () => (await gantry.graphql<{ pods: { totalCount: number } }>('{ pods(labelSelector: "app=hello") { totalCount } }')).pods.totalCount === 0, 'the Pods are gone', 90_000);
  });

  test('nothing came from anywhere else', () => {
    expect(page.requested.filter((url) => !url.startsWith(new URL(gantry.url).origin) && !url.startsWith('data:') && !url.startsWith('blob:'))).toEqual([]);
  });
});
