import { type BootResult } from '../report/report';

/** What happens while an image is booted. */
export type BootEvent =
  | { readonly kind: 'removed'; readonly name: string }
  | { readonly kind: 'preparing'; readonly what: string }
  | { readonly kind: 'machine-started'; readonly boot: number; readonly boots: number; readonly machine: string }
  | { readonly kind: 'console'; readonly line: string }
  | { readonly kind: 'found'; readonly item: BootResult }
  | { readonly kind: 'machine-off'; readonly boot: number; readonly milliseconds: number };
