import { existsSync } from 'node:fs';
import path from 'node:path';
import { isDebianLike } from './plan-engine.mjs';
import { SetupError } from './progress.mjs';
import { runLogged } from './run-command.mjs';
import { readText } from './stamps.mjs';

/** Programs that the tests run, where Debian's packages put them, and what for. */
const tools = [
  { package: 'chromium', executable: '/usr/bin/chromium', purpose: 'the tests of the playground' },
  { package: 'mmdebstrap', executable: '/usr/bin/mmdebstrap', purpose: 'images for the tests, made without a registry' },
  { package: 'docker-compose', executable: '/usr/bin/docker-compose', purpose: 'the test of docker-compose.yml' },
];

/**
 * Makes sure that the tests have the programs they run: installs them where that is allowed. Returns what to tell.
 * @param {string} stateFolder
 * @param {(text: string) => void} tell
 * @returns {Promise<string>}
 */
export async function ensureTestTools(stateFolder, tell) {
  const missing = tools.filter(({ executable }) => !existsSync(executable));
  const names = tools.map((tool) => tool.package).join(', ');
  if (missing.length === 0) return names;
  const packages = missing.map((tool) => tool.package);
  const command = `apt-get update && apt-get install -y ${packages.join(' ')}`;
  if (process.getuid?.() !== 0 || !isDebianLike(readText('/etc/os-release') ?? '')) {
    throw new SetupError('programs for the tests are missing', [
      ...missing.map(({ executable, purpose }) => `  ${executable}  for ${purpose}`), 'On Debian or Ubuntu run, as root:', `  ${command}`,
    ]);
  }
  const common = { program: 'apt-get', env: { DEBIAN_FRONTEND: 'noninteractive' }, logFile: path.join(stateFolder, 'setup', 'apt-tests.log'), wayOut: `Run it by hand to see more: ${command}` };
  tell('apt-get update');
  await runLogged({ ...common, args: ['update', '-q'] });
  tell(`apt-get install ${packages.join(' ')}`);
  await runLogged({ ...common, args: ['install', '-y', '-q', '--no-install-recommends', ...packages] });
  return `${names} (installed)`;
}
