import { existsSync } from 'node:fs';
import path from 'node:path';
import { isDebianLike } from './plan-engine.mjs';
import { SetupError } from './progress.mjs';
import { runLogged } from './run-command.mjs';
import { readText } from './stamps.mjs';

/** Where Debian's package puts it; the tests look there. */
const executable = '/usr/bin/chromium';

/**
 * Makes sure that the tests have a browser: installs Chromium where that is allowed. Returns what to tell.
 * @param {string} stateFolder
 * @param {(text: string) => void} tell
 * @returns {Promise<string>}
 */
export async function ensureBrowser(stateFolder, tell) {
  if (existsSync(executable)) return `Chromium at ${executable}`;
  const command = 'apt-get update && apt-get install -y chromium';
  if (process.getuid?.() !== 0 || !isDebianLike(readText('/etc/os-release') ?? '')) {
    throw new SetupError('no browser', ['The tests of the playground need Chromium at /usr/bin/chromium. On Debian or Ubuntu run, as root:', `  ${command}`]);
  }
  const common = { program: 'apt-get', env: { DEBIAN_FRONTEND: 'noninteractive' }, logFile: path.join(stateFolder, 'setup', 'apt-browser.log'), wayOut: `Run it by hand to see more: ${command}` };
  tell('apt-get update');
  await runLogged({ ...common, args: ['update', '-q'] });
  tell('apt-get install chromium');
  await runLogged({ ...common, args: ['install', '-y', '-q', '--no-install-recommends', 'chromium'] });
  return 'installed Chromium';
}
