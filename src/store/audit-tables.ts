/**
 * Who submitted a job, with how many of its jobs have not finished (null of root, whose are not counted), and what was asked beside its definition, of which its record is made; up to which job that was done. Records of
 * other changes and of refusals until they stand in their files, a row for each group of transactions. The days that there are files
 * of, with the store's age (see `AgeMark`) when they were written last.
 */
export const AUDIT_TABLES = `
  CREATE TABLE submitters (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, arn TEXT NOT NULL, user_id TEXT NOT NULL, access_key TEXT NOT NULL,
    source_ip TEXT NOT NULL, user_agent TEXT NOT NULL, principal TEXT NOT NULL, unfinished INTEGER,
    until_seq INTEGER NOT NULL,
    UNIQUE (access_key, source_ip, arn, user_id, user_agent)
  ) STRICT;
  CREATE INDEX submitters_principal ON submitters (principal);
  CREATE INDEX submitters_until ON submitters (until_seq);
  ALTER TABLE jobs ADD COLUMN submitter INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE specs ADD COLUMN asked TEXT NOT NULL DEFAULT '{}';
  CREATE TABLE told_jobs (up_to INTEGER NOT NULL) STRICT;
  CREATE TABLE audit_records (seq INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT NOT NULL) STRICT;
  CREATE TABLE audit_days (day TEXT PRIMARY KEY, age INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`;

/**
 * Of who submitted with temporary keys: of a role's session its role, and since when it is. Of a job whose tags were changed before
 * its record was made, those that it was submitted with, as JSON.
 */
export const SUBMISSION_TABLES = `
  ALTER TABLE submitters ADD COLUMN role_arn TEXT;
  ALTER TABLE submitters ADD COLUMN session_since INTEGER;
  CREATE TABLE submitted_tags (job INTEGER PRIMARY KEY, tags TEXT NOT NULL) STRICT;
`;

/** How many jobs of whoever is counted have not finished: one row, however many keys, addresses and programs it submits with. */
export const UNFINISHED_TABLES = `
  CREATE TABLE unfinished_jobs (principal TEXT PRIMARY KEY, jobs INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  INSERT INTO unfinished_jobs
    SELECT principal, sum(unfinished) FROM submitters WHERE unfinished IS NOT NULL GROUP BY principal;
  ALTER TABLE submitters DROP COLUMN unfinished;
`;
