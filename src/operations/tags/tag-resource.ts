import { checkMerged, checkNewTags, type Tags } from '../../domain/tags.ts';
import type { Operation } from '../../service/service.ts';
import { setTags, tagsOf } from '../../store/tag-rows.ts';
import { changeTags } from './resource.ts';

export interface TagInput {
  readonly resourceArn: string;
  readonly tags: Tags;
}

/** TagResource: adds tags, and overwrites those of the same keys; all of them or none (rules T-034 to T-042). */
export const tagResource: Operation<TagInput> = async (service, { resourceArn, tags }) =>
  checkNewTags(tags) ??
  changeTags(service, resourceArn, async (tx, { kind, seq }) => {
    const tooMany = checkMerged(resourceArn, await tagsOf(tx, kind, seq), tags);
    if (tooMany) return tooMany;
    await setTags(tx, kind, seq, tags);
    return undefined;
  });
