import { userInfo } from 'node:os';

/** The person who builds. */
export interface HostUser {
  readonly uid: number;
  readonly name: string;
}

/** The user of this process. */
export function currentUser(): HostUser {
  const { uid, username } = userInfo();
  return { uid, name: username };
}
