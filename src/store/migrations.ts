import { AUDIT_TABLES, SUBMISSION_TABLES, UNFINISHED_TABLES } from './audit-tables.ts';
import { CONTAINER_STREAMS_TABLES } from './container-streams.ts';
import { OWN_LIMITS_COLUMNS } from './own-limits.ts';

/**
 * The schema's history: each step is applied once, in order, inside one transaction. A released step is
 * never changed; a change is a new step at the end.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE environments (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, uuid TEXT NOT NULL, cluster TEXT NOT NULL,
    type TEXT NOT NULL, state TEXT NOT NULL, status TEXT NOT NULL, status_reason TEXT, service_role TEXT,
    resources TEXT, min_vcpus INTEGER, max_vcpus INTEGER, desired_vcpus INTEGER,
    tags TEXT NOT NULL, extra TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX environments_name ON environments (name) WHERE status <> 'DELETED';

  CREATE TABLE queues (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, state TEXT NOT NULL, status TEXT NOT NULL,
    status_reason TEXT, priority INTEGER NOT NULL, tags TEXT NOT NULL, extra TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX queues_name ON queues (name) WHERE status <> 'DELETED';

  CREATE TABLE queue_environments (
    queue INTEGER NOT NULL, environment INTEGER NOT NULL, ord INTEGER NOT NULL,
    PRIMARY KEY (queue, environment)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE definition_names (name TEXT PRIMARY KEY, last_revision INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE definitions (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, revision INTEGER NOT NULL,
    status TEXT NOT NULL, doc TEXT NOT NULL, UNIQUE (name, revision)
  ) STRICT;

  CREATE TABLE shapes (
    id INTEGER PRIMARY KEY, milli_vcpus INTEGER NOT NULL, memory_mib INTEGER NOT NULL, gpus INTEGER NOT NULL,
    UNIQUE (milli_vcpus, memory_mib, gpus)
  ) STRICT;
  CREATE TABLE specs (id INTEGER PRIMARY KEY AUTOINCREMENT, doc TEXT NOT NULL) STRICT;

  CREATE TABLE jobs (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT, name TEXT, parent INTEGER NOT NULL DEFAULT 0,
    idx INTEGER NOT NULL DEFAULT -1, size INTEGER NOT NULL DEFAULT 0, queue INTEGER NOT NULL,
    spec INTEGER NOT NULL, shape INTEGER NOT NULL, state INTEGER NOT NULL, unmet INTEGER NOT NULL DEFAULT 0,
    watched INTEGER NOT NULL DEFAULT 0, attempt INTEGER NOT NULL DEFAULT 0, created_at INTEGER NOT NULL,
    started_at INTEGER, stopped_at INTEGER, status_reason TEXT, exit_code INTEGER, container_reason TEXT,
    stop_kind INTEGER NOT NULL DEFAULT 0, stop_reason TEXT,
    live INTEGER NOT NULL DEFAULT 0, failed INTEGER NOT NULL DEFAULT 0, depends_on TEXT
  ) STRICT;
  CREATE UNIQUE INDEX jobs_id ON jobs (id) WHERE id IS NOT NULL;
  CREATE INDEX jobs_listed ON jobs (queue, state, seq) WHERE parent = 0;
  CREATE INDEX jobs_children ON jobs (parent, state, seq) WHERE parent > 0;
  CREATE INDEX jobs_runnable ON jobs (queue, shape, seq) WHERE state = 2;
  CREATE INDEX jobs_submitted ON jobs (seq) WHERE state = 0;

  CREATE TABLE edges (
    target INTEGER NOT NULL, dependent INTEGER NOT NULL, kind INTEGER NOT NULL,
    PRIMARY KEY (target, dependent, kind)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX edges_dependent ON edges (dependent);

  CREATE TABLE settled (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, job INTEGER NOT NULL, ok INTEGER NOT NULL, before_seq INTEGER NOT NULL,
    cursor_dependent INTEGER NOT NULL DEFAULT 0, cursor_child INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  CREATE TABLE sweeps (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, target INTEGER NOT NULL,
    stop_kind INTEGER NOT NULL, reason TEXT NOT NULL, cursor INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  CREATE TABLE log_groups (name TEXT PRIMARY KEY, created_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE tasks (
    id TEXT PRIMARY KEY, job INTEGER NOT NULL, attempt INTEGER NOT NULL, environment INTEGER NOT NULL,
    state INTEGER NOT NULL, milli_vcpus INTEGER NOT NULL, memory_mib INTEGER NOT NULL, gpus INTEGER NOT NULL,
    log_stream TEXT NOT NULL, created_at INTEGER NOT NULL, started_at INTEGER, stopped_at INTEGER,
    exit_code INTEGER, reason TEXT, status_reason TEXT, started_steady INTEGER, started_boot TEXT,
    after TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE UNIQUE INDEX tasks_job ON tasks (job, attempt);
  CREATE INDEX tasks_active ON tasks (state, job) WHERE state < 2;
  CREATE INDEX tasks_after ON tasks (after) WHERE after IS NOT NULL;
  CREATE INDEX tasks_stream ON tasks (log_stream);
  `,
  // what is told of an end: first child by child, then as a whole, then its edges go
  `
  ALTER TABLE settled ADD COLUMN phase INTEGER NOT NULL DEFAULT 0;
  `,
  // Until here each environment had one place, the machine, with ids made from its own: jobs go on naming it.
  `
  CREATE TABLE instances (
    id TEXT PRIMARY KEY, container_instance TEXT NOT NULL, environment INTEGER NOT NULL, type TEXT NOT NULL,
    milli_vcpus INTEGER NOT NULL, memory_mib INTEGER NOT NULL, gpus INTEGER NOT NULL,
    state INTEGER NOT NULL, ran INTEGER NOT NULL DEFAULT 0, reason TEXT,
    launched_at INTEGER NOT NULL, stopped_at INTEGER,
    idle_at INTEGER, idle_steady INTEGER, idle_boot TEXT,
    drain_at INTEGER, drain_steady INTEGER, drain_boot TEXT, drain_milliseconds INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX instances_live ON instances (environment) WHERE state < 2;

  ALTER TABLE tasks ADD COLUMN instance TEXT NOT NULL DEFAULT '';
  ALTER TABLE tasks ADD COLUMN lost INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX tasks_instance ON tasks (instance) WHERE state < 2;
  ALTER TABLE environments ADD COLUMN wished_vcpus INTEGER;
  UPDATE environments SET wished_vcpus = desired_vcpus WHERE desired_vcpus > min_vcpus;

  CREATE TABLE blocked_heads (
    job INTEGER PRIMARY KEY, queue INTEGER NOT NULL, reason TEXT NOT NULL,
    since_at INTEGER NOT NULL, since_steady INTEGER NOT NULL, since_boot TEXT NOT NULL
  ) STRICT;

  INSERT INTO instances
    (id, container_instance, environment, type, milli_vcpus, memory_mib, gpus, state, ran, reason, launched_at)
  SELECT 'i-0' || substr(replace(uuid, '-', ''), 1, 16), replace(uuid, '-', ''), seq, 'host', 0, 0, 0,
    CASE WHEN status = 'DELETED' THEN 2 WHEN type = 'UNMANAGED' THEN 0 ELSE 1 END, 1,
    CASE WHEN type = 'UNMANAGED' AND status <> 'DELETED' THEN NULL ELSE 'replaced' END, 0
  FROM environments;
  UPDATE tasks SET instance =
    (SELECT 'i-0' || substr(replace(uuid, '-', ''), 1, 16) FROM environments e WHERE e.seq = tasks.environment);
  `,
  // finished jobs age and go
  `
  CREATE TABLE ages (age INTEGER NOT NULL, wall INTEGER NOT NULL, steady INTEGER NOT NULL, boot TEXT NOT NULL) STRICT;
  INSERT INTO ages VALUES (0, 0, 0, '');
  ALTER TABLE jobs ADD COLUMN ended_age INTEGER;
  UPDATE jobs SET ended_age = 0 WHERE state >= 5;
  CREATE INDEX jobs_ended ON jobs (ended_age) WHERE parent = 0 AND ended_age IS NOT NULL;
  CREATE INDEX jobs_spec ON jobs (spec) WHERE parent = 0;
  CREATE INDEX settled_job ON settled (job);
  CREATE TABLE removals (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, first INTEGER NOT NULL, last INTEGER NOT NULL, spec INTEGER NOT NULL
  ) STRICT;
  `,
  // jobs of several nodes: their rows, the tasks that wait for the main one, what a job asks in groups
  `
  ALTER TABLE jobs ADD COLUMN nodes INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE jobs ADD COLUMN role INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE tasks ADD COLUMN held INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX tasks_held ON tasks (job) WHERE held = 1;
  CREATE TABLE shapes_in_groups (
    id INTEGER PRIMARY KEY, milli_vcpus INTEGER NOT NULL, memory_mib INTEGER NOT NULL, gpus INTEGER NOT NULL,
    node_groups TEXT NOT NULL, UNIQUE (milli_vcpus, memory_mib, gpus, node_groups)
  ) STRICT;
  INSERT INTO shapes_in_groups SELECT id, milli_vcpus, memory_mib, gpus, '' FROM shapes;
  DROP TABLE shapes;
  ALTER TABLE shapes_in_groups RENAME TO shapes;
  `,
  // terminated instances go with the last of their tasks, which have to be found for that
  `
  DROP INDEX tasks_instance;
  CREATE INDEX tasks_instance ON tasks (instance);
  `,
  // terminated instances that have no task go some time after their end
  `
  ALTER TABLE instances ADD COLUMN unused_age INTEGER;
  UPDATE instances SET unused_age = (SELECT age FROM ages)
    WHERE state = 2 AND NOT EXISTS (SELECT 1 FROM tasks t WHERE t.instance = instances.id);
  CREATE INDEX instances_unused ON instances (unused_age) WHERE unused_age IS NOT NULL;
  `,
  // an end has the age of its moment; those before have one that was up to two steps of ten minutes old
  `
  UPDATE ages SET age = age - 1200000;
  `,
  // a wish that the pool is too small for is launched for once, and shown on
  `
  ALTER TABLE environments ADD COLUMN wish_over INTEGER NOT NULL DEFAULT 0;
  `,
  // what a stop is about to end reads as ended since it was asked for; of those under way the moment is known roughly
  `
  ALTER TABLE sweeps ADD COLUMN at INTEGER NOT NULL DEFAULT 0;
  UPDATE sweeps SET at = (SELECT wall FROM ages);
  CREATE INDEX sweeps_target ON sweeps (target, kind);
  `,
  // waiting jobs stand by their rank, which was that of submission; what has ended waits no more
  `
  ALTER TABLE jobs ADD COLUMN rank INTEGER NOT NULL DEFAULT 0;
  UPDATE jobs SET rank = seq WHERE state < 5;
  DROP INDEX jobs_runnable;
  CREATE INDEX jobs_runnable ON jobs (queue, shape, rank) WHERE state = 2;
  `,
  // how many jobs of each queue are in each state, kept from here on
  `
  CREATE TABLE queue_counts (
    queue INTEGER NOT NULL, state INTEGER NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (queue, state)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO queue_counts
    SELECT queue, state, count(*) FROM jobs WHERE size = 0 AND role = 0 GROUP BY queue, state;
  `,
  // instances know their host; until now there was but the machine
  `
  ALTER TABLE instances ADD COLUMN host TEXT NOT NULL DEFAULT 'machine';
  `,
  // a queue's jobs may be of several groups; until now they were all of one, which needs no index
  `
  ALTER TABLE jobs ADD COLUMN job_group INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX jobs_grouped ON jobs (queue, job_group, rank) WHERE state = 2 AND job_group > 0;
  CREATE TABLE shapes_of_groups (
    id INTEGER PRIMARY KEY, milli_vcpus INTEGER NOT NULL, memory_mib INTEGER NOT NULL, gpus INTEGER NOT NULL,
    node_groups TEXT NOT NULL, job_group INTEGER NOT NULL,
    UNIQUE (milli_vcpus, memory_mib, gpus, node_groups, job_group)
  ) STRICT;
  INSERT INTO shapes_of_groups SELECT id, milli_vcpus, memory_mib, gpus, node_groups, 0 FROM shapes;
  DROP TABLE shapes;
  ALTER TABLE shapes_of_groups RENAME TO shapes;
  `,
  // tags stand in a table of their own, whatever they are of; a job's were in the spec that it shares with others
  `
  CREATE TABLE tags (
    kind INTEGER NOT NULL, owner INTEGER NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (kind, owner, key)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO tags SELECT 0, e.seq, t.key, t.value FROM environments e CROSS JOIN json_each(e.tags) t
    WHERE e.status <> 'DELETED';
  INSERT INTO tags SELECT 1, q.seq, t.key, t.value FROM queues q CROSS JOIN json_each(q.tags) t
    WHERE q.status <> 'DELETED';
  INSERT INTO tags SELECT 2, d.seq, t.key, t.value FROM definitions d CROSS JOIN json_each(d.doc, '$.tags') t;
  INSERT INTO tags SELECT 3, j.seq, t.key, t.value
    FROM specs s CROSS JOIN jobs j ON j.spec = s.id AND j.parent = 0 CROSS JOIN json_each(s.doc, '$.tags') t;
  CREATE INDEX tags_found ON tags (kind, key, value, owner);
  ALTER TABLE environments DROP COLUMN tags;
  ALTER TABLE queues DROP COLUMN tags;
  UPDATE definitions SET doc = json_remove(doc, '$.tags');
  UPDATE specs SET doc = json_remove(doc, '$.tags');
  `,
  // queues may go by a scheduling policy; until now all went by the order of submission
  `
  CREATE TABLE policies (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, doc TEXT NOT NULL
  ) STRICT;
  ALTER TABLE queues ADD COLUMN policy INTEGER;
  CREATE INDEX queues_policy ON queues (policy) WHERE policy IS NOT NULL;
  `,
  // jobs of a queue with a policy are of shares
  `
  CREATE TABLE shares (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, queue INTEGER NOT NULL, name TEXT NOT NULL, UNIQUE (queue, name)
  ) STRICT;
  CREATE INDEX jobs_shared ON jobs (queue, job_group, state, seq) WHERE parent = 0 AND job_group > 0;
  `,
  // shares have used so much; within a share the rank begins with the priority
  `
  CREATE TABLE use_clock (age INTEGER NOT NULL, steady INTEGER NOT NULL, boot TEXT NOT NULL) STRICT;
  INSERT INTO use_clock VALUES (0, 0, '');
  CREATE TABLE share_uses (
    share INTEGER NOT NULL, start INTEGER NOT NULL, width INTEGER NOT NULL, used REAL NOT NULL, moment REAL NOT NULL,
    ended_milli_vcpus REAL NOT NULL, ended_used REAL NOT NULL, PRIMARY KEY (share, start)
  ) STRICT, WITHOUT ROWID;
  ALTER TABLE tasks ADD COLUMN share INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE tasks ADD COLUMN placed_age INTEGER;
  UPDATE jobs SET rank = rank + 549755813888 * (9999 -
    (SELECT coalesce(s.doc ->> '$.schedulingPriority', 0) FROM specs s WHERE s.id = jobs.spec))
    WHERE job_group > 0 AND state < 5;
  `,
  // lists by a name, a definition or a time of creation pass over all other jobs; a spec's definition stood in its text alone
  `
  ALTER TABLE specs ADD COLUMN definition INTEGER NOT NULL DEFAULT 0;
  WITH asked (spec, name, arn) AS (SELECT id, doc ->> '$.definitionName', doc ->> '$.jobDefinition' FROM specs),
  found (spec, definition) AS (
    SELECT a.spec, d.seq FROM asked a CROSS JOIN definitions d
    ON d.name = a.name AND d.revision = CAST(substr(a.arn, instr(a.arn, '/') + length(a.name) + 2) AS INTEGER))
  UPDATE specs SET definition = f.definition FROM found f WHERE f.spec = specs.id;
  CREATE INDEX specs_definition ON specs (definition);
  DROP INDEX jobs_spec;
  CREATE INDEX jobs_spec ON jobs (spec, queue) WHERE parent = 0;
  CREATE INDEX jobs_named ON jobs (queue, name COLLATE NOCASE) WHERE parent = 0;
  CREATE TABLE clock_turns (seq INTEGER PRIMARY KEY) STRICT;
  INSERT INTO clock_turns SELECT seq
    FROM (SELECT seq, created_at, lag(created_at) OVER (ORDER BY seq) AS before FROM jobs) WHERE created_at < before;
  `,
  // jobs ask for tokens of consumable resources, and hold them
  `
  CREATE TABLE consumables (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, replenishable INTEGER NOT NULL,
    total INTEGER NOT NULL, in_use INTEGER NOT NULL DEFAULT 0, created_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE consumable_updates (
    consumable INTEGER NOT NULL, token TEXT NOT NULL, payload TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (consumable, token)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX consumable_updates_old ON consumable_updates (at);
  CREATE TABLE demands (
    consumable INTEGER NOT NULL, job INTEGER NOT NULL, quantity INTEGER NOT NULL, live INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (consumable, job)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX demands_job ON demands (job);
  CREATE INDEX demands_live ON demands (consumable, job) WHERE live = 1;
  CREATE TABLE holds (
    job INTEGER NOT NULL, consumable INTEGER NOT NULL, quantity INTEGER NOT NULL, PRIMARY KEY (job, consumable)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX holds_most ON holds (consumable, quantity DESC, job);
  ALTER TABLE jobs ADD COLUMN consumes INTEGER NOT NULL DEFAULT 0;
  CREATE TABLE shapes_with_tokens (
    id INTEGER PRIMARY KEY, milli_vcpus INTEGER NOT NULL, memory_mib INTEGER NOT NULL, gpus INTEGER NOT NULL,
    node_groups TEXT NOT NULL, job_group INTEGER NOT NULL, tokens TEXT NOT NULL,
    UNIQUE (milli_vcpus, memory_mib, gpus, node_groups, job_group, tokens)
  ) STRICT;
  INSERT INTO shapes_with_tokens
    SELECT id, milli_vcpus, memory_mib, gpus, node_groups, job_group, '' FROM shapes;
  DROP TABLE shapes;
  ALTER TABLE shapes_with_tokens RENAME TO shapes;
  `,
  // an array's children enter and leave the two states that most of them are in without a page written
  `
  DROP INDEX jobs_children;
  CREATE INDEX jobs_children ON jobs (parent, state, seq) WHERE parent > 0 AND state NOT IN (2, 5);
  `,
  // how long updates of consumable resources are remembered goes by the steady clock; who holds tokens knows of a total that was set
  `
  ALTER TABLE consumable_updates ADD COLUMN steady INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE consumable_updates ADD COLUMN boot TEXT NOT NULL DEFAULT '';
  CREATE INDEX consumable_updates_steady ON consumable_updates (boot, steady);
  ALTER TABLE holds ADD COLUMN set_since INTEGER NOT NULL DEFAULT 0;
  `,
  // users, groups, their keys and policies. `owner_kind`: see `OwnerKind`
  `
  CREATE TABLE users (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, folded TEXT NOT NULL UNIQUE, path TEXT NOT NULL,
    id TEXT NOT NULL UNIQUE, boundary TEXT, created_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE user_groups (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, folded TEXT NOT NULL UNIQUE, path TEXT NOT NULL,
    id TEXT NOT NULL UNIQUE, created_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE memberships (member INTEGER NOT NULL, user_group INTEGER NOT NULL, PRIMARY KEY (member, user_group))
    STRICT, WITHOUT ROWID;
  CREATE INDEX memberships_group ON memberships (user_group);
  CREATE TABLE access_keys (
    id TEXT PRIMARY KEY, owner INTEGER NOT NULL, sealed TEXT NOT NULL, active INTEGER NOT NULL, created_at INTEGER NOT NULL,
    used_at INTEGER, used_service TEXT, used_region TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX access_keys_owner ON access_keys (owner, created_at);
  CREATE TABLE managed_policies (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, folded TEXT NOT NULL UNIQUE, path TEXT NOT NULL,
    arn TEXT NOT NULL UNIQUE, id TEXT NOT NULL UNIQUE, description TEXT, default_version INTEGER NOT NULL,
    last_version INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE policy_versions (
    policy INTEGER NOT NULL, version INTEGER NOT NULL, document TEXT NOT NULL, created_at INTEGER NOT NULL,
    PRIMARY KEY (policy, version)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE attachments (
    owner_kind TEXT NOT NULL, owner INTEGER NOT NULL, arn TEXT NOT NULL, PRIMARY KEY (owner_kind, owner, arn)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX attachments_arn ON attachments (arn);
  CREATE TABLE inline_policies (
    owner_kind TEXT NOT NULL, owner INTEGER NOT NULL, name TEXT NOT NULL, document TEXT NOT NULL,
    PRIMARY KEY (owner_kind, owner, name)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE access_tags (
    owner_kind TEXT NOT NULL, owner INTEGER NOT NULL, folded TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (owner_kind, owner, folded)
  ) STRICT, WITHOUT ROWID;
  `,
  // roles, instance profiles, providers of identities, and sessions with temporary keys. `owner_kind` of sessions: see `SessionRow`
  `
  CREATE TABLE roles (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, folded TEXT NOT NULL UNIQUE, path TEXT NOT NULL,
    id TEXT NOT NULL UNIQUE, trust TEXT NOT NULL, trusted_ids TEXT NOT NULL, description TEXT,
    max_session_seconds INTEGER NOT NULL, boundary TEXT, created_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE instance_profiles (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, folded TEXT NOT NULL UNIQUE, path TEXT NOT NULL,
    id TEXT NOT NULL UNIQUE, role INTEGER, created_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX instance_profiles_role ON instance_profiles (role) WHERE role IS NOT NULL;
  CREATE TABLE oidc_providers (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, url TEXT NOT NULL, place TEXT NOT NULL UNIQUE, client_ids TEXT NOT NULL,
    thumbprints TEXT NOT NULL, created_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE sessions (
    id TEXT PRIMARY KEY, owner_kind TEXT NOT NULL, owner INTEGER NOT NULL, name TEXT NOT NULL, sealed TEXT NOT NULL,
    doc TEXT NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX sessions_owner ON sessions (owner_kind, owner, expires_at);
  CREATE INDEX sessions_end ON sessions (expires_at);
  `,
  // who submitted, and what was changed or refused
  AUDIT_TABLES,
  // what the record of a submission says, though it is made some seconds later
  SUBMISSION_TABLES,
  // how many jobs of a principal have not finished, in one row
  UNFINISHED_TABLES,
  // pods: what they told of themselves, and a log stream for each of their containers
  CONTAINER_STREAMS_TABLES,
  // limits of single users, roles and queues: null where they have none of their own
  OWN_LIMITS_COLUMNS,
  // when attempts began by our own wall clock: a cluster's is another
  'ALTER TABLE tasks ADD COLUMN started_wall INTEGER',
];
