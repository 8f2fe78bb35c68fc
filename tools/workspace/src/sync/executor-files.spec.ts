import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { EXECUTOR_FILES } from './executor-files';

const WORKSPACE = resolve(__dirname, '../../../..');

it.each(EXECUTOR_FILES.flatMap(({ files }) => [...files]))(
  '%s is what the sources give: `npx nx sync` writes it',
  (path, content) => {
    expect(JSON.parse(readFileSync(join(WORKSPACE, path), 'utf8'))).toEqual(content);
  },
);

it.each(EXECUTOR_FILES)('$folder has a schema for each executor and nothing else', ({ folder, files }) => {
  const written = readdirSync(join(WORKSPACE, folder)).map((name) => `${folder}/${name}`);
  expect([...files.keys()]).toEqual(expect.arrayContaining(written));
});
