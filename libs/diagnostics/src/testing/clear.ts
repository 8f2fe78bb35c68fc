/** How a diagnostic that helps begins: what it is, and where. */
export const CLEAR_DIAGNOSTIC = /^error\[[a-z-]+\/[a-z0-9-]+\]: \S.*\n +--> \S+:\d+:\d+(?:\n|$)/;

/** What acts on a terminal, ends a line or turns the text around it, besides the ends of lines that belong there; and a password. */
export const UNSAFE = /(?!\n)[\p{Cc}\p{Cs}\p{Bidi_Control}\u2028\u2029]|hunter2/u;
