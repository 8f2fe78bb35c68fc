import { buildOptions, releases } from '../testing/names';
import { LIST_KEYS } from './keys';
import { parseListKey, parseSection } from './parse-key';

const options = buildOptions('gui', 'silverblue', 'cyan', 'post', 'build-a-blue');
const candidates = LIST_KEYS.filter((key) => !key.includes('.'));
const known = { candidates, others: ['brew', 'nix', 'lts_version', 'zfs_rpm_url'], options };

describe('parseListKey', () => {
  it.each([
    ['rpm', 'rpm', undefined, undefined],
    ['rpm_gui', 'rpm', 'gui', undefined],
    ['rpm_x86_64', 'rpm', undefined, 'x86_64'],
    ['rpm_silverblue_aarch64', 'rpm', 'silverblue', 'aarch64'],
    ['rpm_build-a-blue', 'rpm', 'build-a-blue', undefined],
    ['rpm_url', 'rpm_url', undefined, undefined],
    ['rpm_url_x86_64', 'rpm_url', undefined, 'x86_64'],
    ['rpm_post', 'rpm', 'post', undefined],
    ['rpm_post_url', 'rpm_post_url', undefined, undefined],
    ['rpm_post_url_cyan_x86_64', 'rpm_post_url', 'cyan', 'x86_64'],
    ['rpm_rm_silverblue', 'rpm_rm', 'silverblue', undefined],
    ['flatpaks_runtime_gui', 'flatpaks_runtime', 'gui', undefined],
    ['flatpaks_rm_x86_64', 'flatpaks_rm', undefined, 'x86_64'],
    ['flatpaks_gui', 'flatpaks', 'gui', undefined],
    ['services_enable_sys_silverblue_x86_64', 'services_enable_sys', 'silverblue', 'x86_64'],
    ['services_unmask_user_cyan', 'services_unmask_user', 'cyan', undefined],
    ['distrobox_cyan', 'distrobox', 'cyan', undefined],
  ])('%s is %s for the option %s and the architecture %s', (text, key, option, architecture) => {
    expect(parseListKey(text, known)).toEqual({
      kind: 'list',
      key,
      condition: { ...(option && { option }), ...(architecture && { architecture }) },
    });
  });

  it.each([
    ['rpm_cyna', 'family/unknown-option', '`rpm_cyna`: unknown build option `cyna`', 'did you mean `cyan`?'],
    ['rpm_ulr', 'family/unknown-option', '`rpm_ulr`: unknown build option `ulr`', 'did you mean `rpm_url`?'],
    [
      'rpm_x86_64_silverblue',
      'family/unknown-option',
      '`rpm_x86_64_silverblue`: unknown build option `x86_64_silverblue`',
      'the architecture comes last: `rpm_silverblue_x86_64`',
    ],
    ['rpm_gui_x86-64', 'family/unknown-option', '`rpm_gui_x86-64`: unknown build option `gui_x86-64`', /^known here: /],
    ['rpm_purple', 'family/unknown-option', '`rpm_purple`: unknown build option `purple`', /^known here: `gui`/],
    ['rpm_44', 'family/unknown-option', '`rpm_44`: unknown build option `44`', /`44:` below `rpm:`$/],
    ['rpm__gui', 'family/unknown-option', '`rpm__gui`: unknown build option `_gui`', 'did you mean `gui`?'],
    ['rpm__x86_64', 'family/unknown-option', '`rpm__x86_64`: unknown build option `_x86_64`', 'did you mean `x86_64`?'],
    ['rpm_', 'yaml/unknown-key', 'unknown key `rpm_`', 'did you mean `rpm`?'],
    ['rmp', 'yaml/unknown-key', 'unknown key `rmp`', 'did you mean `rpm`?'],
    ['repo_url', 'yaml/unknown-key', 'unknown key `repo_url`', 'did you mean `repo_urls`?'],
    ['services_enable_system', 'yaml/unknown-key', 'unknown key `services_enable_system`', /services_enable_sys/],
    ['brews', 'yaml/unknown-key', 'unknown key `brews`', 'did you mean `brew`?'],
    ['constructor', 'yaml/unknown-key', 'unknown key `constructor`', /^known here: /],
    ['', 'yaml/unknown-key', 'unknown key ``', /./],
  ])('%s is refused', (text, code, message, hint) => {
    expect(parseListKey(text, known)).toEqual({
      kind: 'problem',
      code,
      message,
      hint: typeof hint === 'string' ? hint : expect.stringMatching(hint),
    });
  });

  it('knows the keys of a group by their short names', () => {
    const group = { candidates: LIST_KEYS.filter((key) => key.startsWith('brew.')), others: [], options };
    expect(parseListKey('install_cyan', group)).toMatchObject({ key: 'brew.install', condition: { option: 'cyan' } });
    expect(parseListKey('instal', group)).toMatchObject({ kind: 'problem', hint: 'did you mean `install`?' });
  });

  it('tells every key with every suffix apart', () => {
    for (const key of candidates) {
      for (const option of [undefined, ...options]) {
        for (const architecture of [undefined, 'x86_64', 'aarch64'] as const) {
          const text = [key, option, architecture].filter((part) => part !== undefined).join('_');
          const condition = { ...(option && { option }), ...(architecture && { architecture }) };
          expect(parseListKey(text, known)).toEqual({ kind: 'list', key, condition });
        }
      }
    }
  });
});

describe('parseSection', () => {
  it.each([
    ['all', undefined, undefined],
    ['44', '44', undefined],
    ['all_x86_64', undefined, 'x86_64'],
    ['43_aarch64', '43', 'aarch64'],
  ])('%s is for the release %s and the architecture %s', (text, release, architecture) => {
    expect(parseSection(text, releases('43', '44'))).toEqual({
      kind: 'section',
      condition: { ...(release && { release }), ...(architecture && { architecture }) },
    });
  });

  it.each([
    ['44x', 'unknown section `44x`'],
    ['42', '`42` is not a release of this workspace'],
    ['42_x86_64', '`42` is not a release of this workspace'],
    ['x86_64', 'unknown section `x86_64`'],
    ['_x86_64', 'unknown section `_x86_64`'],
    ['all_', 'unknown section `all_`'],
    ['all_arm64', 'unknown section `all_arm64`'],
    ['044', '`044` is not a release of this workspace'],
    ['4.4', 'unknown section `4.4`'],
    ['x86_64_all', 'unknown section `x86_64_all`'],
  ])('%s is refused', (text, message) => {
    expect(parseSection(text, releases('43', '44'))).toEqual({
      kind: 'problem',
      code: 'yaml/unknown-key',
      message,
      hint: 'sections are `all`, `43`, `44`, alone or followed by `_x86_64` or `_aarch64`',
    });
  });
});
