import * as z from 'zod';
import { releaseSchema } from '../names';
import { FILE_NAME_LENGTH, patternedString } from '../schema/patterned-string';

const word = (what: string) =>
  patternedString({
    // https://rpm-software-management.github.io/rpm/manual/spec.html: what may stand in a version, and no option or path
    pattern: /^[A-Za-z0-9_][A-Za-z0-9_.+~^-]*$/,
    what,
    hint: 'write the lock again: `npx nx run <variant>:lock`',
    maxLength: FILE_NAME_LENGTH,
  });

/** The SHA-256 of a whole RPM file. */
export const checksumSchema = patternedString({
  pattern: /^sha256:[0-9a-f]{64}$/,
  what: 'a checksum',
  hint: '`sha256:` and 64 hexadecimal digits; write the lock again: `npx nx run <variant>:lock`',
  maxLength: 'sha256:'.length + 64,
}).brand<'Checksum'>();

export type Checksum = z.output<typeof checksumSchema>;

const lockedPackageSchema = z
  .strictObject({
    name: word('the name of an RPM'),
    epoch: z.number().int().nonnegative().meta({ description: '0 when the package has none' }),
    version: word('the version of an RPM'),
    release: word('the release of an RPM'),
    arch: word('an architecture'),
    repository: patternedString({
      pattern: /^[A-Za-z0-9_.:-]+$/,
      what: 'the ID of a repository',
      hint: 'the name in brackets of a file in /etc/yum.repos.d',
      maxLength: FILE_NAME_LENGTH,
    })
      .optional()
      .meta({ description: 'The ID of the repository that has it' }),
    url: z.string().optional().meta({ description: 'Its address, when packages.yaml has that' }),
    checksum: checksumSchema.meta({ description: 'SHA-256 of the RPM file' }),
  })
  .check((context) => {
    if ((context.value.repository === undefined) !== (context.value.url === undefined)) return;
    context.issues.push({
      code: 'custom',
      message: `\`${context.value.name}\` needs a \`repository\` or a \`url\`, and not both`,
      params: { hint: 'write the lock again: `npx nx run <variant>:lock`' },
      input: context.value,
    });
  });

const transactionSchema = z.strictObject({
  requested: z.array(z.string()).meta({ description: 'The values of the list in packages.yaml when it was locked' }),
  packages: z.array(lockedPackageSchema).meta({ description: 'The RPMs that are installed for them' }),
});

const sectionSchema = z.strictObject({
  rpm_url: transactionSchema.optional(),
  rpm: transactionSchema.optional(),
  rpm_post_url: transactionSchema.optional(),
});

const releasesSchema = z.record(
  releaseSchema,
  z.strictObject({ x86_64: sectionSchema.optional(), aarch64: sectionSchema.optional() }),
);

/** packages.lock.yaml: upstream profile, release, architecture, list. */
export const lockFileSchema = z
  .strictObject({
    fedora: releasesSchema.optional().meta({ description: 'Packages of the real repositories, by release' }),
    lab: releasesSchema.optional().meta({ description: 'Packages of the lab; no other build uses them' }),
  })
  .meta({ title: 'packages.lock.yaml', description: 'The RPMs that builds of a variant install, exactly' });

export type LockFileTransaction = z.output<typeof transactionSchema>;
