import path from 'node:path';
import { planInstall } from './plan-install.mjs';
import { step } from './progress.mjs';
import { runLogged } from './run-command.mjs';
import { ensureTestTools } from './test-tools.mjs';
import { ensureEngine } from './engine.mjs';
import { digest, readFiles, readText, writeText } from './stamps.mjs';

/** What `npm run generate` reads. */
const generateInputs = ['src/model', 'src/kinds', 'src/api', 'scripts/generate', 'prisma/schema.prisma', 'prisma.config.ts'];

/**
 * Everything that must be there before any of the project's own code runs. A second call takes milliseconds.
 * @param {string} root the project
 * @param {string} stateFolder
 */
export async function prepare(root, stateFolder) {
  await step('Packages', (tell) => ensureDependencies(root, stateFolder, tell));
  await step('Code', (tell) => ensureGenerated(root, stateFolder, tell));
  await step('Docker', (tell) => ensureEngine(stateFolder, tell));
}

/**
 * What tests need besides.
 * @param {string} stateFolder
 */
export async function prepareTests(stateFolder) {
  await step('Test tools', (tell) => ensureTestTools(stateFolder, tell));
}

async function ensureDependencies(root, stateFolder, tell) {
  const stampFile = path.join(root, 'node_modules', '.gantry-stamp');
  const lock = readText(path.join(root, 'package-lock.json')) ?? '';
  const node = `node ${process.versions.modules} ${process.platform} ${process.arch}`;
  const wantedStamp = `${node}\n${digest([{ name: 'package-lock.json', content: lock }])}\n`;
  const stamp = readText(stampFile);
  const plan = planInstall({ stamp, wantedStamp, lock, record: readText(path.join(root, 'node_modules', '.package-lock.json')), hasNewNode: stamp !== undefined && !stamp.startsWith(`${node}\n`) });
  if (plan.isStale) {
    tell(`npm ci (${plan.reason})`);
    await runLogged({
      program: 'npm', args: ['ci', '--no-audit', '--no-fund'], cwd: root, env: { NODE_ENV: 'development' }, logFile: path.join(stateFolder, 'setup', 'npm.log'),
      wayOut: 'Check that the package registry can be reached (npm ping), then try again.',
    });
  }
  if (plan.isStale || !plan.isStamped) writeText(stampFile, wantedStamp);
  return plan.isStale ? 'installed' : 'up to date';
}

async function ensureGenerated(root, stateFolder, tell) {
  const stampFile = path.join(root, 'src', 'generated', '.stamp');
  const files = readFiles(root, generateInputs, (name) => /\.(graphql|prisma)$|^scripts\/generate\/|^prisma\.config/.test(name));
  const wanted = digest(files, readText(path.join(root, 'package-lock.json')) ?? '');
  if (readText(stampFile) === wanted) return 'up to date';
  tell('npm run generate');
  await runLogged({ program: 'npm', args: ['run', '--silent', 'generate'], cwd: root, logFile: path.join(stateFolder, 'setup', 'generate.log'), wayOut: 'Run it by hand to see more: npm run generate' });
  writeText(stampFile, wanted);
  return 'generated';
}
