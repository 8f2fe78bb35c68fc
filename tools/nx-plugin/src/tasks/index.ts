/** What Nx hashes by, as named in executors.json. */
export { hashBuild, hashDepBuilders, hashTrial } from './image-hashers';
export { hashCheck } from './check-hasher';
export { hashInspection } from './inspection-hasher';

import { recordSkippedTasks } from '../shared/skipped-tasks';

// Nx loads its hashers in the process that runs tasks, before it runs any, with its daemon too.
recordSkippedTasks();
