import os from 'node:os';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { describeEndpoint, parseEndpoint } from '../../../shared/model/endpoint.ts';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import { oneOf, parseBytes, parseCount, parseDatabases, parseDuration } from './units.ts';

/** The options of `sync` as they were typed. */
export interface SyncFlags {
  readonly source: string;
  readonly target: string;
  readonly task?: string;
  readonly db?: string;
  readonly existing: string;
  readonly onFlush: string;
  readonly until: string;
  readonly fullOnly?: boolean;
  readonly retryFor: string;
  readonly spoolDir?: string;
  readonly spoolMax: string;
  readonly maxCommandsPerSecond?: string;
  readonly json?: boolean;
}

/** @throws LockstepError USAGE or URL_INVALID */
export function taskSpecOf(flags: SyncFlags, env: NodeJS.ProcessEnv): TaskSpec {
  const source = parseEndpoint(flags.source, env['LOCKSTEP_SOURCE_PASSWORD']);
  const target = parseEndpoint(flags.target, env['LOCKSTEP_TARGET_PASSWORD']);
  const task = flags.task ?? describeEndpoint(source);
  if (!/^[\x21-\x7e]{1,200}$/.test(task)) {
    throw new LockstepError(
      'USAGE',
      '--task takes a name of 1 to 200 printable ASCII characters without spaces',
    );
  }
  return {
    task,
    source,
    target,
    databases: flags.db === undefined ? undefined : parseDatabases(flags.db, '--db'),
    existing: oneOf(flags.existing, ['fail', 'overwrite'], '--existing'),
    onFlush: oneOf(flags.onFlush, ['stop', 'apply'], '--on-flush'),
    until: oneOf(flags.until, ['caught-up', 'stopped'], '--until'),
    fullOnly: flags.fullOnly === true,
    retryForMs: parseDuration(flags.retryFor, '--retry-for'),
    spoolDir: flags.spoolDir ?? os.tmpdir(),
    spoolMaxBytes: Math.max(1024 * 1024, parseBytes(flags.spoolMax, '--spool-max')),
    maxCommandsPerSecond:
      flags.maxCommandsPerSecond === undefined
        ? 0
        : parseCount(flags.maxCommandsPerSecond, '--max-commands-per-second'),
  };
}
