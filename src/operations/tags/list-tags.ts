import { isRefusal } from '../../domain/refusal.ts';
import type { Operation } from '../../service/service.ts';
import { tagsOf } from '../../store/tag-rows.ts';
import { findResource } from './resource.ts';

/** ListTagsForResource: answers `{tags}`, which may be empty (T-046). */
export const listTagsForResource: Operation<{ readonly resourceArn: string }> = (service, { resourceArn }) =>
  service.store.read(async (tx) => {
    const resource = await findResource(service, tx, resourceArn);
    return isRefusal(resource) ? resource : { tags: await tagsOf(tx, resource.kind, resource.seq) };
  });
