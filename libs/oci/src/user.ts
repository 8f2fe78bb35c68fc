import { userInfo } from 'node:os';

/** What is known of the person who builds. */
export interface HostUser {
  readonly uid: number;
  readonly name: string;
}

/** The user of this process. */
export function currentUser(): HostUser {
  const { uid, username } = userInfo();
  return { uid, name: username };
}
