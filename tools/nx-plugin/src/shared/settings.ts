import type { NxJsonConfiguration, PluginConfiguration } from '@nx/devkit';
import { throwIfAny } from '@immutablue/diagnostics';
import { wantedBy } from '@immutablue/executor';
import { byteSizeSchema, imageSettingsSchema } from '@immutablue/variant';
import * as z from 'zod';
import { cacheOptionsSchema } from './cache-settings';
import { ciSettingsSchema } from './ci-settings';

/** The options of the plugin in nx.json: the settings of all images, and where the lab is. */
export const pluginOptionsSchema = imageSettingsSchema.extend({
  /** The Nx project that makes the lab; its `up` target runs before builds. Without it images come from real registries only. */
  lab: z.string().optional(),
  /** The Nx projects whose code builds images: when it changes, images are rebuilt. */
  builders: z.array(z.string()).default([]),
  /** How much the images of this workspace may take after `nx run images:gc`; without it, only what is needed stays. */
  diskSize: byteSizeSchema.optional(),
  /** The registry in which builds look for what other machines have built. */
  cache: cacheOptionsSchema.optional(),
  /** The Nx projects whose code looks into images or boots them: when it changes, images are tested again. */
  inspectors: z.array(z.string()).default([]),
  /** The CI system that has workflows for the images. */
  ci: ciSettingsSchema.optional(),
});

export type PluginOptions = z.output<typeof pluginOptionsSchema>;

/** How nx.json names this plugin: by its path in this workspace, by its package elsewhere. */
const PLUGIN_NAMES: readonly string[] = ['./tools/nx-plugin/src/main.cjs', '@immutablue/nx'];

/**
 * Checks the options of the plugin.
 *
 * @throws {DiagnosticError} `yaml/wrong-value` for each option that is wrong.
 */
export function parsePluginOptions(options: unknown): PluginOptions {
  const parsed = pluginOptionsSchema.safeParse(options ?? {});
  if (parsed.success) return parsed.data;
  throwIfAny(
    parsed.error.issues.map((issue) => ({
      code: 'yaml/wrong-value',
      message: `the option \`${issue.path.join('.')}\` of the plugin @immutablue/nx in nx.json: ${wantedBy(issue, pluginOptionsSchema)}`,
    })),
  );
  throw parsed.error;
}

/** The options of the plugin as nx.json has them, for executors and generators. */
export function readPluginOptions(nxJson: NxJsonConfiguration): PluginOptions {
  const entry = (nxJson.plugins ?? []).find(isThisPlugin);
  return parsePluginOptions(typeof entry === 'object' ? entry.options : undefined);
}

/** nx.json with further options of the plugin. @throws {DiagnosticError} as {@link parsePluginOptions} does. */
export function withPluginOptions(nxJson: NxJsonConfiguration, added: Partial<PluginOptions>): NxJsonConfiguration {
  const plugins = (nxJson.plugins ?? []).map((entry) => {
    if (!isThisPlugin(entry)) return entry;
    const plugin = typeof entry === 'string' ? { plugin: entry } : entry;
    return { ...plugin, options: { ...(plugin.options as object | undefined), ...added } };
  });
  const changed = { ...nxJson, plugins };
  readPluginOptions(changed);
  return changed;
}

function isThisPlugin(entry: PluginConfiguration): boolean {
  return PLUGIN_NAMES.includes(typeof entry === 'string' ? entry : entry.plugin);
}
