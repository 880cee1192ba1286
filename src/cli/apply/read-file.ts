import { readFileSync } from 'node:fs';
import { readDocument } from '../../auth/policy/document.ts';
import { tagsIn } from '../../domain/access-input.ts';
import { isRefusal } from '../../domain/refusal.ts';
import { UsageError } from '../../main/config.ts';
import {
  type AccessFile,
  isLimitName,
  isObject,
  keyOfLimit,
  MEMBERS,
  notOf,
  SECTIONS,
  type Section,
  type Tags,
  tagsListed,
} from './access-file.ts';
import { type Json, JsonError, type JsonObject, readJson } from './json.ts';
import { tooLong } from './sizes.ts';

/** A file that was read, and how its mistakes are told. */
export interface ReadFile {
  readonly said: AccessFile;
  /** `FILE:12: users[3].policies[0]: what is wrong there`. */
  readonly wrong: Wrong;
}

export type Wrong = (path: string, what: string) => UsageError;

/** Reads what is to be true. Throws a `UsageError` that names the line and the member for the first that is wrong. */
export const readAccessFile = (file: string): ReadFile => readAccess(file, textOf(file));

const textOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}`);
  }
};

/** `file`: what its mistakes call it. */
export const readAccess = (file: string, text: string): ReadFile => {
  const { value, lineOf } = valueIn(file, text);
  const wrong: Wrong = (path, what) =>
    new UsageError(`${file}:${lineOf(path)}: ${path === '' ? '' : `${path}: `}${what}`);
  if (!isObject(value)) throw wrong('', 'an object is expected here');
  for (const section of Object.keys(value))
    if (!SECTIONS.some((known) => known === section))
      throw wrong(section, `there is no such section: they are ${SECTIONS.join(', ')}`);
  const said = Object.fromEntries(
    SECTIONS.map((section) => [
      section,
      entriesOf(section, Object.hasOwn(value, section) ? value[section]! : [], wrong),
    ]),
  );
  return { said: said as unknown as AccessFile, wrong };
};

const valueIn = (file: string, text: string) => {
  try {
    return readJson(text);
  } catch (error) {
    throw error instanceof JsonError ? new UsageError(`${file}:${error.line}: ${error.message}`) : error;
  }
};

const entriesOf = (section: Section, entries: Json, wrong: Wrong): JsonObject[] => {
  if (!Array.isArray(entries)) throw wrong(section, 'a list is expected here');
  const seen = new Set<string>();
  return entries.map((entry: Json, n) => {
    const at = `${section}[${n}]`;
    if (!isObject(entry)) throw wrong(at, 'an object is expected here');
    checkMembers(section, entry, at, wrong);
    checkDocuments(section, entry, at, wrong);
    const tags = tagsIn({ Tags: tagsListed((entry.tags ?? {}) as Tags) });
    if (isRefusal(tags)) throw wrong(`${at}.tags`, tags.message);
    if (section === 'limits' && !isLimitName(String(entry.name)))
      throw wrong(`${at}.name`, 'a user, role/NAME or queue/NAME is expected here');
    const member = section === 'providers' ? 'url' : 'name';
    const name = nameIn(section, String(entry[member]));
    if (seen.has(name)) throw wrong(`${at}.${member}`, `${entry[member]} is there twice`);
    seen.add(name);
    return entry;
  });
};

/** Names have no case (rule A-005); those of queues have. */
const nameIn = (section: Section, given: string): string => {
  if (section === 'limits') return keyOfLimit(given);
  return section === 'providers' ? given : given.toLowerCase();
};

const checkMembers = (section: Section, entry: JsonObject, at: string, wrong: Wrong): void => {
  const members = MEMBERS[section];
  for (const [member, value] of Object.entries(entry)) {
    const kind = Object.hasOwn(members, member) ? members[member]! : undefined;
    if (kind === undefined)
      throw wrong(`${at}.${member}`, `there is no such member: they are ${Object.keys(members).join(', ')}`);
    const not = notOf(kind.replace('!', '') as Parameters<typeof notOf>[0], value);
    if (not !== undefined) throw wrong(`${at}.${member}`, not);
  }
  for (const [member, kind] of Object.entries(members))
    if (kind.endsWith('!') && !Object.hasOwn(entry, member)) throw wrong(at, `${member} is missing`);
};

/** What the service would say of a document, before anything is changed. */
const checkDocuments = (section: Section, entry: JsonObject, at: string, wrong: Wrong): void => {
  const check = (path: string, document: Json | undefined, kind: 'managed' | 'inline' | 'trust') => {
    const refused = document === undefined ? undefined : readDocument(JSON.stringify(document), kind);
    if (isRefusal(refused)) throw wrong(`${at}.${path}`, refused.message);
    const long = kind === 'inline' || !isObject(document) ? undefined : tooLong(kind, [document]);
    if (long !== undefined) throw wrong(`${at}.${path}`, long);
  };
  if (section === 'policies') check('document', entry.document, 'managed');
  if (section === 'roles') check('trust', entry.trust, 'trust');
  for (const [name, document] of Object.entries((entry.inline ?? {}) as JsonObject))
    check(`inline.${name}`, document, 'inline');
};
