import { checkTagKeys } from '../../domain/tags.ts';
import type { Operation } from '../../service/service.ts';
import { removeTags } from '../../store/tag-rows.ts';
import { changeTags } from './resource.ts';

export interface UntagInput {
  readonly resourceArn: string;
  readonly tagKeys: readonly string[];
}

/** UntagResource: keys that are not there are none to remove (rules T-043 to T-045). */
export const untagResource: Operation<UntagInput> = async (service, { resourceArn, tagKeys }) =>
  checkTagKeys(tagKeys) ??
  changeTags(service, resourceArn, async (tx, { kind, seq }) => {
    await removeTags(tx, kind, seq, tagKeys);
    return undefined;
  });
