export { type Document } from './documents/document';
export { type PublishEvent } from './event';
export { type BuiltImage } from './image/built-image';
export { imageName, type Destination, type PublishedImage } from './model';
export { planPublication, publish, type Publication, type PublishRequest } from './publish';
export { pruneRepository } from './tags/prune-repository';
export { repositoryOf, tagsFor, datedTagsOf, type ImageTags, type Occasion, type TagsRequest } from './tags/tags-for';
export { composeIndex, type Existing, type PlatformImage } from './index-manifest';
export { eventText, publicationText } from './report/words';
