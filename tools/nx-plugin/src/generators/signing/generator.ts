import { type GeneratorCallback, type Tree } from '@nx/devkit';
import { print, renderTable, type Column } from '@immutablue/diagnostics';
import { KEY_VARIABLE, PASSWORD_VARIABLE } from '@immutablue/signing';
import { shownByNx } from '../shown-by-nx';
import { addSigning, type AddedSigning, type SigningGeneratorOptions } from './add-signing';
import { writePrivateKey } from './private-key';

/**
 * The generator `nx g @immutablue/nx:signing`.
 *
 * @returns what Nx calls when the files are written: it writes the private key, which is none of the workspace's files, and says
 * what to do next.
 */
export default async function signingGenerator(
  tree: Tree,
  options: SigningGeneratorOptions,
): Promise<GeneratorCallback> {
  try {
    const added = await addSigning(tree, options, process.env);
    return async () => {
      try {
        await writePrivateKey(added.privateKeyFile, added.privateKey);
      } catch (error) {
        throw shownByNx(error, tree.root);
      }
      print(nextSteps(added));
    };
  } catch (error) {
    throw shownByNx(error, tree.root);
  }
}

const COLUMN: Column = { title: '', align: 'left' };

function nextSteps({ registry, privateKeyFile, publicKey, protection }: AddedSigning): string {
  const steps = [
    ['keep the private key', `${privateKeyFile}; hosts take no image without it, and it belongs in no git`],
    [`set ${KEY_VARIABLE}`, 'as a secret of the CI: the text of that file; here its path will do'],
    protection === 'encrypted'
      ? [`set ${PASSWORD_VARIABLE}`, 'as another secret: the password that is set now']
      : ['protect the file', `it is not encrypted: with ${PASSWORD_VARIABLE} set this makes one that is`],
    [
      `commit nx.json and ${publicKey}`,
      `images then carry the public key, and hosts ask for signatures of ${registry}`,
    ],
  ] as const;
  const lines = renderTable([COLUMN, COLUMN], steps);
  return ['', `There is a key for images of ${registry}. Next:`, ...lines.map((line) => `  ${line}`)].join('\n');
}
