import type { Pipeline } from '../pipeline/pipeline';
import { renderActions } from './actions';
import { renderGitlab } from './gitlab';

/** The files of a pipeline, by their paths in the workspace. */
export function renderPipeline(pipeline: Pipeline): ReadonlyMap<string, string> {
  switch (pipeline.provider) {
    case 'github':
    case 'forgejo':
      return renderActions(pipeline, pipeline.provider);
    case 'gitlab':
      return renderGitlab(pipeline);
  }
}
