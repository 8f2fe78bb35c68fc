import { renderStatus, type StatusRow } from './status';

describe('renderStatus', () => {
  const rows: StatusRow[] = [
    { what: 'root filesystem x86_64', state: 'whole', size: '474 MB', where: '/cache/root-filesystem/1' },
    { what: 'root filesystem aarch64', state: 'on demand', size: '', where: '/cache/root-filesystem/2' },
    { what: 'registry 127.0.0.1:5000', state: 'running', size: '9.4 kB', where: '/cache/registry' },
  ];

  it('aligns the columns and says that nothing is missing', () => {
    expect(renderStatus(rows, '/cache/lab')).toMatchInlineSnapshot(`
     "STATE        SIZE  WHAT
     whole      474 MB  root filesystem x86_64
     on demand          root filesystem aarch64
     running    9.4 kB  registry 127.0.0.1:5000

     In /cache/lab and in containers-storage; --json names each place.
     The lab is whole."
    `);
  });

  it('counts what is missing', () => {
    const missing: StatusRow = { what: 'signing key', state: 'missing', size: '', where: '/cache/key/1' };
    expect(
      renderStatus([...rows, missing], '/cache/lab')
        .split('\n')
        .at(-1),
    ).toBe('1 missing: `nx run lab:up` makes them.');
  });
});
