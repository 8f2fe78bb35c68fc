import { BUILD_TOOLS, ROOTLESS_TOOLS } from '@immutablue/oci';

const packages = [...new Set([...BUILD_TOOLS, ...ROOTLESS_TOOLS].map((tool) => tool.packages.apt))].toSorted();

/** An unset secret arrives as an empty variable, which would count as a value. */
const WITHOUT_EMPTY = 'for name in "${!IMMUTABLUE_@}"; do [ -n "${!name}" ] || unset "$name"; done';

export const INSTALL_NODE_MODULES = 'npm ci --no-audit --no-fund';

export const INSTALL_HOST_TOOLS = lines(
  'as_root=()',
  'if [ "$(id --user)" != 0 ]; then as_root=(sudo); fi',
  '"${as_root[@]}" apt-get update --quiet',
  `"\${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --quiet --yes --no-install-recommends ${packages.join(' ')}`,
);

/** The password comes by standard input: command lines can be read by others on the machine. */
export const LOG_IN = lines(
  'mkdir --parents "$HOME/.config/containers"',
  'skopeo login --authfile "$HOME/.config/containers/auth.json" --username "$REGISTRY_USER" --password-stdin "$REGISTRY" <<< "$REGISTRY_PASSWORD"',
);

/** The last commit of which this workflow has published all images; none for the first run. Of GitHub's command `gh`. */
export const FIND_LAST_PUBLISHED =
  'BASE=$(gh run list --repo "$REPOSITORY_URL" --workflow images.yml --branch "$BRANCH" --status success --limit 1 --json headSha --jq ".[].headSha")';

/** Leaves the list of projects, as JSON in one line, in `$variants`; of all variants where there is nothing to compare with. */
export const FIND_AFFECTED = lines(
  'selection=()',
  'if [ -n "${BASE:-}" ] && git cat-file -e "$BASE^{commit}"; then selection=(--affected --base "$BASE" --head "$HEAD"); fi',
  'variants=$(npx nx show projects --projects tag:type:image --with-target build "${selection[@]}" --json)',
  'echo "affected: $variants"',
);

/** How a job uses Nx's cache in the registry, which `$NX_CACHE` names: docs/nx-cache.md. */
export type NxCacheUse = 'none' | 'read' | 'write';

/** `--no`: where the package is not installed, none of that name is fetched. */
const AROUND_NX: Readonly<Record<NxCacheUse, string>> = {
  none: '',
  read: 'npx --no -- immutablue-nx-cache --read "$NX_CACHE" -- ',
  write: 'npx --no -- immutablue-nx-cache --write "$NX_CACHE" -- ',
};

export function buildAndTest(nxCache: NxCacheUse): string {
  return lines(
    WITHOUT_EMPTY,
    `${AROUND_NX[nxCache]}npx nx run-many --targets build,test --projects "$PROJECTS" --configuration "f$RELEASE" --architecture "$ARCHITECTURE" --outputStyle stream`,
  );
}

export const PUBLISH = lines(
  WITHOUT_EMPTY,
  'npx nx run "$PROJECT:publish" --configuration "f$RELEASE" --architecture "$ARCHITECTURE"',
);

/** Leaves in `$VARIANTS` the lines of those that are affected since `$BASE`, where that is set. The last project of a line is the variant's. */
const SELECT_AFFECTED = lines(
  'if [ -n "$BASE" ]; then',
  '  git fetch --quiet --depth 1 "$REPOSITORY_URL" "$BASE"',
  '  affected=$(npx nx show projects --affected --base "$BASE" --head "$COMMIT")',
  '  VARIANTS=$(while read -r projects; do',
  '    if grep --quiet --line-regexp --fixed-strings "${projects##*,}" <<< "$affected"; then echo "$projects"; fi',
  '  done <<< "$VARIANTS")',
  'fi',
);

/** Builds the share of one of several workers: each Nth line, so that those that stand on the same one are dealt to all. */
export function buildShare(nxCache: NxCacheUse): string {
  return [
    SELECT_AFFECTED,
    lines(
      'PROJECTS=$(sed --quiet "$((JOB_COMPLETION_INDEX + 1))~${WORKERS}p" <<< "$VARIANTS" | paste --serial --delimiters ,)',
      'if [ -z "$PROJECTS" ]; then echo "nothing to build"; exit; fi',
    ),
    buildAndTest(nxCache),
  ].join('');
}

/** Publishes all, one after the other, in the order of the lines: parents first. */
export function publishAll(nxCache: NxCacheUse): string {
  return [
    SELECT_AFFECTED,
    lines('while read -r -u 3 PROJECTS; do', 'if [ -z "$PROJECTS" ]; then continue; fi', 'PROJECT=${PROJECTS##*,}'),
    buildAndTest(nxCache),
    PUBLISH,
    lines('done 3<<< "$VARIANTS"'),
  ].join('');
}

export const PRUNE = 'npx nx run images:prune';

/** Of those that have a lock. A variant is locked in its parent's image, so the parent's new lock comes first. */
export const UPDATE_LOCKS = lines(
  WITHOUT_EMPTY,
  'while read -r -u 3 project folder; do',
  '  if [ ! -e "$folder/packages.lock.yaml" ]; then echo "$project has no lock"; continue; fi',
  '  for release in $RELEASES; do',
  '    npx nx run "$project:lock" --configuration "f$release" --architecture "$ARCHITECTURE"',
  '  done',
  'done 3<<< "$VARIANTS"',
);

/** One commit, whose message is the list of changes. GitHub takes 65,536 characters for the text of a pull request. */
export const COMMIT_LOCKS = lines(
  'git add -- "*packages.lock.yaml"',
  'if git diff --cached --quiet; then echo "nothing is newer"; exit; fi',
  'message=$(mktemp)',
  'printf "Take newer packages (%s)\\n" "$ARCHITECTURE" > "$message"',
  'while read -r -u 3 project folder; do',
  '  if git diff --cached --quiet -- "$folder"; then continue; fi',
  '  printf "\\n%s\\n\\n" "$project" >> "$message"',
  // Without the lines that Nx adds.
  '  npx nx run "$project:changes" | sed "/^> nx run /d; /^ NX /d" | cat --squeeze-blank | sed "s/^/    /" >> "$message"',
  'done 3<<< "$VARIANTS"',
  'truncate --size "<60000" "$message"',
  'git switch --force-create "$BRANCH"',
  'git -c user.name=immutablue-ci -c user.email=immutablue-ci@localhost commit --quiet --file "$message"',
);

const UNLESS_COMMITTED = 'if [ "$(git rev-parse HEAD)" = "$COMMIT" ]; then exit; fi';

/** How each provider opens a pull request of the commit, or brings the one that is open up to date. */
export const OPEN_PULL_REQUEST = {
  github: lines(
    UNLESS_COMMITTED,
    'git push --force "$REPOSITORY_URL" "HEAD:refs/heads/$BRANCH"',
    'open=$(gh pr list --repo "$REPOSITORY_URL" --head "$BRANCH" --state open --json number --jq ".[].number")',
    'title=$(git show --no-patch --format=%s)',
    'if [ -n "$open" ]; then edit=(edit "$open"); else edit=(create --head "$BRANCH" --base "$DEFAULT_BRANCH"); fi',
    'git show --no-patch --format=%b | gh pr "${edit[@]}" --repo "$REPOSITORY_URL" --title "$title" --body-file -',
  ),
  // https://forgejo.org/docs/latest/user/agit-support/: title and text are those of the commit.
  forgejo: lines(
    UNLESS_COMMITTED,
    'git push --push-option "topic=$BRANCH" --push-option force-push=true "$REPOSITORY_URL" "HEAD:refs/for/$DEFAULT_BRANCH"',
  ),
  // https://docs.gitlab.com/topics/git/commit/#push-options-for-merge-requests: title and text are those of the commit.
  gitlab: lines(
    UNLESS_COMMITTED,
    'git push --force --push-option merge_request.create --push-option "merge_request.target=$DEFAULT_BRANCH" --push-option merge_request.remove_source_branch "$REPOSITORY_URL" "HEAD:refs/heads/$BRANCH"',
  ),
} as const;

/** Gives git the token without a command line or a file that has it: gitcredentials(7), git-config(1). */
export const GIT_CREDENTIALS = {
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: 'credential.helper',
  GIT_CONFIG_VALUE_0: '!f() { echo "username=x-access-token"; echo "password=$UPDATE_TOKEN"; }; f',
} as const;

function lines(...all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}
