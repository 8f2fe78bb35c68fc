import { DiagnosticError } from '@immutablue/diagnostics';
import {
  CommandError,
  createContainer,
  isTransientBuildahFailure,
  mountContainer,
  removeContainer,
  tryInContainer,
  type CommandResult,
  type ImageDetails,
  ownedName,
} from '@immutablue/oci';
import { openRoot, type RootFilesystem } from '@immutablue/overrides';
import { retryTransientBuildahFailure } from '@immutablue/stage-runner';

/** A program of the image, exactly as it is executed. */
export interface ProgramOfImage {
  readonly command: readonly [program: string, ...args: string[]];
  readonly environment?: Readonly<Record<string, string>>;
  /** The program that matters, where `command` is a shell that starts it. */
  readonly needs?: string;
}

/** The root filesystem of an image, and a way to run the image's programs. */
export interface ImageRoot {
  readonly image: ImageDetails;
  /** Nothing runs in it, so it is as the image has it: `buildah run` leaves mount points and files behind. */
  readonly root: RootFilesystem;
  /**
   * Runs a program of the image in a container of its own; a non-zero exit code is an ordinary result, `stdout` has both
   * streams.
   *
   * @throws {DiagnosticError} `test/not-run` when the image has no such program.
   */
  readonly run: (program: ProgramOfImage) => Promise<CommandResult>;
}

/** The containers of one inspection. */
export interface ImageOpener {
  /** Opens an image; `purpose` tells its containers from those of the others. */
  readonly open: (image: ImageDetails, purpose: string) => Promise<ImageRoot>;
  /** Unmounts and removes all of them. */
  readonly close: () => Promise<void>;
}

/** What a shell ends with when it does not find a program. */
const NOT_FOUND = 127;

/** Opens images in throw-away containers: the images stay as they are. */
export function createImageOpener(signal: AbortSignal): ImageOpener {
  const containers: string[] = [];
  const create = async (image: ImageDetails, purpose: string) => {
    const name = await ownedName(purpose);
    containers.push(name);
    await createContainer(image.id, name, { signal });
    return name;
  };
  return {
    open: async (image, purpose) => {
      const mountPoint = await mountContainer(await create(image, purpose), { signal });
      const running = once(() => create(image, `${purpose}-run`));
      return {
        image,
        root: await openRoot(mountPoint, { epochSeconds: image.created }),
        run: async ({ needs, ...program }) => {
          const container = await running();
          const result = await retryTransientBuildahFailure(async () => {
            const outcome = await tryInContainer({ container, ...program }, { signal });
            // What buildah did not get to run has said nothing about the image.
            if (outcome.exitCode !== 0) throwIfFaultOfBuildah(new CommandError(outcome));
            return outcome;
          }, NO_REPORT);
          if (result.exitCode === NOT_FOUND) throw missingProgram(needs ?? program.command[0]);
          return result;
        },
      };
    },
    close: async () => {
      for (const name of containers) await removeContainer(name);
    },
  };
}

function throwIfFaultOfBuildah(error: CommandError): void {
  if (isTransientBuildahFailure(error)) throw error;
}

/** A check takes a second: a retry is not worth a line. */
const NO_REPORT = () => undefined;

/** Does something when it is first asked for, and gives the same result from then on. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

function missingProgram(program: string): DiagnosticError {
  return new DiagnosticError({
    code: 'test/not-run',
    message: `the image has no program \`${program}\`, which this check runs`,
  });
}
