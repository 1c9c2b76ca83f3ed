import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** Runs oxlint over the tree with `.oxlintrc.json`; gives what it says, empty where all is well. */
export function runOxlint(root: string): string {
  const { status, stdout, stderr } = spawnSync(join(root, 'node_modules/.bin/oxlint'), ['--quiet', '--format=unix', 'src', 'agent', 'test', 'scripts'], { cwd: root, encoding: 'utf8' });
  return status === 0 ? '' : `${stdout}${stderr}`;
}
