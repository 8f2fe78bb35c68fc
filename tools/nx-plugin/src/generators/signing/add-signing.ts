import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { formatFiles, readNxJson, updateNxJson, type Tree } from '@nx/devkit';
import { DiagnosticError } from '@immutablue/diagnostics';
import { parseOptions } from '@immutablue/executor';
import { generateKeyPair, PASSWORD_VARIABLE } from '@immutablue/signing';
import * as z from 'zod';
import { readPluginOptions, withPluginOptions } from '../../shared/settings';
import { checkPrivateKeyFile } from './private-key';

const signingOptions = z.strictObject({
  privateKey: z.string().min(1).optional(),
  publicKey: z.string().min(1).default('signing.pub'),
});

/** What the generator can be told; the same as in schema.json. */
export type SigningGeneratorOptions = z.input<typeof signingOptions>;

export interface AddedSigning {
  readonly registry: string;
  /** In PEM; not written yet. */
  readonly privateKey: string;
  /** Absolute. */
  readonly privateKeyFile: string;
  /** Relative to the workspace. */
  readonly publicKey: string;
  readonly protection: 'encrypted' | 'plain';
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Makes a key pair; the public key and the setting go to the tree.
 *
 * @throws {DiagnosticError} `signing/key-exists` and `signing/key-in-git`, when nothing is overwritten or shown to others;
 * `options/wrong`. Then nothing was written to the tree.
 */
export async function addSigning(
  tree: Tree,
  options: SigningGeneratorOptions,
  environment: Environment,
): Promise<AddedSigning> {
  const { privateKey: wanted, publicKey } = parseOptions(signingOptions, options);
  const nxJson = readNxJson(tree) ?? {};
  const { registry, signing } = readPluginOptions(nxJson);
  if (signing !== undefined) throw exists(`\`signing\` in nx.json names the public key \`${signing.publicKey}\``);
  if (tree.exists(publicKey)) throw exists(`there is a file \`${publicKey}\``);
  const privateKeyFile = resolve(tree.root, wanted ?? defaultFile(registry, environment));
  await checkPrivateKeyFile(privateKeyFile);
  const changed = withPluginOptions(nxJson, { signing: { publicKey } });
  // An empty password would be a key that looks protected.
  const password = environment[PASSWORD_VARIABLE] === '' ? undefined : environment[PASSWORD_VARIABLE];
  const pair = generateKeyPair(password);
  updateNxJson(tree, changed);
  tree.write(publicKey, pair.publicKey);
  await formatFiles(tree);
  const protection = password === undefined ? 'plain' : 'encrypted';
  return { registry, privateKey: pair.privateKey, privateKeyFile, publicKey, protection };
}

/** Outside of the workspace: what is ignored by git is removed by the first `git clean`. */
function defaultFile(registry: string, { XDG_CONFIG_HOME }: Environment): string {
  const directory =
    XDG_CONFIG_HOME === undefined || XDG_CONFIG_HOME === '' ? join(homedir(), '.config') : XDG_CONFIG_HOME;
  return join(directory, 'immutablue', `${registry.replaceAll(/[/:]/g, '-')}.key`);
}

function exists(what: string): DiagnosticError {
  return new DiagnosticError({
    code: 'signing/key-exists',
    message: `${what}: hosts that have its key would refuse images that another one signs`,
    hint: 'to change keys all the same, remove it first; hosts need an image with both keys, or the new one by another way',
  });
}
