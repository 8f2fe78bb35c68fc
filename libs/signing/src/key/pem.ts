/** A text in PEM, by the label in its first line. https://www.rfc-editor.org/rfc/rfc7468 */
export interface Pem {
  readonly label: string;
  readonly bytes: Buffer;
  /** The block without what stands around it. */
  readonly text: string;
}

const BLOCK = /-----BEGIN (?<label>[A-Z0-9 ]+)-----(?<body>[^-]*)-----END \k<label>-----/;

/** The first block of a text; undefined when there is none. */
export function parsePem(text: string): Pem | undefined {
  const match = BLOCK.exec(text);
  if (match?.groups === undefined) return undefined;
  const { label = '', body = '' } = match.groups;
  return { label, bytes: Buffer.from(body, 'base64'), text: `${match[0]}\n` };
}

/** A block of this label. */
export function formatPem(label: string, bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}
