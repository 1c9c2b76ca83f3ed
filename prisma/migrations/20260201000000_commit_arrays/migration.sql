-- AlterTable
ALTER TABLE "change" ADD COLUMN "previous" BIGINT;

-- What the Prisma schema cannot say.

-- Each change leads to the one before it of the same object; that takes the place of an index over the keys, which cost a commit more than anything else.
UPDATE change c SET previous = (SELECT max(b.revision) FROM change b
                                 WHERE b.kind = c.kind AND b.namespace = c.namespace AND b.name = c.name AND b.revision < c.revision)
 WHERE c.type <> 'ADDED';

-- DropIndex
DROP INDEX "change_kind_namespace_name_revision_idx";

DROP FUNCTION gantry_commit(text, integer, bigint, integer, json, json, text);

-- Commits a batch of change sets that touch different keys: each one whole or not at all, each one at a revision of its own.
-- Its items, one in each of the arrays, in the order of their sets; no text of theirs is looked into here:
--   sets        the number of the item's set; those below writing_sets write, those from there on only check
--   types       c create, u update, d delete; x still at revision `expected`, n namespace in use, f lease of epoch `expected`
--   deleting    of a create or update: deletion was asked for
--   ordinals, bodies   of a write: its number in its set, and the object as JSON; else null
--   actors      of a set
-- The answer {from, to, failures: [{i, s, code, revision}]}: the sets that did not fail got the revisions from+1 … to in order.
-- The revision row is locked first: whatever is checked after it is the last committed state and stays so until this commit. A batch that was
-- committed already answers as it did then, so a caller who lost the answer may send it again.
CREATE FUNCTION gantry_commit(server_name text, slot_number integer, batch_number bigint, writing_sets integer, sets integer[], types "char"[], kinds text[],
  namespaces text[], names text[], uids text[], expected bigint[], deletions boolean[], ordinals integer[], bodies text[], actors text[])
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
  -- Of each writing set; null where all sets succeed, which gives them base + 1, base + 2, …
  revisions bigint[];
BEGIN
  SELECT r.value INTO base FROM revision r WHERE r.id = 1 FOR UPDATE;
  SELECT w.batch, w.result INTO last_batch, answer FROM writer w WHERE w.server = server_name AND w.slot = slot_number;
  IF last_batch = batch_number THEN RETURN answer; END IF;
  IF last_batch > batch_number THEN RAISE EXCEPTION 'batch % came after its successor', batch_number USING ERRCODE = 'object_not_in_prerequisite_state'; END IF;

  SELECT array_agg(f.s), array_to_json(array_agg(f)) INTO failed, failures
    FROM (SELECT c.i - 1 AS i, c.s, o.revision, CASE
            WHEN c.t = 'c' THEN CASE WHEN o.name IS NOT NULL THEN 'ALREADY_EXISTS' END
            WHEN c.t = 'f' THEN CASE WHEN (SELECT l.epoch FROM lease l WHERE l.name = c.name) IS DISTINCT FROM c.e THEN 'FORBIDDEN' END
            WHEN c.t = 'n' THEN CASE WHEN o.name IS NULL THEN 'NOT_FOUND' WHEN o.deleting THEN 'FORBIDDEN' END
            WHEN c.t = 'x' THEN CASE WHEN o.revision IS DISTINCT FROM c.e THEN 'CONFLICT' END
            WHEN o.name IS NULL THEN 'NOT_FOUND'
            WHEN o.revision <> c.e OR o.uid <> c.uid THEN 'CONFLICT'
          END AS code
          FROM unnest(sets, types, kinds, namespaces, names, uids, expected) WITH ORDINALITY AS c(s, t, kind, namespace, name, uid, e, i)
          LEFT JOIN object o ON o.kind = c.kind AND o.namespace = c.namespace AND o.name = c.name) f
   WHERE f.code IS NOT NULL;

  IF failed IS NULL THEN
    newest := base + writing_sets;
  ELSE
    SELECT array_agg(CASE WHEN r.succeeds THEN r.revision END ORDER BY r.s), coalesce(max(r.revision), base) INTO revisions, newest
      FROM (SELECT g.s, g.succeeds, base + count(*) FILTER (WHERE g.succeeds) OVER (ORDER BY g.s) AS revision
              FROM (SELECT s, s <> ALL (failed) AS succeeds FROM generate_series(0, writing_sets - 1) s) g) r;
  END IF;
  answer := json_build_object('from', base, 'to', newest, 'failures', failures);
  IF newest = base THEN RETURN answer; END IF;

  IF 'c' = ANY (types) THEN
    INSERT INTO object (kind, namespace, name, uid, revision, deleting)
    SELECT c.kind, c.namespace, c.name, c.uid, CASE WHEN failed IS NULL THEN base + 1 + c.s ELSE revisions[c.s + 1] END, c.d
      FROM unnest(sets, types, kinds, namespaces, names, uids, deletions) AS c(s, t, kind, namespace, name, uid, d)
     WHERE c.t = 'c' AND (failed IS NULL OR c.s <> ALL (failed));
  END IF;
  IF 'u' = ANY (types) THEN
    UPDATE object o SET revision = CASE WHEN failed IS NULL THEN base + 1 + c.s ELSE revisions[c.s + 1] END, deleting = c.d
      FROM unnest(sets, types, kinds, namespaces, names, deletions) AS c(s, t, kind, namespace, name, d)
     WHERE c.t = 'u' AND (failed IS NULL OR c.s <> ALL (failed)) AND o.kind = c.kind AND o.namespace = c.namespace AND o.name = c.name;
  END IF;
  IF 'd' = ANY (types) THEN
    DELETE FROM object o
     USING unnest(sets, types, kinds, namespaces, names) AS c(s, t, kind, namespace, name)
     WHERE c.t = 'd' AND (failed IS NULL OR c.s <> ALL (failed)) AND o.kind = c.kind AND o.namespace = c.namespace AND o.name = c.name;
  END IF;
  INSERT INTO change (revision, ordinal, kind, namespace, name, type, body, actor, previous)
  SELECT CASE WHEN failed IS NULL THEN base + 1 + c.s ELSE revisions[c.s + 1] END, c.o, c.kind, c.namespace, c.name,
         CASE c.t WHEN 'c' THEN 'ADDED' WHEN 'u' THEN 'MODIFIED' ELSE 'DELETED' END, c.b, actors[c.s + 1], c.e
    FROM unnest(sets, types, kinds, namespaces, names, expected, ordinals, bodies) AS c(s, t, kind, namespace, name, e, o, b)
   WHERE c.o IS NOT NULL AND (failed IS NULL OR c.s <> ALL (failed));

  UPDATE revision SET value = newest WHERE id = 1;
  UPDATE writer SET batch = batch_number, result = answer, at = clock_timestamp() WHERE server = server_name AND slot = slot_number;
  IF NOT FOUND THEN INSERT INTO writer (server, slot, batch, result, at) VALUES (server_name, slot_number, batch_number, answer, clock_timestamp()); END IF;
  PERFORM pg_notify('gantry_changes', server_name || ' ' || newest);
  RETURN answer;
END
$$;

-- Removes the changes at or before `new_horizon` that nobody needs to know the state there: superseded ones and deletions. What stays is the newest
-- change of each object that lived then. Answers how many went.
CREATE OR REPLACE FUNCTION gantry_prune(new_horizon bigint)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  old_horizon bigint;
  superseded bigint;
  deletions bigint;
BEGIN
  SELECT horizon INTO old_horizon FROM revision WHERE id = 1;
  IF new_horizon <= old_horizon THEN RETURN 0; END IF;
  DELETE FROM change c USING change n
   WHERE n.revision > old_horizon AND n.revision <= new_horizon
     AND c.revision = n.previous AND c.kind = n.kind AND c.namespace = n.namespace AND c.name = n.name;
  GET DIAGNOSTICS superseded = ROW_COUNT;
  DELETE FROM change WHERE revision > old_horizon AND revision <= new_horizon AND type = 'DELETED';
  GET DIAGNOSTICS deletions = ROW_COUNT;
  UPDATE revision SET horizon = new_horizon WHERE id = 1;
  RETURN superseded + deletions;
END
$$;
