import { createImageReader } from '@immutablue/oci';

/** The images of the store, for all tasks that Nx hashes in one process. */
export const imagesInStore = createImageReader();
