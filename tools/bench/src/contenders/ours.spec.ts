import { countTransactions } from './ours';

it('counts the transactions that ran, not those that Nx repeats from its cache', () => {
  const transaction = [
    '[30-install-packages]   | Running transaction check',
    '[30-install-packages]   | Running transaction   ',
  ];
  expect(
    countTransactions([
      '> nx run base:build:lab',
      ...transaction,
      '> nx run cyan:build:lab  [local cache]',
      ...transaction,
    ]),
  ).toBe(1);
});
