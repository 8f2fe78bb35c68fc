import type { TagScheme } from './scheme';

/** The repository that upstream Immutablue's images share. */
const REPOSITORY = 'immutablue';

/** With 64 characters there is room in a tag for a release, a date and the number of a pull request. */
const FLAVOUR = new RegExp(`^${REPOSITORY}-(?<flavour>[a-z0-9][a-z0-9._-]{0,63})$`);

/** `immutablue:44-20261127` is the image `immutablue` of a day. */
const LOOKS_DATED = /(?:^|-)\d{8}(?:\.\d+)?$/;

/**
 * Upstream Immutablue's: one repository, in which tags end with the flavour, `immutablue:44`, `immutablue:44-cyan`,
 * `immutablue:44-kuberblue-nucleus`. An image that is not called `immutablue-…`, or whose flavour would look like a date, has a
 * repository of its own.
 */
export const upstream: TagScheme = (imageName) => {
  const flavour = FLAVOUR.exec(imageName)?.groups?.flavour;
  if (flavour === undefined || LOOKS_DATED.test(flavour)) return { repository: imageName };
  return { repository: REPOSITORY, flavour };
};
