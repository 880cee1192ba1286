import { readDocument } from '../../auth/policy/document.ts';
import { checkInput, type Input, MOST_CHARACTERS, sizeOf, textOf } from '../../domain/access-input.ts';
import { isRefusal } from '../../domain/refusal.ts';
import type { Operation } from '../../service/service.ts';
import { deleteInline, inlineOf, putInline } from '../../store/access/held-policies.ts';
import { changing, NAMED_BY, withOwner } from './found.ts';
import { pageIn, pageOf } from './input.ts';
import { limit, noEntity } from './refusals.ts';

/* Policies that a user, a group or a role has for itself. */

type Kind = 'user' | 'group' | 'role';

const put =
  (kind: Kind): Operation<Input> =>
  async (service, input) => {
    const wrong = checkInput(input, [NAMED_BY[kind], 'PolicyName', 'PolicyDocument']);
    if (wrong) return wrong;
    const [name, text] = [textOf(input, 'PolicyName')!, textOf(input, 'PolicyDocument')!];
    const document = readDocument(text, 'inline');
    if (isRefusal(document)) return document;
    return changing(
      service,
      withOwner(kind, input, async (tx, owner) => {
        const others = (await inlineOf(tx, owner)).filter((one) => one.name !== name);
        const size = others.reduce((sum, one) => sum + sizeOf(one.document), sizeOf(text));
        if (size > MOST_CHARACTERS[kind])
          return limit(
            `Maximum policy size of ${MOST_CHARACTERS[kind]} bytes exceeded for ${kind} ${textOf(input, NAMED_BY[kind])}`,
          );
        await putInline(tx, owner, name, text);
        return undefined;
      }),
    );
  };

const get =
  (kind: Kind): Operation<Input> =>
  async (service, input) => {
    const wrong = checkInput(input, [NAMED_BY[kind], 'PolicyName']);
    if (wrong) return wrong;
    const name = textOf(input, 'PolicyName')!;
    return service.store.read(
      withOwner(kind, input, async (tx, owner) => {
        const found = (await inlineOf(tx, owner)).find((one) => one.name === name);
        if (!found) return noInline(kind, name);
        return {
          [NAMED_BY[kind]]: textOf(input, NAMED_BY[kind]),
          PolicyName: name,
          PolicyDocument: encoded(found.document),
        };
      }),
    );
  };

/** As documents stand in answers (rule A-028). */
export const encoded = (document: string): string =>
  encodeURIComponent(document).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

const noInline = (kind: Kind, name: string) =>
  noEntity(`The ${kind} policy with name ${name} cannot be found.`);

const remove =
  (kind: Kind): Operation<Input> =>
  async (service, input) => {
    const wrong = checkInput(input, [NAMED_BY[kind], 'PolicyName']);
    if (wrong) return wrong;
    const name = textOf(input, 'PolicyName')!;
    return changing(
      service,
      withOwner(kind, input, async (tx, owner) => {
        return (await deleteInline(tx, owner, name)) === 0 ? noInline(kind, name) : undefined;
      }),
    );
  };

const list =
  (kind: Kind): Operation<Input> =>
  async (service, input) => {
    const page = checkInput(input, [NAMED_BY[kind]]) ?? pageIn(input);
    if (isRefusal(page)) return page;
    return service.store.read(
      withOwner(kind, input, async (tx, owner) => {
        const { shown, rest } = pageOf(await inlineOf(tx, owner), page, ({ name }) => name);
        return { PolicyNames: shown.map(({ name }) => name), ...rest };
      }),
    );
  };

export const putUserPolicy = put('user');
export const putGroupPolicy = put('group');
export const getUserPolicy = get('user');
export const getGroupPolicy = get('group');
export const deleteUserPolicy = remove('user');
export const deleteGroupPolicy = remove('group');
export const listUserPolicies = list('user');
export const listGroupPolicies = list('group');
export const putRolePolicy = put('role');
export const getRolePolicy = get('role');
export const deleteRolePolicy = remove('role');
export const listRolePolicies = list('role');
