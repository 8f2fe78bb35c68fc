import { readdirSync } from 'node:fs';
import { COMMANDS } from './commands';

it('has a command for each folder', () => {
  const folders = readdirSync(__dirname, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(COMMANDS.map(({ definition }) => definition.name).sort()).toEqual(folders.map(({ name }) => name).sort());
});

it('says what each option is for', () => {
  const silent = COMMANDS.flatMap(({ definition }) =>
    Object.entries(definition.options.shape)
      .filter(([, { description }]) => description === undefined)
      .map(([option]) => `${definition.name} --${option}`),
  );
  expect(silent).toEqual([]);
});
