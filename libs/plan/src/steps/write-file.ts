import { formatMode, shellWord } from '@immutablue/diagnostics';
import { atFiles, lines, textFile } from '../containerfile/action';
import { ancestorsAndSelf, paths } from '../reads';
import type { StepKind } from './kind';

/** Writes one file, owned by root. */
export interface WriteFileStep {
  readonly kind: 'write-file';
  /** What the file is, for people: `the build options`. */
  readonly what: string;
  readonly path: string;
  readonly content: string;
  readonly mode: number;
  /** Absolute path of the file that it is made from. */
  readonly source?: string;
}

export const writeFile: StepKind<WriteFileStep> = {
  duration: 'short',
  repositories: 'not-asked',
  purpose: ({ what }) => `write ${what}`,
  reads: ({ path }) => paths(ancestorsAndSelf(path)),
  inputs: ({ path, content, mode, source }) => [
    {
      noun: 'file',
      name: path,
      value: JSON.stringify([content, mode]),
      writes: path,
      ...(source === undefined ? {} : { origin: { file: source } }),
    },
  ],
  print: ({ path, mode, content }) => [`${formatMode(mode)} ${path}  ${Buffer.byteLength(content)} bytes`],
  run: async ({ path, content, mode }, { root }) => {
    await root.writeFile(path, content, { mode });
  },
  containerfile: ({ path, content, mode }, number) => {
    const file = textFile(`${number}${path}`, content);
    return lines([`place ${atFiles(file)} ${shellWord(path)} ${mode.toString(8)}`], { files: [file] });
  },
};
