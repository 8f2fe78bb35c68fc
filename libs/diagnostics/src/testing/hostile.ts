/** Everything that acts on a terminal, ends a line, or turns the direction of the text around it. */
export const HOSTILE_CHARACTERS: readonly string[] = [
  ...Array.from({ length: 0x20 }, (_, code) => code).filter((code) => code !== 0x09 && code !== 0x0a),
  ...Array.from({ length: 0x21 }, (_, code) => 0x7f + code),
  ...[0x061c, 0x200e, 0x200f, 0x2028, 0x2029, 0xd800, 0xdfff],
  ...Array.from({ length: 5 }, (_, code) => 0x202a + code),
  ...Array.from({ length: 4 }, (_, code) => 0x2066 + code),
].map((code) => String.fromCharCode(code));

/** What a name, a label, a tag, an answer of a server or a line of a program may hold. */
export const HOSTILE_TEXTS: readonly string[] = [
  // Colours, the cursor, the screen, the scroll region, modes, keys: ECMA-48 and xterm.
  '\u001b[31mred\u001b[0m',
  '\u001b[2J\u001b[H',
  '\u001b[1A\u001b[2K',
  '\u001b[6n',
  '\u001b[?1049h',
  '\u001b[?25l',
  '\u001b[1;1r',
  '\u001b[20t',
  '\u001bc',
  '\u001b7\u001b8',
  '\u001b(0',
  '\u001b#8',
  '\u009b2J',
  // Titles, links, the clipboard, notifications: with each of the two ends, and without any.
  '\u001b]0;title\u0007',
  '\u001b]2;title\u001b\\',
  '\u001b]8;;https://evil.example\u0007text\u001b]8;;\u0007',
  '\u001b]52;c;aWQK\u0007',
  '\u001b]9;note\u0007',
  '\u009d0;title\u009c',
  '\u001b]0;never ends',
  // Strings of devices, privacy messages, program commands.
  '\u001bPq#0\u001b\\',
  '\u001b^x\u001b\\',
  '\u001b_x\u001b\\',
  '\u001bXx\u001b\\',
  // Progress, and lines over lines.
  '10%\rerror: none',
  'a\b\b\bb',
  'a\u0000b',
  'a\u000bb\u000cc',
  'a\u0085b\u2028c\u2029d',
  // The direction of text: https://trojansource.codes/
  '\u202egnp.exe',
  '\u2066a\u2069\u202c',
  '\u061ca',
  '\u200ea\u200f',
  // Half a character.
  '\ud800',
  '\udc00a',
  // Commands of a CI.
  '\n::error::x',
  '\r\n::set-output name=a::b',
  '::endgroup::\n::stop-commands::x',
  // Passwords.
  'https://me:hunter2@example.org/',
  'http_proxy=me:hunter2@proxy:3128',
  'https://example.org/?token=hunter2',
  'curl: (22) https://me:hunter2@example.org/\u001b[0m',
];

/** All of them, by what they are. */
export const HOSTILE_INPUTS: Readonly<Record<string, readonly unknown[]>> = {
  'characters that act on a terminal or on text': HOSTILE_CHARACTERS,
  'texts: escape sequences, commands of a CI, passwords': HOSTILE_TEXTS,
};
