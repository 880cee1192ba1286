import { consumableArn } from '../../domain/arn.ts';
import { isRefusal, type Refusal, refuse, refuseWrapped } from '../../domain/refusal.ts';
import type { Operation, Service } from '../../service/service.ts';
import {
  forgetUpdates,
  noteTotalSet,
  noteUpdate,
  payloadWith,
  setTotal,
} from '../../store/consumable-rows.ts';
import type { ConsumableRow } from '../../store/schema.ts';
import type { Tx } from '../../store/store.ts';
import { consumableOf, type NamedInput } from './named.ts';

export interface UpdateInput extends NamedInput {
  readonly operation?: string;
  readonly quantity?: number;
  readonly clientToken?: string;
}

const OPERATIONS = ['SET', 'ADD', 'REMOVE'] as const;
type Change = (typeof OPERATIONS)[number];

/** How long a `clientToken` tells that an update was made already: 8 hours. See `elapsedSince` for clocks that are set. */
const REMEMBERED_MILLISECONDS = 8 * 60 * 60 * 1000;

/**
 * UpdateConsumableResource: sets the total, or adds to it or takes from it, and answers what it is now; also below what is in use
 * (rules T-158 to T-165). What was made by the same `clientToken` is not made twice.
 */
export const updateConsumableResource: Operation<UpdateInput> = async (service, input) => {
  const wrong = check(input);
  if (wrong) return wrong;
  return service.store.write(async (tx) => {
    const row = await consumableOf(service, tx, input.consumableResource);
    if (isRefusal(row)) return row;
    const isMade = await wasMade(service, tx, row, input);
    if (isRefusal(isMade)) return isMade;
    if (isMade) return answer(service, row, row.total);
    const total = totalAfter(row.total, input.operation as Change, input.quantity!);
    if (isRefusal(total)) return total;
    await setTotal(tx, row.seq, total);
    if (input.operation === 'SET') await noteTotalSet(tx, row.seq);
    await remember(service, tx, row, input);
    tx.onCommit(service.wake);
    return answer(service, row, total);
  });
};

const answer = ({ account }: Service, { name }: ConsumableRow, total: number): Record<string, unknown> => ({
  consumableResourceName: name,
  consumableResourceArn: consumableArn(account, name),
  totalQuantity: total,
});

const check = ({ operation, quantity, clientToken }: UpdateInput): Refusal | undefined => {
  if (!OPERATIONS.some((one) => one === operation))
    return refuseWrapped(`Operation must be one of [${OPERATIONS.join(', ')}].`);
  if (quantity === undefined) return refuseWrapped('quantity is required.');
  if (quantity < 0) return refuseWrapped('quantity cannot be a negative number.');
  return clientToken !== undefined && (clientToken.length < 1 || clientToken.length > 64)
    ? refuseWrapped('clientToken must have 1 to 64 characters.')
    : undefined;
};

const payloadOf = ({ operation, quantity }: UpdateInput): string => JSON.stringify([operation, quantity]);

/** Whether an update with this token was made before. What was made too long ago is forgotten on the way. */
const wasMade = async (
  { clock }: Service,
  tx: Tx,
  { seq }: ConsumableRow,
  input: UpdateInput,
): Promise<boolean | Refusal> => {
  const { clientToken } = input;
  if (clientToken === undefined) return false;
  await forgetUpdates(tx, {
    wall: clock.wall() - REMEMBERED_MILLISECONDS,
    steady: clock.steady() - REMEMBERED_MILLISECONDS,
    bootId: clock.bootId,
  });
  const known = await payloadWith(tx, seq, clientToken);
  if (known === undefined) return false;
  return known === payloadOf(input)
    ? true
    : refuse('clientToken was given with another operation or quantity: give each update its own.');
};

/** With its token, if it had one. */
const remember = async (
  { clock }: Service,
  tx: Tx,
  { seq: consumable }: ConsumableRow,
  input: UpdateInput,
): Promise<void> => {
  const { clientToken: token } = input;
  if (token === undefined) return;
  const moment = { at: clock.wall(), steady: clock.steady(), boot: clock.bootId };
  await noteUpdate(tx, { consumable, token, payload: payloadOf(input), ...moment });
};

const totalAfter = (total: number, operation: Change, quantity: number): number | Refusal => {
  const after = { SET: quantity, ADD: total + quantity, REMOVE: total - quantity }[operation];
  if (after < 0) return refuseWrapped('totalQuantity cannot be a negative number.');
  return after > Number.MAX_SAFE_INTEGER
    ? refuseWrapped(`totalQuantity cannot be more than ${Number.MAX_SAFE_INTEGER}.`)
    : after;
};
