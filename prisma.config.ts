import { defineConfig } from 'prisma/config';

// `prisma generate` looks for an engine that it would download and then doesn't use; any program satisfies it.
process.env['PRISMA_SCHEMA_ENGINE_BINARY'] ??= process.execPath;

export default defineConfig({ schema: 'prisma/schema.prisma', migrations: { path: 'prisma/migrations' } });
