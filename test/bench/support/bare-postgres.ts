import postgres from 'postgres';

/** Rows of text in a plain table, written in one-statement batches: what PostgreSQL itself allows through the same driver, with nothing of ours around it. */
export interface BarePostgres extends AsyncDisposable {
  /** Inserts a row; resolves when it is durable. */
  insert(id: string, body: string): Promise<void>;
  /** Replaces a row of a version by the next version; resolves when it is durable. */
  update(id: string, version: number, body: string): Promise<void>;
}

interface Wanted {
  readonly id: string;
  readonly version: number;
  readonly body: string;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

const insertText = 'INSERT INTO bare (id, version, body) SELECT id, 1, body FROM jsonb_to_recordset($1::text::jsonb) AS t(id text, body jsonb)';
const updateText = `UPDATE bare SET version = bare.version + 1, body = t.body FROM jsonb_to_recordset($1::text::jsonb) AS t(id text, version int, body jsonb)
  WHERE bare.id = t.id AND bare.version = t.version`;

/** Opens a table of its own in a database. What arrives while two statements are under way becomes the next one. */
export async function openBarePostgres(databaseUrl: string): Promise<BarePostgres> {
  const sql = postgres(databaseUrl, { max: 2, onnotice: () => undefined });
  await sql`CREATE TABLE IF NOT EXISTS bare (id text PRIMARY KEY, version int NOT NULL, body jsonb NOT NULL)`;
  const writer = (text: string) => {
    let waiting: Wanted[] = [], running = 0;
    const next = () => {
      if (waiting.length === 0 || running === 2) return;
      const batch = waiting;
      waiting = [];
      running++;
      const rows = `[${batch.map(({ id, version, body }) => `{"id":${JSON.stringify(id)},"version":${version},"body":${body}}`).join(',')}]`;
      sql.unsafe(text, [rows], { prepare: true }).then(() => batch.forEach(({ done }) => done()), (error: unknown) => batch.forEach(({ failed }) => failed(error)))
        .finally(() => { running--; next(); });
    };
    return (id: string, version: number, body: string) => new Promise<void>((done, failed) => {
      waiting.push({ id, version, body, done, failed });
      queueMicrotask(next);
    });
  };
  const insert = writer(insertText);
  return { insert: (id, body) => insert(id, 0, body), update: writer(updateText), [Symbol.asyncDispose]: () => sql.end() };
}
