/** Where a scheme of tags puts an image. */
export interface ImagePlace {
  /** Below the registry's namespace: `immutablue-cyan`. */
  readonly repository: string;
  /** What tags have at the end where several images share the repository: `cyan` in `44-cyan`. */
  readonly flavour?: string;
}

/**
 * A way to name the images of a family in a registry. Two images never get the same place.
 *
 * @param imageName without registry and tag, as variant.yaml says it: `immutablue-cyan`.
 */
export type TagScheme = (imageName: string) => ImagePlace;
