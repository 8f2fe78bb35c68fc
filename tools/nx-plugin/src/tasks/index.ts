import { correctNx } from '../shared/correct-nx';
import { hashCheck as check } from './check-hasher';
import * as image from './image-hashers';
import { hashInspection as inspection } from './inspection-hasher';
import { hashShell } from './shell-hasher';
import { unlessFaulty } from './unless-faulty';

/** What Nx hashes by, as named in executors.json. */
export const hashBuild = unlessFaulty(image.hashBuild);
export const hashDepBuilders = unlessFaulty(image.hashDepBuilders);
export const hashTrial = unlessFaulty(image.hashTrial);
export const hashCheck = unlessFaulty(check);
export const hashInspection = unlessFaulty(inspection);

export { hashShell };

// Nx loads its hashers in the process that runs tasks, before it runs any, with its daemon too.
correctNx();
