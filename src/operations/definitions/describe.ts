import { definitionArn } from '../../domain/arn.ts';
import { isRefusal, refuse } from '../../domain/refusal.ts';
import { type DefinitionPosition, definitionsNamed, pageOfDefinitions } from '../../store/definitions.ts';
import type { DefinitionRow } from '../../store/schema.ts';
import { checkNames, cutPage, type PageInput, readPage } from '../paging.ts';
import type { Operation, Service } from '../service.ts';
import { parseDefinitionName } from './name.ts';

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
  const selector = {
    ...(input.jobDefinitionName && { name: input.jobDefinitionName }),
    ...(input.status && { status: input.status }),
  };
  const rows = await service.store.read((tx) => pageOfDefinitions(tx, selector, page.after, page.size + 1));
  const { shown, token } = cutPage(service, binding, rows, page.size, ({ name, revision }) => ({
    name,
    revision,
  }));
  return { jobDefinitions: shown.map((row) => detail(service, row)), ...token };
};

/** Names, `name:revision` or ARNs; a bare name means all its revisions, an unknown one nothing (J-054 to J-060). */
const describeNamed = async (service: Service, input: DescribeInput, names: readonly string[]) => {
  const wrong = checkNames('JobDefinitions', names, input);
  if (wrong) return wrong;
  if (input.jobDefinitionName || input.status) {
    return refuse('jobDefinitions cannot be combined with jobDefinitionName or status');
  }
  return service.store.read(async (tx) => {
    const found = new Map<number, DefinitionRow>();
    for (const given of names) {
      const named = parseDefinitionName(service.account, given);
      const rows = named ? await definitionsNamed(tx, named.name, named.revision) : [];
      for (const row of rows) found.set(row.seq, row);
    }
    return { jobDefinitions: [...found.values()].sort(inOrder).map((row) => detail(service, row)) };
  });
};

/** Rule J-061, as the pages are ordered. */
const inOrder = (a: DefinitionRow, b: DefinitionRow): number =>
  a.name === b.name ? b.revision - a.revision : a.name < b.name ? -1 : 1;

const detail = (service: Service, row: DefinitionRow): Record<string, unknown> => ({
  jobDefinitionName: row.name,
  jobDefinitionArn: definitionArn(service.account, row.name, row.revision),
  revision: row.revision,
  status: row.status,
  ...JSON.parse(row.doc),
});
