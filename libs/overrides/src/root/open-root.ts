import { type RootFilesystem, type RootOptions } from './root-filesystem';

/** The root filesystem mounted at `mountPoint`, an absolute path of this machine. */
export function openRoot(mountPoint: string, options: RootOptions): Promise<RootFilesystem> {
  throw new Error(`not written yet: ${mountPoint} ${options.epochSeconds}`);
}
