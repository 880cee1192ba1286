export { listTagsForResource } from './list-tags.ts';
export { tagResource } from './tag-resource.ts';
export { untagResource } from './untag-resource.ts';
