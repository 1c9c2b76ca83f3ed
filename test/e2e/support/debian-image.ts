import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import path from 'node:path';
import { promisify } from 'node:util';
import { projectFile } from '../../../src/lib/project-file.ts';

const run = promisify(execFile);
const folder = projectFile('.gantry/test/images');

/** A file system made of Debian's packages on the spot, since tests must not need an image registry. */
export interface DebianImage {
  /** What the image is called on the engine, such as `gantry-test/web:1`. */
  readonly name: string;
  /** `apt`: a system in which packages can be installed further. `extract`: the packages' files alone, not configured, without a shell of their own. */
  readonly variant: 'apt' | 'extract';
  readonly packages: readonly string[];
  /** mmdebstrap's hooks that add files: `copy-in FROM… TO`, or shell with the root folder as `$1`. */
  readonly hooks?: readonly string[];
  /** Before packages are configured, likewise. */
  readonly earlyHooks?: readonly string[];
  /** Dockerfile instructions, such as `ENV A=b`. */
  readonly changes?: readonly string[];
}

/** Makes the image on an engine. The file system is kept below `.gantry/test`, so that the next run finds it; it takes half a minute the first time. Packages come from outside the tests' machine. */
export async function importDebianImage(socket: string, image: DebianImage): Promise<void> {
  const args = ['--quiet', '--format=tar', `--variant=${image.variant}`, `--include=${image.packages.join(',')}`, '--aptopt=Apt::Install-Recommends "false"',
    ...['doc', 'man', 'locale'].map((part) => `--dpkgopt=path-exclude=/usr/share/${part}/*`),
    ...(image.earlyHooks ?? []).map((hook) => `--essential-hook=${hook}`), ...(image.hooks ?? []).map((hook) => `--${image.variant === 'extract' ? 'extract' : 'customize'}-hook=${hook}`)];
  const stem = image.name.replace(/\W+/g, '-'), file = path.join(folder, `${stem}-${createHash('sha256').update(args.join('\n')).digest('hex').slice(0, 12)}.tar`);
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true });
    for (const old of readdirSync(folder)) if (old.startsWith(`${stem}-`)) rmSync(path.join(folder, old));
    await run('nsenter', [`--net=${process.env['GANTRY_OUTSIDE']}`, 'mmdebstrap', ...args, 'bookworm', `${file}.part`]);
    renameSync(`${file}.part`, file);
  }
  const changes = (image.changes ?? []).map((change) => `&changes=${encodeURIComponent(change)}`).join('');
  const [repo, tag] = image.name.split(':');
  await upload(socket, `/images/create?fromSrc=-&repo=${repo}&tag=${tag}${changes}`, file);
}

function upload(socketPath: string, urlPath: string, file: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const call = request({ socketPath, method: 'POST', path: urlPath, headers: { 'content-type': 'application/x-tar' } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => { text += part; })
        .on('end', () => (response.statusCode! < 400 && !text.includes('"error"') ? resolve() : reject(new Error(`${urlPath}: ${response.statusCode} ${text}`))));
    });
    call.on('error', reject);
    createReadStream(file).on('error', reject).pipe(call);
  });
}
