import { DiagnosticError, renderError } from '@immutablue/diagnostics';

/** Nx prints the message of an error: the whole diagnostic goes there, and no advice to look at a stack. Others stay as they are. */
export function shownByNx(error: unknown, root: string): unknown {
  if (!(error instanceof DiagnosticError)) return error;
  const printed = new Error(renderError(error, { root, colors: 'never' }), { cause: error });
  delete printed.stack;
  return printed;
}
