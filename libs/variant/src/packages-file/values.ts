import * as z from 'zod';
import { secretNameSchema } from '../names';
import { quoted } from '../quoted';
import {
  absolutePathSchema,
  addressString,
  FILE_NAME_LENGTH,
  LINE_LENGTH,
  modeSchema,
  PATH_LENGTH,
  patternedString,
} from '../schema/patterned-string';
import { distroboxSchema } from './distrobox';
import { type ListKey, type ReleaseKey } from './keys';

/** As long as addresses are that every server and proxy takes. */
const ADDRESS_LENGTH = 2048;

/** What stays of the longest name of a unit when podman has made one of the quadlet's name. */
const QUADLET_LENGTH = 240;

/**
 * Values end up as arguments of programs, in file names and in a package manager's transaction. Each kind allows what its
 * names are made of and nothing else: no leading `-`, no spaces, no characters that a shell or a glob would take up.
 */
const rpm = patternedString({
  pattern: /^[A-Za-z0-9_][A-Za-z0-9_.+~^:-]*$/,
  what: 'the name of an RPM',
  hint: 'a name alone: no options of the package manager, spaces, patterns or groups; an address belongs to `rpm_url`',
  maxLength: FILE_NAME_LENGTH,
});

const URL_PATTERN =
  '(?:https?://(?:[A-Za-z0-9.-]+|\\[[0-9A-Fa-f:]+\\])(?::[0-9]+)?|file://)(?:/[A-Za-z0-9._~:/?#@!&=+,%()-]*)?';

const address = addressString({
  pattern: new RegExp(`^${URL_PATTERN}$`),
  what: 'an address',
  hint: 'begin with https://, http:// or file://, and leave out user names, spaces, quotes and variables',
  maxLength: ADDRESS_LENGTH,
});

const rpmUrl = addressString({
  pattern: new RegExp(`^${URL_PATTERN}/[A-Za-z0-9_][A-Za-z0-9_.+~^%-]*\\.rpm$`),
  what: 'the address of an RPM',
  hint: 'begin with https://, http:// or file://, and end with the file name of an RPM',
  maxLength: ADDRESS_LENGTH,
});

const pip = patternedString({
  pattern:
    /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?(?:\[[A-Za-z0-9._,-]+\])?(?:(?:==|~=|>=|<=|!=)[A-Za-z0-9.*+!]+)?$/,
  what: 'the name of a Python package',
  hint: 'a name, and a version if need be: `pulsemixer`, `pulsemixer==1.5.1`',
  maxLength: FILE_NAME_LENGTH,
});

const removedPath = absolutePathSchema.check((context) => {
  if (!/[*?]/.test(context.value)) return;
  context.issues.push({
    code: 'custom',
    message: `${quoted(context.value)} is a pattern`,
    params: { hint: 'name each file or directory by its own path' },
    input: context.value,
  });
});

/** https://www.freedesktop.org/software/systemd/man/latest/systemd.unit.html */
const unit = patternedString({
  pattern:
    /^[A-Za-z0-9:_.\\][A-Za-z0-9:_.\\-]*(?:@[A-Za-z0-9:_.\\-]*)?\.(?:service|socket|timer|target|path|mount|automount|swap|slice)$/,
  what: 'the name of a systemd unit',
  hint: 'a name with its type, like `sshd.service` or `cockpit.socket`',
  maxLength: FILE_NAME_LENGTH,
});

/** To enable a template without an instance leads to nothing, or to whatever instance the template has as its default. */
const enabledUnit = unit.check(refuseTemplate);

function refuseTemplate(context: z.core.ParsePayload<string>): void {
  const { value } = context;
  const at = value.search(/@\.[a-z]+$/);
  if (at === -1) return;
  const instance = `${value.slice(0, at)}@<instance>${value.slice(at + 1)}`;
  context.issues.push({
    code: 'custom',
    message: `${quoted(value)} is a template, of which an instance can be enabled`,
    params: { hint: `name the instance: \`${instance}\`` },
    input: value,
  });
}

/** https://docs.podman.io/en/latest/markdown/podman-systemd.unit.5.html; the kinds that run something. An instance is a link to its template. */
const quadlet = patternedString({
  pattern: /^[A-Za-z0-9:_.-]+(?:@[A-Za-z0-9:_.-]*)?\.(?:container|kube|pod)$/,
  what: 'the name of a quadlet that can be started',
  hint: 'the name of a file in /usr/share/containers/systemd, like `web.container`; volumes, networks and images follow by themselves',
  maxLength: QUADLET_LENGTH,
}).check(refuseTemplate);

const download = z.strictObject({
  name: patternedString({
    pattern: /^[A-Za-z0-9][A-Za-z0-9._+-]*$/,
    what: 'the name of a download',
    hint: 'the name of the program, like `sops`',
    maxLength: FILE_NAME_LENGTH,
  }).meta({ description: 'What it is; a list holds each name once' }),
  url: address.meta({ description: 'Where it is fetched from' }),
  sha256: patternedString({
    pattern: /^[0-9a-f]{64}$/,
    what: 'a SHA-256',
    hint: 'the 64 hexadecimal digits that `sha256sum` prints for the file at `url`',
    maxLength: 64,
  }).meta({ description: 'SHA-256 of what is at `url`: anything else stops the build' }),
  path: absolutePathSchema.meta({ description: 'Where it is placed in the image' }),
  mode: modeSchema.optional().meta({ description: "Permission bits as an octal number in quotes; '0755' when absent" }),
  member: patternedString({
    pattern: /^(?!.*(?:^|\/)\.\.(?:\/|$))[^/\u0000-\u001f\u007f-][^\u0000-\u001f\u007f]*$/,
    what: 'a file in an archive',
    hint: 'its path as `tar --list` prints it',
    maxLength: PATH_LENGTH,
  })
    .optional()
    .meta({ description: 'What is at `url` is a tar archive, and this file of it is placed at `path`' }),
});

const scriptletPolicy = z.strictObject({
  name: rpm.meta({ description: 'The package, by its name' }),
  policy: z
    .literal('allow-failure')
    .meta({ description: 'The build warns when one of its scriptlets fails, and goes on' }),
  reason: patternedString({
    pattern: /^\S[^\u0000-\u001f\u007f]{9,}$/,
    what: 'a reason',
    hint: 'a sentence that tells why a failed scriptlet does no harm',
    maxLength: LINE_LENGTH,
  }).meta({ description: 'Why that does no harm; shown with the warning' }),
});

const flatpak = patternedString({
  pattern: /^[A-Za-z_][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_][A-Za-z0-9_-]*){2,}(?:\/[A-Za-z0-9_.-]*){0,2}$/,
  what: 'the name of a Flatpak',
  hint: 'an application, like `org.gnome.Calculator`, or a runtime with architecture and branch',
  maxLength: FILE_NAME_LENGTH,
});

const brew = patternedString({
  pattern: /^[A-Za-z0-9][A-Za-z0-9@+._/-]*$/,
  what: 'the name of a Homebrew formula',
  hint: 'a name like `ripgrep`, with its tap if it has one',
  maxLength: FILE_NAME_LENGTH,
});

const nix = patternedString({
  pattern: /^[A-Za-z0-9_][A-Za-z0-9_.+'#:/-]*$/,
  what: 'the name of a Nix package',
  hint: 'a name like `nixpkgs.htop`',
  maxLength: FILE_NAME_LENGTH,
});

const repositoryFile = z.strictObject({
  name: patternedString({
    pattern: /^[A-Za-z0-9_][A-Za-z0-9_.-]*\.repo$/,
    what: 'the name of a repository file',
    hint: 'a plain file name that ends with `.repo`: it is saved in /etc/yum.repos.d',
    maxLength: FILE_NAME_LENGTH,
  }).meta({ description: 'The file in /etc/yum.repos.d, ending with .repo' }),
  url: address.meta({ description: 'The address of the .repo file' }),
  secret: secretNameSchema.optional().meta({
    description: 'The secret with `user:password` for the definition and for the packages; variant.yaml lists it',
  }),
});

const flatpakRepository = z.strictObject({
  name: patternedString({
    pattern: /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/,
    what: 'the name of a Flatpak remote',
    hint: 'a name like `flathub`',
    maxLength: FILE_NAME_LENGTH,
  }).meta({ description: 'The name of the remote' }),
  url: address.meta({ description: 'The address of the .flatpakrepo file' }),
});

/** What an item of each list has to be. */
export const ITEM_SCHEMAS = {
  repo_urls: repositoryFile,
  rpm,
  rpm_url: rpmUrl,
  rpm_post_url: rpmUrl,
  rpm_rm: rpm,
  scriptlets: scriptletPolicy,
  pip_packages: pip,
  downloads: download,
  file_rm: removedPath,
  services_enable_sys: enabledUnit,
  services_enable_user: enabledUnit,
  services_disable_sys: unit,
  services_disable_user: unit,
  services_mask_sys: unit,
  services_mask_user: unit,
  services_unmask_sys: unit,
  services_unmask_user: unit,
  quadlets_enable_sys: quadlet,
  flatpak_repos: flatpakRepository,
  flatpaks: flatpak,
  flatpaks_runtime: flatpak,
  flatpaks_rm: flatpak,
  'brew.install': brew,
  'brew.uninstall': brew,
  distrobox: distroboxSchema,
  'nix.install': nix,
} as const satisfies Record<ListKey, z.ZodType>;

/** The type of an item of each list, before resolution. */
export type ListItems = { readonly [Key in ListKey]: z.output<(typeof ITEM_SCHEMAS)[Key]> };

/** What the value for a release has to be. */
export const RELEASE_VALUE_SCHEMAS = {
  lts_version: patternedString({
    pattern: /^[0-9]+\.[0-9]+$/,
    what: 'the version of a kernel series',
    hint: "two numbers in quotes, like '6.18'",
    maxLength: FILE_NAME_LENGTH,
  }),
  zfs_rpm_url: rpmUrl,
} as const satisfies Record<ReleaseKey, z.ZodType<string>>;
