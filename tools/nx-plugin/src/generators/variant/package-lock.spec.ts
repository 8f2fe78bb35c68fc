import { withPackage } from './package-lock';

const lock = {
  name: 'workspace',
  lockfileVersion: 3,
  requires: true,
  packages: {
    '': { name: 'workspace', workspaces: ['packages/*'] },
    'node_modules/@immutablue/cyan': { resolved: 'packages/cyan', link: true },
    'node_modules/zod': { version: '4.6.7' },
    'packages/cyan': { name: '@immutablue/cyan', version: '0.3.1' },
    'tools/lab': { name: '@immutablue/lab' },
  },
};

const teal = { name: '@immutablue/teal', version: '0.1.0' };

it('adds the package and its link at their places, and keeps the rest', () => {
  const added = withPackage(lock, 'packages/teal', {
    ...teal,
    license: 'Apache-2.0',
    dependencies: { '@immutablue/cyan': '0.3.1' },
  });
  // The order of the keys is that of npm: otherwise its next run would change the file.
  expect(JSON.stringify(added, undefined, 2)).toMatchInlineSnapshot(`
   "{
     "name": "workspace",
     "lockfileVersion": 3,
     "requires": true,
     "packages": {
       "": {
         "name": "workspace",
         "workspaces": [
           "packages/*"
         ]
       },
       "node_modules/@immutablue/cyan": {
         "resolved": "packages/cyan",
         "link": true
       },
       "node_modules/@immutablue/teal": {
         "resolved": "packages/teal",
         "link": true
       },
       "node_modules/zod": {
         "version": "4.6.7"
       },
       "packages/cyan": {
         "name": "@immutablue/cyan",
         "version": "0.3.1"
       },
       "packages/teal": {
         "name": "@immutablue/teal",
         "version": "0.1.0",
         "license": "Apache-2.0",
         "dependencies": {
           "@immutablue/cyan": "0.3.1"
         }
       },
       "tools/lab": {
         "name": "@immutablue/lab"
       }
     }
   }"
  `);
});

it('leaves out what package.json does not say', () => {
  expect(JSON.stringify(withPackage(lock, 'packages/teal', teal))).toContain(
    '"packages/teal":{"name":"@immutablue/teal","version":"0.1.0"}',
  );
});

it.each([{}, { lockfileVersion: 1, dependencies: {} }, { ...lock, lockfileVersion: 4 }, []])(
  'does not touch a format that it does not know: %j',
  (other) => {
    expect(withPackage(other, 'packages/teal', teal)).toBeUndefined();
  },
);
