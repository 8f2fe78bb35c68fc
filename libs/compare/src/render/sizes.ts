import { formatBytes } from '@immutablue/diagnostics';
import type { ImageDifference } from '../difference';
import type { Download } from '../size';

/** How the size has changed: `549 MB → 551 MB (+1.8 MB), compressed 213 MB → 214 MB`. Pure. */
export function sizeText({ size: { before, after } }: ImageDifference): string {
  const sizes = changeText(before.uncompressed, after.uncompressed);
  if (before.compressed === undefined || after.compressed === undefined) return sizes;
  return `${sizes}, compressed ${changeText(before.compressed, after.compressed)}`;
}

function changeText(before: number, after: number): string {
  const sign = after > before ? '+' : '-';
  const change = after === before ? 'the same' : `${sign}${formatBytes(Math.abs(after - before))}`;
  return `${formatBytes(before)} → ${formatBytes(after)} (${change})`;
}

/** What a host downloads: `53 MB in 2 of 5 layers`. Pure. */
export function downloadText({ kind, bytes, layers, of }: Download): string {
  const text = `${formatBytes(bytes)} in ${layers} of ${of} layers`;
  return kind === 'compressed' ? text : `${text}, before compression`;
}
