// Writes the migration that leads from the existing ones to prisma/schema.prisma: `node --import tsx scripts/migration.ts NAME`; without a name it only prints it.
// Works without Prisma's downloaded engine and without a database: the engine's WebAssembly build compares the schema with an embedded PostgreSQL.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import type { SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import * as engineModule from '@prisma/schema-engine-wasm/schema_engine_bg';
import { startEmbeddedPostgres } from '../src/store/embedded-postgres.ts';
import { migrate } from '../src/store/migrate.ts';

const root = path.resolve(import.meta.dirname, '..');
const schemaPath = path.join(root, 'prisma/schema.prisma');
const silent = { info: () => undefined, warn: () => undefined };

const charOid = 18;
const textOid = 25;

/** What the adapter asks the driver through; not in its types. */
interface QueryRunner {
  performIO(query: unknown): Promise<{ readonly fields: { readonly name: string; dataTypeID: number }[] }>;
}

/** The engine reads kinds of constraints as PostgreSQL's internal type "char", which the adapter refuses: it gets them as text, the engine as characters. */
function adapterFor(databaseUrl: string): SqlMigrationAwareDriverAdapterFactory {
  const factory = new PrismaPg({ connectionString: databaseUrl });
  const connect: typeof factory.connect = async () => {
    const adapter = await factory.connect();
    const runner = adapter as unknown as QueryRunner;
    const [performIO, queryRaw] = [runner.performIO.bind(adapter), adapter.queryRaw.bind(adapter)];
    const characters = new Set<string>();
    runner.performIO = async (query) => {
      const result = await performIO(query);
      for (const field of result.fields.filter(({ dataTypeID }) => dataTypeID === charOid)) {
        characters.add(field.name);
        field.dataTypeID = textOid;
      }
      return result;
    };
    adapter.queryRaw = async (query) => {
      characters.clear();
      const result = await queryRaw(query);
      return { ...result, columnTypes: result.columnTypes.map((type, at) => (characters.has(result.columnNames[at] ?? '') ? ColumnTypeEnum.Character : type)) };
    };
    return adapter;
  };
  return { provider: factory.provider, adapterName: factory.adapterName, connect, connectToShadowDb: () => factory.connectToShadowDb() };
}

/** The parts of WebAssembly's interface that are needed; Node's types have it only as a namespace. */
interface WebAssemblyGlobal {
  readonly WebAssembly: { instantiate(bytes: Uint8Array, imports: Record<string, unknown>): Promise<{ readonly instance: { readonly exports: { __wbindgen_start(): void } } }> };
}

/** Node 20 cannot import WebAssembly, so it is put together by hand. */
async function startEngine(databaseUrl: string): Promise<engineModule.SchemaEngine> {
  const file = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg').replace(/\.js$/, '.wasm');
  const glue = engineModule as unknown as { __wbg_set_wasm(exports: unknown): void };
  const { instance } = await (globalThis as unknown as WebAssemblyGlobal).WebAssembly.instantiate(await readFile(file), { './schema_engine_bg.js': glue });
  glue.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: { set_message: (message: string) => console.error(message) } });
  const content = await readFile(schemaPath, 'utf8');
  return engineModule.SchemaEngine.new({ datamodels: [[schemaPath, content]] }, () => undefined, bindMigrationAwareSqlAdapterFactory(adapterFor(databaseUrl)));
}

/** The SQL that makes the database, which has every existing migration, equal to the schema. */
async function difference(databaseUrl: string): Promise<string> {
  const engine = await startEngine(databaseUrl);
  const files = [{ path: schemaPath, content: await readFile(schemaPath, 'utf8') }];
  const { stdout } = await engine.diff({
    script: true, exitCode: null, filters: { externalTables: ['public._prisma_migrations'], externalEnums: [] },
    from: { tag: 'schemaDatasource', files, configDir: root }, to: { tag: 'schemaDatamodel', files },
  });
  return stdout ?? '';
}

const folder = await mkdtemp(path.join(os.tmpdir(), 'gantry-migration-'));
const server = await startEmbeddedPostgres({ dataFolder: folder, logger: silent, endWithProcess: true });
try {
  await migrate(server.url);
  const sql = await difference(server.url);
  const [, , name] = process.argv;
  if (sql.includes('This is an empty migration')) console.log('the migrations already lead to the schema');
  else if (name === undefined) console.log(sql);
  else {
    const target = path.join(root, 'prisma/migrations', `${new Date().toISOString().replace(/\D/g, '').slice(0, 14)}_${name}`);
    await mkdir(target);
    await writeFile(path.join(target, 'migration.sql'), sql);
    console.log(`wrote ${path.relative(root, target)}/migration.sql`);
  }
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
process.exit(0);
