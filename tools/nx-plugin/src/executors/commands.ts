import type { ExecutorDefinition } from '@immutablue/executor';
import { command, type Command } from '../shared/command';
import { boot } from './boot/definition';
import { build } from './build/definition';
import { changes } from './changes/definition';
import { check } from './check/definition';
import { containerfile } from './containerfile/definition';
import { deps } from './deps/definition';
import { diff } from './diff/definition';
import { explain } from './explain/definition';
import { gc } from './gc/definition';
import { lock } from './lock/definition';
import { overrides } from './overrides/definition';
import { plan } from './plan/definition';
import { publish } from './publish/definition';
import { reads } from './reads/definition';
import { sbom } from './sbom/definition';
import { shell } from './shell/definition';
import { test } from './test/definition';
import { verify } from './verify/definition';

/** What this plugin can do, in the order in which it is shown. A new command is a folder and a line here. */
export const COMMANDS: readonly Command[] = [
  command(build, () => import('./build/run.js')),
  command(deps, () => import('./deps/run.js')),
  command(plan, () => import('./plan/run.js')),
  command(explain, () => import('./explain/run.js')),
  command(containerfile, () => import('./containerfile/run.js')),
  command(check, () => import('./check/run.js')),
  command(overrides, () => import('./overrides/run.js')),
  command(test, () => import('./test/run.js')),
  command(boot, () => import('./boot/run.js')),
  command(lock, () => import('./lock/run.js')),
  command(changes, () => import('./changes/run.js')),
  command(diff, () => import('./diff/run.js')),
  command(sbom, () => import('./sbom/run.js')),
  command(reads, () => import('./reads/run.js')),
  command(shell, () => import('./shell/run.js')),
  command(publish, () => import('./publish/run.js')),
  command(verify, () => import('./verify/run.js')),
  command(gc, () => import('./gc/run.js')),
];

/** The same, for executors.json. */
export const executorDefinitions: readonly ExecutorDefinition[] = COMMANDS.map(({ definition }) => ({
  ...definition,
  description: definition.describe('a variant'),
}));
