import { count, formatBytes } from '@immutablue/diagnostics';
import type { PublishEvent } from '../event';
import { bytesToSend, type PlannedLayer } from '../layers/model';
import { imageName } from '../model';
import type { Publication } from '../publish';

/** As much of a digest as tells it from others. */
function short(digest: string): string {
  return digest.replace(/^(sha256:[0-9a-f]{12}).*$/, '$1');
}

/** What a person reads of an event; undefined where it is not worth a line. Pure. */
export function eventText(event: PublishEvent): string | undefined {
  switch (event.kind) {
    case 'waiting':
      return `  waiting for ${event.holder}`;
    case 'packing':
      return `  compressing layer ${short(event.diffId)}`;
    case 'sending':
      return undefined;
    case 'layer':
      return `  ${layerText(event)}`;
    case 'image-stored':
      return `  image ${short(event.image.digest)} is there, without a tag`;
    case 'documents-stored':
      return event.names.length === 0 ? undefined : `  ${event.names.join(', ')} hang on it`;
    case 'no-release-note':
      return '  no release note: the tag stood for an image that cannot be compared';
    case 'parent-not-published':
      return `  warning: it was not built on what hosts get of ${event.parent}`;
    case 'attested':
      return '  provenance attested';
    case 'signed':
      return '  signed';
    case 'unsigned':
      return '  not signed: `npx nx g @immutablue/nx:signing` makes hosts ask for signatures';
    case 'checking':
      return '  pulling it as a host that runs it, under its own policy.json';
    case 'checked':
      return '  a host takes it';
    case 'tagged':
      return `  tag ${event.tag}${event.before === undefined ? '' : `, before ${short(event.before)}`}`;
  }
}

function layerText({ layer: { packed }, outcome }: Extract<PublishEvent, { kind: 'layer' }>): string {
  const layer = `layer ${short(packed.digest)} (${formatBytes(packed.size)})`;
  switch (outcome) {
    case 'present':
      return `${layer} is there`;
    case 'mounted':
      return `${layer} taken from another repository`;
    case 'uploaded':
      return `${layer} sent`;
  }
}

/** What a publication would do, line by line. Pure. */
export function publicationText({ published, layers, tagging: { top, tags } }: Publication): readonly string[] {
  const missing = layers.filter(({ whereabouts }) => whereabouts.kind === 'missing').length;
  return [
    `would publish ${imageName(published)}`,
    ...layers.map((layer) => `  ${plannedText(layer)}`),
    ...tags.map(({ tag, digest }) => `  tag ${tag}${tagText(digest, top.digest)}`),
    missing === 0
      ? 'nothing would be sent: all layers are there, or in another repository'
      : `would send ${formatBytes(bytesToSend(layers))} in ${missing} of ${count(layers.length, 'layer')}`,
  ];
}

function plannedText({ packed, whereabouts }: PlannedLayer): string {
  const layer = `layer ${short(packed.digest)} (${formatBytes(packed.size)})`;
  switch (whereabouts.kind) {
    case 'present':
      return `${layer} is there`;
    case 'mountable':
      return `${layer} from ${whereabouts.from}`;
    case 'missing':
      return `${layer} to be sent`;
  }
}

function tagText(before: string | undefined, now: string): string {
  if (before === undefined) return ', new';
  return before === now ? ', as it is' : `, before ${short(before)}`;
}
