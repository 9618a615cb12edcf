import type { Mend } from '../../../../shared/model/precheck.ts';
import { formatCount } from '../../../../shared/format/numbers.ts';
import { describeLibraries, namesIn } from '../../control/function-libraries.ts';
import { failure, mend, notice, pass, warning, type Finding } from '../finding.ts';
import { readCommandCalls } from '../command-calls.ts';
import type { ServerView } from '../server-view.ts';
import type { Check } from '../subjects.ts';

/** From here on scripts are replicated by what they wrote: by default, and since 7.0 always. */
const EFFECTS_VERSION = 50000;
const EFFECTS_ONLY_VERSION = 70000;

export const functions: Check = async ({ source, target, spec }) => {
  const libraries = await librariesOf(source);
  if (libraries !== undefined && libraries.length > 0)
    return judgeLibraries(libraries, target, spec.functions === 'skip');
  return scripts(source, libraries !== undefined, (await target.identity()).cluster);
};

async function judgeLibraries(
  libraries: readonly string[],
  target: ServerView,
  mayLeaveOut: boolean,
): Promise<Finding> {
  const ours = `The source has ${describeLibraries(libraries)}`;
  if (!(await target.abilities()).functions) {
    if (mayLeaveOut)
      return warning(`${ours}. They are left out: the target, before 7.0, knows no functions.`);
    return failure(
      `${ours}, and the target, before 7.0, knows no functions.`,
      mend('here', 'Use a target of version 7.0 or later.'),
      mend(
        'here',
        'Or leave them out, where nobody calls them on the target: a choice of the set-up (What, Function libraries), and --functions skip on the command line.',
      ),
      mend('here', 'Or go on without them: remove them from the source, if nothing calls them any more.'),
    );
  }
  const theirs = (await librariesOf(target)) ?? [];
  const both = theirs.filter((name) => libraries.includes(name));
  if (both.length > 0)
    return notice(`${ours}. The target has ${both.join(', ')} as well: replaced by what the source has.`);
  return pass(`${ours}; they are copied with the data.`);
}

/** @param permitted FUNCTION LIST was answered, or the server is too old for it */
async function scripts(source: ServerView, permitted: boolean, toCluster: boolean): Promise<Finding> {
  const { version, functions: known } = await source.abilities();
  if (known && !permitted)
    return notice(
      'Which function libraries the source has could not be looked at: its user may not run FUNCTION LIST. They are copied with the data.',
    );
  if (version >= EFFECTS_ONLY_VERSION)
    return pass('No function libraries. Scripts are applied by what they wrote.');
  const effects = version >= EFFECTS_VERSION && (await source.config('lua-replicate-commands')) !== 'no';
  if (effects) return pass('Scripts are applied by what they wrote.');
  const calls = await readCommandCalls(source);
  const runs = (calls.get('eval') ?? 0) + (calls.get('evalsha') ?? 0);
  const byEffects =
    version >= EFFECTS_VERSION
      ? [mend('source', 'Let it send what scripts wrote.', 'CONFIG SET lua-replicate-commands yes')]
      : [];
  return judgeScripts(runs, toCluster, byEffects);
}

/** Of a source that sends scripts as they are. */
export function judgeScripts(runs: number, toCluster: boolean, byEffects: readonly Mend[]): Finding {
  if (toCluster) {
    const text = 'The source sends scripts as they are, which cannot be run again on a cluster';
    return runs === 0
      ? warning(`${text}: the task would stop at the first. It has run none since it started.`, ...byEffects)
      : failure(`${text}; ${formatCount(runs)} have run since it started.`, ...byEffects);
  }
  if (runs === 0)
    return pass('The source would send scripts as they are, and has run none since it started.');
  return warning(
    `The source sends scripts as they are, and the target runs them; ${formatCount(runs)} have run since it started. A script that depends on anything but its arguments and keys, such as the time, can write something else there.`,
    ...byEffects,
  );
}

/** The names of its libraries, of a cluster those on any primary; undefined where FUNCTION LIST is refused or not known. */
async function librariesOf(server: ServerView): Promise<string[] | undefined> {
  const lists = await Promise.all(
    (await server.nodes()).map(async (node) => namesIn(await node.ask('FUNCTION', 'LIST'))),
  );
  if (lists.includes(undefined)) return undefined;
  return [...new Set(lists.flatMap((list) => list!))].toSorted();
}
