import { lstatSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { diagnosticsOf } from './diagnostics-of';
import { renderError } from './render';

/** What the system says of an operation. */
function thrownBy(operation: () => unknown): unknown {
  try {
    return operation();
  } catch (error) {
    return error;
  }
}

const render = (error: unknown) => renderError(error, { root: '/', colors: 'never' });

it('says of what the system refuses what it is about, without a stack', () => {
  expect(render(thrownBy(() => lstatSync(`/tmp/${'x'.repeat(256)}`)))).toMatchInlineSnapshot(
    `"error[file/path-too-long]: \`/tmp/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\` is too long for the system: a path has at most 4095 bytes, each name in it 255"`,
  );
  expect(render(thrownBy(() => readFileSync('/tmp')))).toMatchInlineSnapshot(
    `"error[file/not-readable]: a file cannot be used (EISDIR: illegal operation on a directory)"`,
  );
  expect(render(thrownBy(() => readdirSync('/proc/version')))).toMatchInlineSnapshot(
    `"error[file/not-readable]: \`/proc/version\` cannot be used (ENOTDIR: not a directory)"`,
  );
});

it('names what is full, read-only or not permitted', () => {
  const refusals = [
    ['ENOSPC', 'write', undefined],
    ['EDQUOT', 'open', '/cache/files/x'],
    ['EROFS', 'open', '/workspace/packages/teal/packages.lock.yaml'],
    ['EACCES', 'mkdir', '/workspace/.immutablue/state'],
    ['EMFILE', 'open', '/workspace/nx.json'],
  ] as const;
  const errors = refusals.map(([code, syscall, path]) =>
    Object.assign(new Error(`${code}: refused, ${syscall}`), { code, errno: -1, syscall, path }),
  );
  expect(errors.map(render).join('\n')).toMatchInlineSnapshot(`
   "error[oci/no-space]: no disk space left (ENOSPC)
     hint: free some space; \`npx nx run images:gc\` removes images that are not needed, IMMUTABLUE_CACHE_DIR puts downloads elsewhere
   error[oci/no-space]: no disk space left for \`/cache/files/x\` (EDQUOT)
     hint: free some space for \`/cache/files\`; \`npx nx run images:gc\` removes images that are not needed, IMMUTABLUE_CACHE_DIR puts downloads elsewhere
   error[host/not-writable]: \`/workspace/packages/teal/packages.lock.yaml\` cannot be written: its file system is read-only
     hint: mount it for writing, or work in a copy of the workspace
   error[host/not-permitted]: permission denied: mkdir of \`/workspace/.immutablue/state\` (EACCES)
     hint: give it to the user who builds, with \`chown\`, or run as the user who owns it
   error[host/not-permitted]: too many files are open (EMFILE, at \`/workspace/nx.json\`)
     hint: raise the limit, for example with \`ulimit -n 65536\`"
  `);
});

it('takes what says nothing about the machine for a fault of the workspace itself', () => {
  const missing = thrownBy(() => {
    mkdirSync('/proc/no/such');
  });
  expect(diagnosticsOf(missing)).toMatchObject([{ code: 'internal/unexpected' }]);
});
