import { formatBytes, formatCount } from '../../../../shared/format/numbers.ts';
import { printable } from '../../protocol/resp/describe-command.ts';
import { configSet, failure, pass, warning } from '../finding.ts';
import type { KeySample, SampledKey } from '../key-sample.ts';
import type { ServerView } from '../server-view.ts';
import type { Check } from '../subjects.ts';

/** What every server takes whose setting cannot be read, and all before 4.0. */
const DEFAULT_BYTES = 512 * 1024 * 1024;

export const largeValues: Check = async (subjects) => {
  const { source, target } = subjects;
  const sourceSetting = chosenOf(await settings(source), Math.max);
  const targetSetting = chosenOf(await settings(target), Math.min);
  const sourceBytes = sourceSetting ?? DEFAULT_BYTES;
  const targetBytes = targetSetting ?? DEFAULT_BYTES;
  const sample = await subjects.sample();
  const largest = largestString(sample);
  const takes = `The target takes values up to ${formatBytes(targetBytes)} (proto-max-bulk-len${targetSetting === undefined ? ', its default: the setting could not be read' : ''})`;
  const looked = lookedAt(sample, largest);
  const raise = configSet(
    'target',
    'proto-max-bulk-len',
    Math.max(sourceBytes, largest?.stringBytes ?? 0),
    `Let it take what the source takes.`,
  );
  if ((largest?.stringBytes ?? 0) > targetBytes)
    return failure(
      `${takes}. The key ${nameOf(largest!)} of the source has ${formatBytes(largest!.stringBytes!)}.`,
      raise,
    );
  if (sourceBytes > targetBytes)
    return warning(`${takes}, and the source up to ${formatBytes(sourceBytes)}. ${looked}`, raise);
  return pass(`${takes}. ${looked}`);
};

const settings = async (server: ServerView): Promise<(number | undefined)[]> =>
  Promise.all((await server.nodes()).map((node) => node.configNumber('proto-max-bulk-len')));

/** undefined where one is not known. */
function chosenOf(
  known: readonly (number | undefined)[],
  choose: (...numbers: readonly number[]) => number,
): number | undefined {
  return known.includes(undefined) ? undefined : choose(...known.map((one) => one!));
}

function largestString(sample: KeySample): SampledKey | undefined {
  return sample.keys.reduce<SampledKey | undefined>(
    (most, key) => ((key.stringBytes ?? 0) > (most?.stringBytes ?? 0) ? key : most),
    undefined,
  );
}

function lookedAt(sample: KeySample, largest: SampledKey | undefined): string {
  if (sample.refused) return 'Which values the source holds could not be looked at: SCAN is not permitted.';
  if (sample.keys.length === 0) return 'The source holds no keys yet.';
  const which = sample.complete
    ? `its ${formatCount(sample.keys.length)} ${sample.keys.length === 1 ? 'key' : 'keys'}`
    : `${formatCount(sample.keys.length)} keys that were looked at`;
  return largest === undefined
    ? `Among ${which} is no string.`
    : `The largest string among ${which} has ${formatBytes(largest.stringBytes ?? 0)}.`;
}

const nameOf = ({ name, db }: SampledKey): string => `${printable(name, 0, name.length)} in database ${db}`;
