import { definitionArn } from '../../domain/arn.ts';
import type { ContainerSpec } from '../../domain/container.ts';
import { shownContainer, shownNodes } from '../../domain/container-shown.ts';
import { parseDefinitionName } from '../../domain/definition-name.ts';
import { isRefusal } from '../../domain/refusal.ts';
import type { Tags } from '../../domain/tags.ts';
import { openToken } from '../../lib/page-token.ts';
import type { Operation, Service } from '../../service/service.ts';
import {
  type DefinitionPosition,
  type DefinitionSelector,
  definitionsAsked,
  pageOfDefinitions,
  type RevisionsAsked,
} from '../../store/definition-rows.ts';
import type { DefinitionRow } from '../../store/schema.ts';
import type { Tx } from '../../store/store.ts';
import { tagsOfAll } from '../../store/tag-rows.ts';
import { checkNames, cutPage, type PageInput, readPage } from '../paging.ts';

export interface DescribeInput extends PageInput {
  readonly jobDefinitions?: readonly string[];
  readonly jobDefinitionName?: string;
  readonly status?: string;
}

/** DescribeJobDefinitions, p. 30 (rules J-043 to J-062). */
export const describeJobDefinitions: Operation<DescribeInput> = async (service, input) => {
  if (input.jobDefinitions?.length) return describeNamed(service, input, input.jobDefinitions);
  const binding = ['DescribeJobDefinitions', input.jobDefinitionName, input.status];
  const page = readPage<DefinitionPosition>(service, binding, input);
  if (isRefusal(page)) return page;
  const rows = await service.store.read((tx) =>
    withTags(tx, pageOfDefinitions(tx, selectorOf(input), page.after, page.size + 1)),
  );
  const { shown, token } = cutPage(service, binding, rows, page.size, ({ name, revision }) => ({
    name,
    revision,
  }));
  return { jobDefinitions: shown.map((row) => detail(service, row)), ...token };
};

const selectorOf = ({ jobDefinitionName, status }: DescribeInput): DefinitionSelector => ({
  ...(jobDefinitionName && { name: jobDefinitionName }),
  ...(status && { status }),
});

/** A name of many revisions must not become an answer of any size: what is more has a page of its own. */
const NAMED_PAGE = 1000;

/**
 * Names, `name:revision` or ARNs; a bare name means all its revisions, an unknown one nothing (J-054 to J-060). A list
 * goes with no token (W-072), but for the one that its own first page had; what else is given filters it (S-095, S-100).
 */
const describeNamed = async (service: Service, input: DescribeInput, names: readonly string[]) => {
  const selector = selectorOf(input);
  const binding = ['DescribeJobDefinitions', names, selector];
  const own = input.nextToken ? openToken(service.tokenKey, binding, input.nextToken) : undefined;
  const { nextToken: _, ...first } = input;
  const wrong = checkNames('JobDefinitions', names, own === undefined ? input : first);
  if (wrong) return wrong;
  const asked = revisionsAsked(service, names);
  const after = own as DefinitionPosition | undefined;
  const rows = await service.store.read((tx) =>
    withTags(tx, definitionsAsked(tx, asked, selector, after, NAMED_PAGE + 1)),
  );
  const { shown, token } = cutPage(service, binding, rows, NAMED_PAGE, ({ name, revision }) => ({
    name,
    revision,
  }));
  return { jobDefinitions: shown.map((row) => detail(service, row)), ...token };
};

const revisionsAsked = (service: Service, names: readonly string[]): RevisionsAsked[] =>
  names.flatMap((given) => {
    const named = parseDefinitionName(service.account, given);
    return named ? [{ name: named.name, revision: named.revision ?? null }] : [];
  });

interface Tagged extends DefinitionRow {
  readonly tags: Tags;
}

const withTags = async (tx: Tx, read: Promise<readonly DefinitionRow[]>): Promise<Tagged[]> => {
  const rows = await read;
  const tags = await tagsOfAll(
    tx,
    'job-definition',
    rows.map(({ seq }) => seq),
  );
  return rows.map((row) => ({ ...row, tags: tags.get(row.seq)! }));
};

const detail = (service: Service, row: Tagged): Record<string, unknown> => {
  const { containerProperties, nodeProperties, ...doc } = JSON.parse(row.doc) as StoredDefinition;
  return {
    jobDefinitionName: row.name,
    jobDefinitionArn: definitionArn(service.account, row.name, row.revision),
    revision: row.revision,
    status: row.status,
    tags: row.tags,
    ...doc,
    ...(containerProperties && { containerProperties: shownContainer(containerProperties) }),
    ...(nodeProperties && { nodeProperties: shownNodes(nodeProperties) }),
  };
};

/** What RegisterJobDefinition made of a request, as far as it is shown otherwise than it is stored. */
interface StoredDefinition {
  readonly containerProperties?: ContainerSpec;
  readonly nodeProperties?: {
    readonly nodeRangeProperties: readonly { readonly container?: ContainerSpec }[];
  };
  readonly [member: string]: unknown;
}
