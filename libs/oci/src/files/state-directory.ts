import { join } from 'node:path';
import { storageUserId } from '../host/user-namespace';

/** The folder of a workspace's state about this user's containers-storage: root and an ordinary user have one each. */
export function stateDirectory(workspaceRoot: string): string {
  return join(workspaceRoot, '.immutablue', 'state', String(storageUserId()));
}
