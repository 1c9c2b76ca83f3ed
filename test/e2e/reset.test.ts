import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, inject, test } from 'vitest';
import { dockerGet, dockerPost, listContainers } from './support/docker.ts';
import { resetGantry, startGantry } from './support/gantry.ts';

test('reset removes all that Gantry made, and nothing else', async () => {
  const socket = inject('dockerSocket');
  const stateFolder = mkdtempSync(path.join(tmpdir(), 'gantry-'));
  const rules = () => execFileSync('nft', ['--stateless', 'list', 'ruleset'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const rulesBefore = rules();
  const gantry = await startGantry({ stateFolder });
  const { Id: foreign } = JSON.parse(await dockerPost(socket, '/containers/create?name=somebody-elses', { Image: 'gantry/hello:2', Cmd: ['sleep', '3600'] })) as { Id: string };
  writeFileSync(path.join(stateFolder, 'notes.txt'), 'mine');

  const early = await resetGantry(stateFolder);
  expect(early).toMatchObject({ code: 1, output: expect.stringContaining('already runs') as unknown });
  expect((await listContainers(socket)).length).toBeGreaterThanOrEqual(6);

  expect(await gantry.stop()).toBe(0);
  expect(await resetGantry(stateFolder)).toMatchObject({ code: 0 });
  const left = JSON.parse(await dockerGet(socket, '/containers/json?all=1')) as { Id: string }[];
  expect(left.map((c) => c.Id)).toEqual([foreign]);
  const images = JSON.parse(await dockerGet(socket, '/images/json')) as { RepoTags: string[] }[];
  expect(images.flatMap((image) => image.RepoTags)).toEqual(['gantry/hello:2']);
  expect(rules()).toBe(rulesBefore);
  expect(existsSync(path.join(stateFolder, 'notes.txt'))).toBe(true);
  expect(execFileSync('ls', ['-A', stateFolder], { encoding: 'utf8' }).trim()).toBe('notes.txt');
  await dockerPost(socket, `/containers/${foreign}?force=1`, undefined, 'DELETE');
  execFileSync('rm', ['-r', stateFolder]);
});
