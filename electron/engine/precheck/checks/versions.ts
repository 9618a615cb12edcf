import { formatCount } from '../../../../shared/format/numbers.ts';
import { printable } from '../../protocol/resp/describe-command.ts';
import { adaptedCommands } from '../../commands/command-table.ts';
import type { TargetAbilities } from '../../control/target-abilities.ts';
import { lookAtEach } from '../each-node.ts';
import { failure, mend, pass, warning, type Finding } from '../finding.ts';
import { parseCommandCalls } from '../command-calls.ts';
import type { Info, ServerView } from '../server-view.ts';
import type { Check, Subjects } from '../subjects.ts';
import { missingCommands } from './missing-commands.ts';

const STREAM_VERSION = 50000;
/** The first Redis whose snapshots have a version that the decoder does not read. */
const UNREAD_VERSION = 80600;

/** A cluster may be between two versions. */
export const versions: Check = (subjects) => lookAtEach(subjects.source, (node) => versionOf(node, subjects));

async function versionOf(source: ServerView, subjects: Subjects): Promise<Finding> {
  const { target } = subjects;
  const way = `${await productOf(source)} to ${await productOf(target)}`;
  const [from, to] = [await source.abilities(), await target.abilities()];
  if (from.flavour === 'redis' && from.version >= UNREAD_VERSION)
    return failure(
      `${way}: this release reads the snapshots of Redis up to 8.4.`,
      mend('here', 'Update Lockstep.'),
    );
  const unable = await cannotHold(source, subjects, to);
  const newerTarget = mend('here', 'Use a target of at least the version of the source.');
  if (unable.length > 0) return failure(`${way}: the target cannot hold ${unable.join('; ')}.`, newerTarget);
  const calls = parseCommandCalls(
    await source.infoNow('commandstats').catch(() => new Map<string, string>()),
  );
  const missing = missingCommands(calls, await source.commands(), await target.commands(), to.version);
  if (missing.length > 0) {
    const named = missing.map(
      (name) => `${name.replace('|', ' ').toUpperCase()} (${formatCount(calls.get(name) ?? 0)})`,
    );
    return warning(
      `${way}: the source has run commands which the target does not know: ${named.join(', ')}. The task stops when the next one comes.`,
      newerTarget,
      mend('source', 'Or see that these commands are not used while the task runs.'),
    );
  }
  if (subjects.spec.importMode === 'use' && !subjects.spec.fullOnly && !to.importMode)
    return warning(
      `${way}: the target has no import-mode, so keys go late there: it takes Valkey 8.1 or later.`,
      mend(
        'here',
        'Leave import-mode alone: a choice of the set-up (How), and --import-mode leave on the command line.',
      ),
    );
  if (!isNewer(from, to))
    return pass(`${way}: ${isOlder(from, to) ? 'older to newer' : 'the same release line'}.`);
  return warning(`${way}: newer to older. ${conversions(from, to)}`, newerTarget);
}

async function productOf(server: ServerView): Promise<string> {
  const { valkeyVersion, redisVersion } = await server.identity();
  return valkeyVersion === undefined ? `Redis ${redisVersion}` : `Valkey ${valkeyVersion}`;
}

/** What is there, as far as that can be seen, and has no form that the target takes. */
async function cannotHold(source: ServerView, subjects: Subjects, to: TargetAbilities): Promise<string[]> {
  const unable: string[] = [];
  const fields = expiringFields(await source.info(), [...(await subjects.chosen()).keys()]);
  if (fields > 0 && !to.fieldExpiry)
    unable.push(
      `fields of hashes that expire (${formatCount(fields)} ${fields === 1 ? 'hash has' : 'hashes have'} some)`,
    );
  if (to.version < STREAM_VERSION) {
    const stream = (await subjects.sample()).keys.find(({ type }) => type === 'stream');
    if (stream)
      unable.push(
        `streams (key ${printable(stream.name, 0, stream.name.length)} in database ${stream.db} is one)`,
      );
  }
  return unable;
}

/** How many hashes of these databases have fields that expire; Redis tells it since 7.4, Valkey since 9.0. */
function expiringFields(info: Info, databases: readonly number[]): number {
  return databases.reduce((sum, db) => {
    const found = /(?:subexpiry|keys_with_volatile_items)=(\d+)/.exec(info.get(`db${db}`) ?? '');
    return sum + Number(found?.[1] ?? 0);
  }, 0);
}

/** Whether the source may hold or send what the target does not know. Patch releases bring nothing of that kind. */
export function isNewer(from: TargetAbilities, to: TargetAbilities): boolean {
  return line(from) > line(to) || from.rdbVersion > to.rdbVersion || (from.fieldExpiry && !to.fieldExpiry);
}

const isOlder = (from: TargetAbilities, to: TargetAbilities): boolean => line(from) < line(to);

/** `7.0.15` and `7.0.3` are of one line. Valkey calls itself 7.2 towards clients that look for Redis, whatever its own version. */
const line = ({ version }: TargetAbilities): number => Math.floor(version / 100);

function conversions(from: TargetAbilities, to: TargetAbilities): string {
  const known = new Set(adaptedCommands(from.version));
  const adapted = adaptedCommands(to.version).filter((name) => !known.has(name));
  const parts = [
    ...(from.rdbVersion > to.rdbVersion ? ['values in newer forms are written as commands'] : []),
    ...(adapted.length > 0
      ? [`${adapted.map((name) => name.toUpperCase()).join(', ')} are sent in an older form`]
      : []),
    ...(from.streamCounters && !to.streamCounters
      ? ['streams lose their counts of added and read entries']
      : []),
    ...(from.fieldExpiry && !to.fieldExpiry ? ['the task stops if fields of hashes get an expiry'] : []),
  ];
  const converted = parts.length === 0 ? 'Nothing has to be converted' : sentence(parts.join('; '));
  return `${converted}. The task stops at a command that has no older form, and names it.`;
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
