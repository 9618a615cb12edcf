import { readModules, type LoadedModule } from '../../control/module-names.ts';
import { printable } from '../../protocol/resp/describe-command.ts';
import { formatCount } from '../../../../shared/format/numbers.ts';
import { BUILT_IN_TYPES } from '../module-check.ts';
import { failure, mend, pass, warning, type Finding } from '../finding.ts';
import type { KeySample } from '../key-sample.ts';
import type { ServerView } from '../server-view.ts';
import type { Check } from '../subjects.ts';

export const modules: Check = async (subjects) => {
  const [ofSource, ofTarget] = await Promise.all([
    modulesOf(subjects.source, Math.max),
    modulesOf(subjects.target, Math.min),
  ]);
  if (ofSource.length === 0) return pass('The source has no modules loaded.');
  return judgeModules(ofSource, ofTarget, await subjects.sample());
};

/** Of a cluster those of any primary; where its primaries have several versions of one, the one that is chosen. */
async function modulesOf(
  server: ServerView,
  choose: (one: number, other: number) => number,
): Promise<LoadedModule[]> {
  const nodes = await server.nodes();
  const loaded = await Promise.all(nodes.map((node) => node.connect().then(readModules)));
  const versions = new Map<string, number>();
  for (const { name, version } of loaded.flat())
    versions.set(name, choose(version, versions.get(name) ?? version));
  // What a primary of the target lacks, the target lacks.
  const everywhere = (name: string): boolean =>
    server.side === 'source' || loaded.every((list) => list.some((one) => one.name === name));
  return [...versions].flatMap(([name, version]) => (everywhere(name) ? [{ name, version }] : []));
}

export function judgeModules(
  ofSource: readonly LoadedModule[],
  ofTarget: readonly LoadedModule[],
  sample: KeySample,
): Finding {
  const present = new Map(ofTarget.map(({ name, version }) => [name, version]));
  const missing = ofSource.filter(({ name }) => !present.has(name));
  if (missing.length > 0) return judgeMissing(missing, sample);
  const older = ofSource.filter(({ name, version }) => present.get(name)! < version);
  const names = ofSource.map(({ name, version }) => `${name} ${version}`).join(', ');
  if (older.length === 0) return pass(`The target has every module of the source: ${names}.`);
  const list = older.map(({ name, version }) => `${name} (source ${version}, target ${present.get(name)!})`);
  return warning(
    `The target has older modules than the source: ${list.join(', ')}. Values in a newer form may be refused.`,
    mend('target', 'Load the versions that the source has.'),
  );
}

function judgeMissing(missing: readonly LoadedModule[], sample: KeySample): Finding {
  const names = missing.map(({ name, version }) => `${name} ${version}`).join(', ');
  const load = mend('target', `Load on the target what it lacks: ${names}.`);
  const key = sample.keys.find(({ type }) => !BUILT_IN_TYPES.has(type));
  if (key) {
    return failure(
      `The target lacks ${names}, and the key ${printable(key.name, 0, key.name.length)} in database ${key.db} is of the type ${key.type}.`,
      load,
      mend('source', 'Or remove the keys of such types.'),
    );
  }
  const looked = sample.refused
    ? 'Whether any key needs it could not be looked at, since SCAN is not permitted.'
    : `None of ${sample.complete ? 'its' : 'the'} ${formatCount(sample.keys.length)} keys${sample.complete ? '' : ' that were looked at'} needs it.`;
  return sample.complete && !sample.refused
    ? pass(`The target lacks ${names}. ${looked}`)
    : warning(`The target lacks ${names}. ${looked} The task looks at all keys when it starts.`, load);
}
