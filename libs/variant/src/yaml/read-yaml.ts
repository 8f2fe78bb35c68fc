import { type Diagnostic } from '@immutablue/diagnostics';
import { Composer, isScalar, LineCounter, Parser, type Node, type YAMLError } from 'yaml';
import { findControlCharacter, shortened, withoutControlCharacters } from '../quoted';
import { convertDocument } from './convert';
import { locatorOf, type Locate } from './locate';
import { type SourceNode } from './source-node';
import { DEPTH_LIMIT, findTooDeep, findTooLong, findUnclosedQuote, LENGTH_LIMIT } from './tokens';

export interface YamlContent {
  /** Absent when the file holds nothing but comments, or nothing that could be made sense of. */
  readonly root?: SourceNode;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads a YAML 1.2 file (https://yaml.org/spec/1.2.2/) of one document. Aliases and merge keys are followed. A byte order
 * mark and any kind of line break are accepted.
 */
export function readYaml(file: string, content: string): YamlContent {
  const text = content.replace(/^\uFEFF/, '').replaceAll(/\r\n?/g, '\n');
  const counter = new LineCounter();
  const tokens = [...new Parser(counter.addNewLine).parse(text)];
  const locate = locatorOf(file, text, counter);

  const control = findControlCharacter(text);
  if (control !== -1) {
    const location = locate(control, control + 1);
    const shown = { ...location, text: withoutControlCharacters(location.text ?? '') };
    return {
      diagnostics: [{ code: 'yaml/syntax', message: 'a control character', location: shown, hint: 'remove it' }],
    };
  }
  const tooDeep = findTooDeep(tokens);
  if (tooDeep !== undefined) {
    const message = `values are nested more than ${DEPTH_LIMIT} levels deep`;
    return { diagnostics: [{ code: 'yaml/syntax', message, location: locate(tooDeep.offset, tooDeep.offset + 1) }] };
  }
  const tooLong = findTooLong(tokens);
  if (tooLong !== undefined) {
    const message = `a value of more than ${LENGTH_LIMIT} characters: none of these files has a use for one`;
    return {
      diagnostics: [{ code: 'yaml/wrong-value', message, location: locate(tooLong.offset, tooLong.offset + 1) }],
    };
  }
  const unclosed = findUnclosedQuote(tokens);
  if (unclosed !== undefined) {
    const location = locate(unclosed.offset, Infinity);
    return { diagnostics: [{ code: 'yaml/syntax', message: 'the quote is not closed', location }] };
  }

  // Keys that are there twice and merge keys are handled with the places of both keys, in `convertDocument`.
  const documents = [...new Composer({ uniqueKeys: false, merge: false }).compose(tokens)];
  const [document, second] = documents;
  if (document === undefined) return { diagnostics: [] };
  if (second !== undefined) {
    const start = second.range[0];
    return {
      diagnostics: [
        {
          code: 'yaml/syntax',
          message: 'more than one YAML document',
          location: locate(start, start + 1),
          hint: 'keep the first document and remove the line `---` before this one',
        },
      ],
    };
  }

  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) return { diagnostics: syntaxErrors(faults, locate) };
  const { contents } = document;
  return contents === null || isUnwritten(contents) ? { diagnostics: [] } : convertDocument(contents, locate);
}

/** One slip often makes the parser stumble several times over the same line: the first of each line is enough. */
function syntaxErrors(faults: readonly YAMLError[], locate: Locate): readonly Diagnostic[] {
  const diagnostics = faults.map((fault): Diagnostic => {
    const hint = HINTS[fault.code];
    return {
      code: 'yaml/syntax',
      message: shortened(fault.message),
      location: locate(...fault.pos),
      ...(hint === undefined ? {} : { hint }),
    };
  });
  return diagnostics.filter(
    (one, index) => diagnostics.findIndex((other) => other.location?.line === one.location?.line) === index,
  );
}

/** What to do about an error of the parser, by its code. */
const HINTS: Readonly<Partial<Record<YAMLError['code'], string>>> = {
  BAD_INDENT: 'look at the indentation, and for a bracket or quote that was not closed above',
  BAD_SCALAR_START: 'put the value in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'put a value that holds `: ` in quotes, and look at the indentation',
  MULTILINE_IMPLICIT_KEY: 'a key ends with `:` on its own line: look for a missing colon and at the indentation',
  TAB_AS_INDENT: 'indent with spaces',
  TAG_RESOLVE_FAILED: 'remove the tag: values are plain strings, lists and maps here',
};

/** `---` alone gives a scalar that is written nowhere. */
function isUnwritten(contents: Node): boolean {
  return isScalar(contents) && contents.value === null && contents.source === '';
}
