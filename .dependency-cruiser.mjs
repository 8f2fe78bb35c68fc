/**
 * Refuses imports in a circle between files; those of types count too. Part of each room's `lint`.
 * https://github.com/sverweij/dependency-cruiser/blob/main/doc/rules-reference.md
 */

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-circle',
      comment: 'Move what both files need into a third one, or the types into one of their own.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|node_modules)/' },
  },
};
