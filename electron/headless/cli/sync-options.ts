import os from 'node:os';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { describeEndpoint, type Endpoint } from '../../../shared/model/endpoint.ts';
import { LEAST_SMALL_MS, MOST_SMALL_MS } from '../../../shared/model/lateness.ts';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import { LEAST_BYTES_PER_SECOND } from '../../engine/pacing/pace.ts';
import { readEndpoints, type AddressFlags, type MapFlags } from './read-endpoints.ts';
import { oneOf, parseBytes, parseCount, parseDuration, parsePercent } from './units.ts';

const SMALLEST_SPOOL_BYTES = 1024 * 1024;

/** The options of `sync` for one target, as they were typed. */
export interface TaskFlags extends AddressFlags, MapFlags {
  readonly task?: string;
  readonly db?: string;
  readonly existing: string;
  readonly onFlush: string;
  readonly allowShrink: string;
  readonly functions: string;
  readonly importMode: string;
  readonly sourceReadFrom: string;
  readonly until: string;
  readonly fullOnly?: boolean;
  readonly retryFor: string;
  readonly expirySlack: string;
  readonly bufferDir?: string;
  readonly bufferMax: string;
  readonly maxCommandsPerSecond?: string;
  readonly maxBytesPerSecond?: string;
  readonly json?: boolean;
}

/** @throws LockstepError USAGE or URL_INVALID */
export function taskSpecOf(flags: TaskFlags, env: NodeJS.ProcessEnv): TaskSpec {
  const { source, target, databases, databaseMap } = readEndpoints(flags, env);
  const task = flags.task ?? defaultTask(source);
  if (!/^[\x21-\x7e]{1,200}$/.test(task)) {
    throw new LockstepError(
      'USAGE',
      '--task takes a name of 1 to 200 printable ASCII characters without spaces',
    );
  }
  const spoolMaxBytes = parseBytes(flags.bufferMax, '--buffer-max');
  if (spoolMaxBytes < SMALLEST_SPOOL_BYTES) throw new LockstepError('USAGE', '--buffer-max is at least 1mb');
  return {
    task,
    source,
    target,
    databases,
    databaseMap: databaseMap.length > 0 ? databaseMap : undefined,
    existing: oneOf(flags.existing, ['fail', 'overwrite'], '--existing'),
    onFlush: oneOf(flags.onFlush, ['stop', 'apply'], '--on-flush'),
    allowShrinkPercent: parsePercent(flags.allowShrink, '--allow-shrink'),
    functions: oneOf<'fail' | 'skip'>(flags.functions, ['fail', 'skip'], '--functions'),
    importMode: oneOf<'use' | 'leave'>(flags.importMode, ['use', 'leave'], '--import-mode'),
    readFrom: oneOf<'primaries' | 'replicas'>(
      flags.sourceReadFrom,
      ['primaries', 'replicas'],
      '--source-read-from',
    ),
    until: oneOf(flags.until, ['caught-up', 'stopped'], '--until'),
    fullOnly: flags.fullOnly === true,
    retryForMs: parseDuration(flags.retryFor, '--retry-for'),
    expiryLateMs: expirySlack(flags.expirySlack),
    spoolDir: flags.bufferDir ?? os.tmpdir(),
    spoolMaxBytes,
    maxCommandsPerSecond:
      flags.maxCommandsPerSecond === undefined
        ? 0
        : parseCount(flags.maxCommandsPerSecond, '--max-commands-per-second'),
    maxBytesPerSecond: flags.maxBytesPerSecond === undefined ? 0 : bytesPerSecond(flags.maxBytesPerSecond),
  };
}

/** The address; of Sentinels the first one, so that the task stays the same when others are added. */
function defaultTask({ sentinel, ...server }: Endpoint): string {
  return describeEndpoint(
    sentinel ? { ...server, sentinel: { ...sentinel, nodes: sentinel.nodes.slice(0, 1) } } : server,
  );
}

function expirySlack(text: string): number {
  const slackMs = parseDuration(text, '--expiry-slack');
  if (slackMs < LEAST_SMALL_MS || slackMs > MOST_SMALL_MS)
    throw new LockstepError('USAGE', '--expiry-slack is at least 10s and at most 1h');
  return slackMs;
}

function bytesPerSecond(text: string): number {
  const bytes = parseBytes(text, '--max-bytes-per-second');
  if (bytes > 0 && bytes < LEAST_BYTES_PER_SECOND)
    throw new LockstepError('USAGE', '--max-bytes-per-second is at least 64kb, or 0 for no limit');
  return bytes;
}
