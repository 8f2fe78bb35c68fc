import { dirname, join } from 'node:path';

/** The helpers that are sourced before each script of a variant, part of this library: absolute path. */
export const COMMON_SCRIPT = join(dirname(require.resolve('@immutablue/plan/package.json')), 'scripts', '99-common.sh');
