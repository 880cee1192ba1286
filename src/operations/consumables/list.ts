import { isRefusal, type Refusal, refuse } from '../../domain/refusal.ts';
import type { Operation } from '../../service/service.ts';
import { type NamePattern, pageOfConsumables } from '../../store/consumable-rows.ts';
import { cutPage, type PageInput, readPage } from '../paging.ts';
import { summaryOf } from './describe.ts';

export interface FilteredInput extends PageInput {
  readonly filters?: readonly { readonly name?: string; readonly values?: readonly string[] }[];
}

/** ListConsumableResources: by name (rules T-004, T-005, T-167, T-168). */
export const listConsumableResources: Operation<FilteredInput> = async (service, input) => {
  const { filters = [] } = input;
  const binding = ['ListConsumableResources', filters];
  const page = readPage<string>(service, binding, input);
  if (isRefusal(page)) return page;
  const wrong = checkNames(filters);
  if (wrong) return wrong;
  const lists = filters.map(({ values = [] }) => values.map(patternOf));
  return service.store.read(async (tx) => {
    const rows = await pageOfConsumables(tx, lists, page.after ?? '', page.size + 1);
    const { shown, token } = cutPage(service, binding, rows, page.size, ({ name }) => name);
    return { consumableResources: shown.map((row) => summaryOf(service, row)), ...token };
  });
};

const checkNames = (filters: FilteredInput['filters'] & object): Refusal | undefined => {
  const other = filters.find(({ name }) => name !== 'CONSUMABLE_RESOURCE_NAME');
  return other && refuse(`Filter name must be one of [CONSUMABLE_RESOURCE_NAME], got '${other.name}'.`);
};

/** What a filter says of a name: capitals do not count, and `x*` are those that begin so. */
export const patternOf = (value: string): NamePattern => {
  const text = value.toLowerCase();
  return text.endsWith('*') ? { text: text.slice(0, -1), isPrefix: true } : { text, isPrefix: false };
};
