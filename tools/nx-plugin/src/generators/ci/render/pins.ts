import type { Scalar } from 'yaml';
import { commented } from './yaml';

/** An action of others, by the commit that is run: a tag can be moved to another one. */
interface Pin {
  readonly action: string;
  readonly commit: string;
  readonly version: string;
}

export const CHECKOUT: Pin = {
  action: 'actions/checkout',
  commit: '3d3c42e5aac5ba805825da76410c181273ba90b1',
  version: 'v7.0.1',
};

export const SETUP_NODE: Pin = {
  action: 'actions/setup-node',
  commit: '820762786026740c76f36085b0efc47a31fe5020',
  version: 'v7.0.0',
};

/** The version of Node with which the workspace is tested. */
export const NODE_VERSION = '20';

/** How a step names an action. @param server where it is, for runners that would look for it elsewhere. */
export function pinned({ action, commit, version }: Pin, server: string): Scalar<string> {
  return commented(`${server}${action}@${commit}`, version);
}

/** What jobs run in where they have no machine of their own: Debian with Node. */
export const JOB_IMAGE = `docker.io/library/node:${NODE_VERSION}-bookworm`;
