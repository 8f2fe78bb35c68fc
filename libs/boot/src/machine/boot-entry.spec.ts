import { parseBootEntry } from './boot-entry';

describe('parseBootEntry', () => {
  it('reads what a boot loader needs', () => {
    const text = [
      'title Immutablue (ostree:0)',
      'version 1',
      'options root=LABEL=immutablue rw ostree=/ostree/boot.1/immutablue/00/0',
      'linux /ostree/immutablue-00/vmlinuz-6.12',
      'initrd /ostree/immutablue-00/initramfs-6.12.img',
    ].join('\n');
    expect(parseBootEntry(text)).toEqual({
      kernel: '/ostree/immutablue-00/vmlinuz-6.12',
      initramfs: '/ostree/immutablue-00/initramfs-6.12.img',
      options: 'root=LABEL=immutablue rw ostree=/ostree/boot.1/immutablue/00/0',
    });
  });

  it('refuses an entry that has not all of it', () => {
    expect(() => parseBootEntry('title x\nlinux /vmlinuz\n')).toThrow('without a kernel, an initramfs or options');
  });
});
