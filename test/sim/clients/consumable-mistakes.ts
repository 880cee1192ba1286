import { type Any, LONG, type Mistake, many, NULL, set, TYPE, without, wrong } from './mistake.ts';
import { tagged } from './tag-mistakes.ts';

const noName = wrong(NULL, without('consumableResource'));

const lists = (member: string): readonly Mistake[] => {
  const list = (...asks: Any[]) => set(member, { consumableResourceList: asks });
  const one = { consumableResource: 'r0', quantity: 1 };
  return [
    wrong(
      /^Each ConsumableResourceProperty/,
      list(...many(6, (at) => ({ consumableResource: `r${at}`, quantity: 1 }))),
    ),
    wrong(/^Cannot have duplicate consumableResource/, list(one, one)),
    wrong(/^quantity must be at least/, list({ ...one, quantity: 0 })),
    wrong(/^consumableResource is required/, list({ quantity: 1 })),
  ];
};

export const CONSUMABLE_MISTAKES: Readonly<Record<string, readonly Mistake[]>> = {
  CreateConsumableResource: [
    ...tagged,
    wrong(/^ConsumableResource name/, set('consumableResourceName', '', 'a b', LONG)),
    wrong(/^totalQuantity cannot/, set('totalQuantity', -1)),
    wrong(/^Resource type must/, set('resourceType', 'OTHER')),
    wrong(NULL, without('consumableResourceName')),
    wrong(TYPE, set('totalQuantity', 'many')),
  ],
  UpdateConsumableResource: [
    wrong(/^Operation must/, set('operation', 'set', undefined)),
    wrong(/^quantity (cannot|is required)/, set('quantity', -1, undefined)),
    wrong(/^clientToken must/, set('clientToken', '', 'x'.repeat(65))),
    noName,
  ],
  DeleteConsumableResource: [noName],
  DescribeConsumableResource: [noName],
  ListConsumableResources: [
    wrong(/^Filter name must/, set('filters', [{ name: 'JOB_NAME', values: ['x'] }])),
    wrong(/^maxResults must/, set('maxResults', 0, 101)),
    wrong(/^Invalid nextToken/, set('nextToken', 'junk')),
  ],
  ListJobsByConsumableResource: [
    wrong(/^Filter name must/, set('filters', [{ name: 'JOB_DEFINITION', values: ['x'] }])),
    wrong(/^JOB_STATUS must/, set('filters', [{ name: 'JOB_STATUS', values: ['running'] }])),
    wrong(/^maxResults must/, set('maxResults', 0, 101)),
    wrong(/^Invalid nextToken/, set('nextToken', 'junk')),
    noName,
  ],
};

/** Of a definition. */
export const wrongConsuming = lists('consumableResourceProperties');
