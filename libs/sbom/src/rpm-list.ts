import { DiagnosticError } from '@immutablue/diagnostics';
import type { RpmFacts } from './contents';

/** A package of an image with what it gives and needs, by name. */
export interface ListedPackage {
  readonly facts: RpmFacts;
  readonly provides: readonly string[];
  /** What it requires and recommends; of a condition all names. */
  readonly needs: readonly string[];
  /** What it is installed for, though that does not ask for it. */
  readonly supplements: readonly string[];
}

const TEXTS = ['NAME', 'VERSION', 'RELEASE', 'ARCH', 'LICENSE', 'VENDOR', 'SOURCERPM', 'SHA256HEADER'] as const;
const LISTS = ['PROVIDENAME', 'REQUIRENAME', 'RECOMMENDNAME', 'SUPPLEMENTNAME'] as const;

/**
 * What `rpm --query --queryformat` is given for {@link parsePackageList}. Whatever a packager has written stands in quotes, as for a
 * shell, and ends nothing before its time. https://rpm-software-management.github.io/rpm/manual/queryformat.html
 */
export const PACKAGE_LIST_FORMAT = [
  ...TEXTS.map((tag) => `%{${tag}:shescape}`),
  '%{EPOCHNUM}',
  ...LISTS.map((tag) => `[%{${tag}:shescape},]`),
]
  .join(';')
  .concat('\\n');

/** A value in quotes, in which `'` is written `'\''`; without quotes when the package has none. */
const VALUE = /'(?:[^']|'\\'')*'|\(none\)/y;
/** rpm writes its warnings in between. */
const WARNING = /(?:warning: .*)?\n/y;

/**
 * The packages that rpm lists in {@link PACKAGE_LIST_FORMAT}, without the keys.
 *
 * @throws {DiagnosticError} `oci/unexpected-output` when it says anything else but warnings.
 */
export function parsePackageList(text: string): ListedPackage[] {
  const reader = createReader(text.endsWith('\n') ? text : `${text}\n`);
  const packages: ListedPackage[] = [];
  while (!reader.isAtEnd()) {
    if (reader.takeIf(WARNING) === undefined) packages.push(readPackage(reader));
  }
  return packages.filter(({ facts }) => facts.name !== 'gpg-pubkey');
}

function readPackage(reader: Reader): ListedPackage {
  const texts = TEXTS.map(() => {
    const value = unquoted(reader.take(VALUE));
    reader.take(/;/y);
    return value;
  });
  const [name, version, release, arch, licence, vendor, sourceRpm, headerSha256] = texts;
  const epoch = Number(reader.take(/\d+/y));
  const lists = LISTS.map(() => {
    reader.take(/;/y);
    return readList(reader);
  });
  reader.take(/\n/y);
  const [provides = [], requires = [], recommends = [], supplements = []] = lists;
  return {
    facts: {
      ...{ name: name ?? '', epoch, version: version ?? '', release: release ?? '' },
      // Keys have no architecture.
      arch: arch ?? '',
      ...(licence === undefined ? {} : { licence }),
      ...(vendor === undefined ? {} : { vendor }),
      ...(sourceRpm === undefined ? {} : { sourceRpm }),
      ...(headerSha256 === undefined ? {} : { headerSha256 }),
    },
    provides,
    needs: [...requires, ...recommends].flatMap(namesIn),
    supplements: supplements.flatMap(namesIn),
  };
}

function readList(reader: Reader): string[] {
  const values: string[] = [];
  for (let value = reader.takeIf(VALUE); value !== undefined; value = reader.takeIf(VALUE)) {
    reader.take(/,/y);
    values.push(unquoted(value) ?? '');
  }
  return values.filter((value) => value !== '');
}

/** The names of a condition like `(one if (two or three >= 4))`. https://rpm-software-management.github.io/rpm/manual/boolean_dependencies.html */
function namesIn(dependency: string): string[] {
  if (!dependency.startsWith('(')) return [dependency];
  const words = dependency.replaceAll(/[<>=]+ *[^\s()]+/g, '').split(/[\s()]+/);
  return words.filter((word) => !/^(?:|and|or|if|else|unless|with|without)$/.test(word));
}

function unquoted(value: string): string | undefined {
  return value === '(none)' ? undefined : value.slice(1, -1).replaceAll(String.raw`'\''`, "'");
}

type Reader = ReturnType<typeof createReader>;

/** Reads a text piece by piece, each by a sticky pattern. */
function createReader(text: string) {
  let index = 0;
  const takeIf = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = index;
    const found = pattern.exec(text)?.[0];
    index += found?.length ?? 0;
    return found;
  };
  const take = (pattern: RegExp): string => {
    const found = takeIf(pattern);
    if (found !== undefined) return found;
    throw new DiagnosticError({
      code: 'oci/unexpected-output',
      message: 'rpm in the image does not list its packages as it should',
      notes: [text.slice(index, index + 200)],
    });
  };
  return { take, takeIf, isAtEnd: () => index >= text.length };
}
