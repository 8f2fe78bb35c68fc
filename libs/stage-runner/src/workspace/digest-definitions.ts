import { statSync } from 'node:fs';
import { join } from 'node:path';
import { namesIn, readIfThere } from '@immutablue/oci';
import { yamlContent } from '@immutablue/variant';
import { withoutComments, sha256 } from '@immutablue/plan';
import { dependenciesKey, scriptKey } from './content-keys';
import { digestFolder } from './digest-folder';
import type { FileDigests } from './file-digests';
import { readReadsHeader } from './script-reads';

/**
 * A digest over what a variant's folder says of its image, overrides and locks left out: the same for edits of comments, which
 * a build would find to mean nothing. Files that are wrong are taken as they are.
 */
export async function digestDefinitions(variantDirectory: string, digests: FileDigests): Promise<string> {
  const [variant, packages] = await Promise.all(
    ['variant.yaml', 'packages.yaml'].map(async (name) => {
      const file = join(variantDirectory, name);
      const text = await textOf(file);
      if (text === undefined) return digestFolder(file);
      return digests.derived(file, sha256(text), () => sha256(yamlContent(text)));
    }),
  );
  return sha256(
    JSON.stringify([variant, packages, await scripts(variantDirectory), await dependencies(variantDirectory)]),
  );
}

async function scripts(variantDirectory: string): Promise<unknown> {
  const folder = join(variantDirectory, 'build');
  const names = await namesIn(folder);
  return Promise.all(names.map(async (name) => [name, await scriptContent(variantDirectory, join(folder, name))]));
}

async function scriptContent(variantDirectory: string, file: string): Promise<unknown> {
  const text = file.endsWith('.sh') ? await textOf(file) : undefined;
  if (text === undefined) return digestFolder(file);
  return [withoutComments(text), await scriptKey(text, variantDirectory), readReadsHeader(text, file).reads];
}

async function dependencies(variantDirectory: string): Promise<unknown> {
  const context = join(variantDirectory, 'deps');
  const text = await textOf(join(context, 'Containerfile'));
  if (text === undefined) return digestFolder(context);
  return [await dependenciesKey(context, text), readReadsHeader(text, 'Containerfile').reads];
}

/** The content of a file; undefined when there is none, or something else. */
async function textOf(file: string): Promise<string | undefined> {
  const isFile = statSync(file, { throwIfNoEntry: false })?.isFile() === true;
  return isFile ? readIfThere(file) : undefined;
}
