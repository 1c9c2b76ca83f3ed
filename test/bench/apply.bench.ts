import postgres from 'postgres';
import { stringify } from 'yaml';
import type { Bench, Row } from './bench.ts';
import { runBench } from './run-bench.ts';
import { measure, rate } from './support/measure.ts';
import { podInput } from './support/pods.ts';
import { startServer } from './support/server.ts';

const objects = 500;
const query = 'mutation ($manifests: String!) { applyManifests(manifests: $manifests, fieldManager: "bench") { revision results { operation } } }';

/** Half Pods, half ConfigMaps, as people write them. */
function manifests(run: string): readonly object[] {
  return Array.from({ length: objects }, (_, i) => (i % 2 ? { apiVersion: 'v1', kind: 'Pod', ...podInput(`pod-${run}-${i}`) }
    : { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `config-${run}-${i}`, labels: { app: 'bench' } }, data: { level: 'info', motd: 'hello there' } }));
}

/** applyManifests with 500 new objects through HTTP, as YAML and as JSON, against one statement with 500 rows in a bare PostgreSQL. */
const bench: Bench = async (tell) => {
  await using server = await startServer();
  let serial = 0;
  const apply = async (text: (list: readonly object[]) => string) => {
    const response = await fetch(server.url, {
      method: 'POST', headers: { 'content-type': 'application/json', 'authorization': `Bearer ${server.token}` },
      body: JSON.stringify({ query, variables: { manifests: text(manifests(String(serial++))) } }),
    });
    const { errors } = await response.json() as { errors?: readonly { message: string }[] };
    if (errors) throw new Error(errors[0]?.message);
  };
  const formats = [
    { name: 'YAML', text: (list: readonly object[]) => list.map((one) => stringify(one)).join('---\n') },
    { name: 'JSON', text: (list: readonly object[]) => JSON.stringify({ apiVersion: 'v1', kind: 'List', items: list }) },
  ];
  const sql = postgres(server.databaseUrl, { max: 1, onnotice: () => undefined });
  await sql`CREATE TABLE bare (id text PRIMARY KEY, body jsonb NOT NULL)`;
  const bare = async () => {
    const run = String(serial++);
    await sql.unsafe('INSERT INTO bare SELECT id, body FROM jsonb_to_recordset($1::text::jsonb) AS t(id text, body jsonb)', [JSON.stringify(manifests(run).map((body, i) => ({ id: `${run}-${i}`, body })))]);
  };
  tell('bare');
  await measure(1, 500, bare);
  const peer = await measure(1, 1500, bare);
  const rows: Row[] = [];
  for (const { name, text } of formats) {
    tell(`${name}, warming up`);
    await measure(1, 3000, () => apply(text));
    tell(name);
    const ours = await measure(1, 4000, () => apply(text));
    rows.push({
      what: `applyManifests, ${objects} objects, ${name}`, reach: '≥ 5,000 objects/s', measured: `${rate(ours.perSecond * objects)}, p50 ${Math.round(ours.p50Ms)} ms`,
      peer: `PostgreSQL ${rate(peer.perSecond * objects)}`, ratio: ours.perSecond / peer.perSecond,
    });
  }
  await sql.end();
  return rows;
};

await runBench(bench);
