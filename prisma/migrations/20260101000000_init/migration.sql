-- CreateTable
CREATE TABLE "object" (
    "kind" TEXT NOT NULL,
    "namespace" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "uid" TEXT NOT NULL,
    "revision" BIGINT NOT NULL,
    "deleting" BOOLEAN NOT NULL,

    CONSTRAINT "object_pkey" PRIMARY KEY ("kind","namespace","name")
);

-- CreateTable
CREATE TABLE "change" (
    "revision" BIGINT NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "namespace" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "actor" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "change_pkey" PRIMARY KEY ("revision","ordinal")
);

-- CreateTable
CREATE TABLE "revision" (
    "id" INTEGER NOT NULL,
    "value" BIGINT NOT NULL,
    "horizon" BIGINT NOT NULL,

    CONSTRAINT "revision_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "writer" (
    "server" TEXT NOT NULL,
    "slot" INTEGER NOT NULL,
    "batch" BIGINT NOT NULL,
    "result" JSON NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "writer_pkey" PRIMARY KEY ("server","slot")
);

-- CreateTable
CREATE TABLE "lease" (
    "name" TEXT NOT NULL,
    "holder" TEXT,
    "epoch" BIGINT NOT NULL,
    "duration_ms" INTEGER NOT NULL,
    "renewed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "lease_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "credential" (
    "hash" BYTEA NOT NULL,
    "type" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3),

    CONSTRAINT "credential_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "audit_entry" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actor" TEXT NOT NULL,
    "operation" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,

    CONSTRAINT "audit_entry_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "change_kind_namespace_name_revision_idx" ON "change"("kind", "namespace", "name", "revision");

-- CreateIndex
CREATE INDEX "credential_type_name_idx" ON "credential"("type", "name");

-- CreateIndex
CREATE INDEX "audit_entry_at_idx" ON "audit_entry"("at");

-- What the Prisma schema cannot say.

INSERT INTO revision (id, value, horizon) VALUES (1, 0, 0);

-- Rows that are updated in place find room on their page.
ALTER TABLE object SET (fillfactor = 70);
ALTER TABLE revision SET (fillfactor = 10);
ALTER TABLE writer SET (fillfactor = 50);
ALTER TABLE lease SET (fillfactor = 50);
-- Compressing bodies of a few KB costs more than writing them.
ALTER TABLE change SET (toast_tuple_target = 8160);

-- Commits a batch of change sets that touch different keys: each one whole or not at all, each one at a revision of its own.
--   checks  what must hold: [{i, s, t, kind, namespace, name, uid, e, d}], s = number of the set, t = c create, u update, d delete,
--           x still at revision e, n namespace in use, f lease of epoch e; d on an update: deletion was asked for
--   log     [{s, o, kind, namespace, name, t, a}]: ordinal, type and actor of each change
--   bodies  the changes' bodies, a line each, as JSON that is never looked into here
--   writing_sets  sets numbered from 0 that write; those from here on only check
-- The answer {from, to, failures: [{i, s, code, revision}]}: the sets that did not fail got the revisions from+1 … to in order.
-- The revision row is locked first: whatever is checked after it is the last committed state and stays so until this commit. A batch that was
-- committed already answers as it did then, so a caller who lost the answer may send it again.
CREATE FUNCTION gantry_commit(server_name text, slot_number integer, batch_number bigint, writing_sets integer, checks json, log json, bodies text)
RETURNS json LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off SET jit = off
AS $$
DECLARE
  base bigint;
  newest bigint;
  last_batch bigint;
  answer json;
  failures json;
  failed integer[];
  creates boolean;
  updates boolean;
  deletes boolean;
  revisions bigint[] := array_fill(NULL::bigint, ARRAY[writing_sets + 1]);
BEGIN
  SELECT r.value INTO base FROM revision r WHERE r.id = 1 FOR UPDATE;
  SELECT w.batch, w.result INTO last_batch, answer FROM writer w WHERE w.server = server_name AND w.slot = slot_number;
  IF last_batch = batch_number THEN RETURN answer; END IF;
  IF last_batch > batch_number THEN RAISE EXCEPTION 'batch % came after its successor', batch_number USING ERRCODE = 'object_not_in_prerequisite_state'; END IF;

  SELECT json_agg(json_build_object('i', f.i, 's', f.s, 'code', f.code, 'revision', f.revision)) FILTER (WHERE f.code IS NOT NULL),
         array_agg(f.s) FILTER (WHERE f.code IS NOT NULL),
         bool_or(f.t = 'c'), bool_or(f.t = 'u'), bool_or(f.t = 'd')
    INTO failures, failed, creates, updates, deletes
    FROM (SELECT c.i, c.s, c.t, o.revision, CASE
            WHEN c.t = 'c' THEN CASE WHEN o.name IS NOT NULL THEN 'ALREADY_EXISTS' END
            WHEN c.t = 'f' THEN CASE WHEN l.epoch IS DISTINCT FROM c.e THEN 'FORBIDDEN' END
            WHEN c.t = 'n' THEN CASE WHEN o.name IS NULL THEN 'NOT_FOUND' WHEN o.deleting THEN 'FORBIDDEN' END
            WHEN c.t = 'x' THEN CASE WHEN o.revision IS DISTINCT FROM c.e THEN 'CONFLICT' END
            WHEN o.name IS NULL THEN 'NOT_FOUND'
            WHEN o.revision <> c.e OR o.uid <> c.uid THEN 'CONFLICT'
          END AS code
          FROM json_to_recordset(checks) AS c(i integer, s integer, t text, kind text, namespace text, name text, uid text, e bigint)
          LEFT JOIN object o ON o.kind = c.kind AND o.namespace = c.namespace AND o.name = c.name
          LEFT JOIN lease l ON c.t = 'f' AND l.name = c.name) f;

  newest := base;
  FOR s IN 0 .. writing_sets - 1 LOOP
    CONTINUE WHEN s = ANY (failed);
    newest := newest + 1;
    revisions[s + 1] := newest;
  END LOOP;
  answer := json_build_object('from', base, 'to', newest, 'failures', failures);
  IF newest = base THEN RETURN answer; END IF;

  IF creates THEN
    INSERT INTO object (kind, namespace, name, uid, revision, deleting)
    SELECT c.kind, c.namespace, c.name, c.uid, revisions[c.s + 1], c.d
      FROM json_to_recordset(checks) AS c(s integer, t text, kind text, namespace text, name text, uid text, d boolean)
     WHERE c.t = 'c' AND revisions[c.s + 1] IS NOT NULL;
  END IF;
  IF updates THEN
    UPDATE object o SET revision = revisions[c.s + 1], deleting = c.d
      FROM json_to_recordset(checks) AS c(s integer, t text, kind text, namespace text, name text, d boolean)
     WHERE c.t = 'u' AND revisions[c.s + 1] IS NOT NULL AND o.kind = c.kind AND o.namespace = c.namespace AND o.name = c.name;
  END IF;
  IF deletes THEN
    DELETE FROM object o
     USING json_to_recordset(checks) AS c(s integer, t text, kind text, namespace text, name text)
     WHERE c.t = 'd' AND revisions[c.s + 1] IS NOT NULL AND o.kind = c.kind AND o.namespace = c.namespace AND o.name = c.name;
  END IF;
  INSERT INTO change (revision, ordinal, kind, namespace, name, type, body, actor)
  SELECT revisions[c.s + 1], c.o, c.kind, c.namespace, c.name, c.t, c.b, c.a
    FROM ROWS FROM (json_to_recordset(log) AS (s integer, o integer, kind text, namespace text, name text, t text, a text), string_to_table(bodies, E'\n'))
         AS c(s, o, kind, namespace, name, t, a, b)
   WHERE revisions[c.s + 1] IS NOT NULL;

  UPDATE revision SET value = newest WHERE id = 1;
  UPDATE writer SET batch = batch_number, result = answer, at = clock_timestamp() WHERE server = server_name AND slot = slot_number;
  IF NOT FOUND THEN INSERT INTO writer (server, slot, batch, result, at) VALUES (server_name, slot_number, batch_number, answer, clock_timestamp()); END IF;
  PERFORM pg_notify('gantry_changes', server_name || ' ' || newest);
  RETURN answer;
END
$$;

-- Takes or renews a lease and answers its epoch, or null while someone else holds it. Who takes it over first waits for commits under way, so
-- that afterwards none with the old epoch can still come.
CREATE FUNCTION gantry_acquire(lease_name text, new_holder text, new_duration_ms integer)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  held bigint;
BEGIN
  UPDATE lease SET renewed_at = clock_timestamp(), duration_ms = new_duration_ms WHERE name = lease_name AND holder = new_holder RETURNING epoch INTO held;
  IF FOUND THEN RETURN held; END IF;
  PERFORM 1 FROM lease WHERE name = lease_name AND holder IS NOT NULL AND renewed_at + duration_ms * interval '1 millisecond' > clock_timestamp();
  IF FOUND THEN RETURN NULL; END IF;
  PERFORM 1 FROM revision WHERE id = 1 FOR UPDATE;
  INSERT INTO lease (name, holder, epoch, duration_ms, renewed_at) VALUES (lease_name, new_holder, 1, new_duration_ms, clock_timestamp())
    ON CONFLICT (name) DO UPDATE SET holder = new_holder, epoch = lease.epoch + 1, duration_ms = new_duration_ms, renewed_at = clock_timestamp()
    WHERE lease.holder IS NULL OR lease.renewed_at + lease.duration_ms * interval '1 millisecond' <= clock_timestamp()
    RETURNING epoch INTO held;
  RETURN held;
END
$$;

-- Removes the changes at or before `new_horizon` that nobody needs to know the state there: superseded ones and deletions. What stays is the newest
-- change of each object that lived then. Answers how many went.
CREATE FUNCTION gantry_prune(new_horizon bigint)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  old_horizon bigint;
  removed bigint;
BEGIN
  SELECT horizon INTO old_horizon FROM revision WHERE id = 1;
  IF new_horizon <= old_horizon THEN RETURN 0; END IF;
  DELETE FROM change c
   USING (SELECT kind, namespace, name, max(revision) AS newest FROM change
           WHERE revision > old_horizon AND revision <= new_horizon GROUP BY kind, namespace, name) k
   WHERE c.kind = k.kind AND c.namespace = k.namespace AND c.name = k.name
     AND (c.revision < k.newest OR c.revision = k.newest AND c.type = 'DELETED');
  GET DIAGNOSTICS removed = ROW_COUNT;
  UPDATE revision SET horizon = new_horizon WHERE id = 1;
  RETURN removed;
END
$$;
