export { type PublishEvent } from './event';
export { imageName, type Destination, type PublishedImage } from './model';
export { planPublication, publish, type Publication, type PublishRequest } from './publish';
export { pruneRepository } from './tags/prune-repository';
export { followedTag, repositoryOf, type Occasion } from './tags/tags-for';
export { eventText, publicationText } from './report/words';
