import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../lib/clock.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import { answered } from './connection.ts';
import type { Credentials, Identity } from './store.ts';

/** Credentials, and the way for other servers to say that something was revoked. */
export interface CredentialStore extends Credentials {
  /** Forgets every answer kept in memory. */
  forget(): void;
}

interface Known {
  readonly identity: Identity | undefined;
  readonly untilMs: number;
}

const knownForMs = 5_000;
const unknownForMs = 1_000;
const mostKept = 10_000;
/** Ours have 43 characters; nobody fills the memory with others. */
const longestKept = 64;

/** Credentials in the table `credential`. `announce` tells the other servers to forget what they keep. */
export function createCredentials(prisma: PrismaClient, clock: Clock, announce: () => Promise<void>): CredentialStore {
  let kept = new Map<string, Known>();
  let generation = 0;
  const forget = (): void => {
    generation++;
    kept = new Map();
  };
  const changed = async (): Promise<void> => {
    forget();
    await answered(announce());
  };
  const keep = (token: string, identity: Identity | undefined, untilMs: number): void => {
    if (kept.size >= mostKept) kept = new Map();
    kept.set(token, { identity, untilMs });
  };
  return {
    forget,
    issue: async (identity, expiresInMs) => {
      const token = newToken();
      const expiresAt = expiresInMs === undefined ? undefined : clock.now() + expiresInMs;
      const data = row(token, identity, clock.now(), expiresAt);
      await answered(prisma.credential.create({ data }));
      return { id: data.hash.toString('hex'), token, expiresAt };
    },
    identify: async (token) => {
      const known = kept.get(token);
      if (known !== undefined && clock.now() < known.untilMs) return known.identity;
      const hash = sha256(token), asked = generation;
      const found = await answered(prisma.credential.findUnique({ where: { hash } }));
      const now = clock.now();
      const expiresAt = found?.expiresAt?.getTime() ?? Infinity;
      const identity = found === null || expiresAt <= now ? undefined : ({ type: found.type, name: found.name } as Identity);
      if (asked === generation && token.length <= longestKept) keep(token, identity, identity === undefined ? now + unknownForMs : Math.min(expiresAt, now + knownForMs));
      return identity;
    },
    ensure: async (token, identity) => {
      const data = row(token, identity, clock.now(), undefined);
      // Servers that start together say the same; an upsert would look first and then collide.
      await answered(prisma.credential.createMany({ data: [data], skipDuplicates: true }));
      await changed();
    },
    revoke: async ({ type, name }) => {
      await answered(prisma.credential.deleteMany({ where: { type, name } }));
      await changed();
    },
    keepOnly: async ({ type, name }, id) => {
      const hash = Buffer.from(id, 'hex');
      const kept = await answered(prisma.credential.findUnique({ where: { hash } }));
      if (kept === null || kept.type !== type || kept.name !== name || (kept.expiresAt?.getTime() ?? Infinity) <= clock.now()) return false;
      const { count } = await answered(prisma.credential.deleteMany({ where: { type, name, NOT: { hash } } }));
      if (count > 0) await changed();
      return true;
    },
  };
}

/** Never begins with a dash: as a word of a command line (`--token TOKEN`) it would be read as an option. */
function newToken(): string {
  for (;;) {
    const token = randomBytes(32).toString('base64url');
    if (!token.startsWith('-')) return token;
  }
}

function row(token: string, { type, name }: Identity, nowMs: number, expiresAt: number | undefined) {
  return { hash: sha256(token), type, name, createdAt: new Date(nowMs), expiresAt: expiresAt === undefined ? null : new Date(expiresAt) };
}

/** A copy in memory of its own, as Prisma's type of bytes demands. */
function sha256(token: string): Buffer<ArrayBuffer> {
  return Buffer.from(createHash('sha256').update(token).digest());
}
