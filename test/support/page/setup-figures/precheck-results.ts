import { CHECK_IDS } from '../../../../shared/model/checks.ts';
import type { CheckId, CheckResult } from '../../../../shared/model/precheck.ts';

const PASSES: Partial<Record<CheckId, string>> = {
  'source-connection': 'Redis 7.2.5 at 10.0.0.5:6379 answers in 0.4 ms',
  'target-connection': 'Redis 7.2.5 at 10.0.0.9:6379 answers in 12.4 ms',
  'distinct-servers': 'the run ids differ, and neither replicates from the other',
  'target-primary': 'the target is a primary without min-replicas-to-write',
  'clock-difference': 'the clocks differ by 4 ms',
  'source-permissions': 'the default user may run PSYNC, INFO, CONFIG, SCAN',
  'target-permissions': 'the user sync may run all 168 write commands',
  versions: 'both sides run Redis 7.2.5',
  modules: 'neither side has loaded a module',
  functions: 'the source has 2 function libraries, which are copied',
  'target-empty': 'the target holds no keys',
  'database-numbers': 'the source uses database 0, the target has 16',
  throughput: '112.0 MB/s estimated: 3.1 GB take about 28 s',
  'large-values': 'the largest value seen is 1.2 MB, proto-max-bulk-len is 512.0 MB',
};

const result = (id: CheckId, change: Partial<CheckResult> = {}): CheckResult => ({
  id,
  status: 'pass',
  found: PASSES[id] ?? 'nothing stands in the way',
  mends: [],
  tookMs: 12,
  ...change,
});

/** One result of every check, with the changes given. */
export const results = (changes: Partial<Record<CheckId, Partial<CheckResult>>> = {}): CheckResult[] =>
  CHECK_IDS.map((id) => result(id, changes[id]));

/** Some of every status, in words as an engine would say them. */
export const MIXED: Partial<Record<CheckId, Partial<CheckResult>>> = {
  'target-permissions': {
    status: 'failure',
    found: 'the user sync may not run 3 of 168 write commands: FLUSHDB, RESTORE, PEXPIREAT',
    mends: [
      {
        where: 'target',
        text: 'Grant the user all write commands.',
        command: 'ACL SETUSER sync +@write +restore +flushdb +pexpireat',
      },
    ],
  },
  'target-empty': {
    status: 'failure',
    found: 'the target holds 12,340 keys: 12,000 in database 0, 340 in database 3',
    mends: [
      { where: 'target', text: 'Empty it after a backup.', command: 'FLUSHALL ASYNC' },
      { where: 'here', text: 'Or choose “Overwrite keys of the same name” under “What to copy”.' },
    ],
  },
  'target-eviction-policy': {
    status: 'warning',
    found: 'maxmemory-policy is allkeys-lru: at 8.0 GB the target evicts keys to make room',
    mends: [
      {
        where: 'target',
        text: 'Let it refuse writes instead; set the policy back after the migration.',
        command: 'CONFIG SET maxmemory-policy noeviction',
      },
    ],
  },
  'source-backlog': {
    status: 'warning',
    found: 'repl-backlog-size is 1.0 MB; at 2.1 MB/s it covers 0.5 s of a disconnection',
    mends: [
      {
        where: 'source',
        text: 'Make it cover ten minutes.',
        command: 'CONFIG SET repl-backlog-size 1342177280',
      },
      {
        where: 'source',
        text: 'Keep it over a restart, if the server has a configuration file.',
        command: 'CONFIG REWRITE',
      },
    ],
  },
  'source-timeout': {
    status: 'warning',
    found: 'repl-timeout is 60 s; 600 s are advised for 3.1 GB',
    mends: [{ where: 'source', text: 'Raise it.', command: 'CONFIG SET repl-timeout 600' }],
  },
  'expiring-keys': {
    status: 'notice',
    found: '210,455 of 1,204,331 keys expire, so the counts of both sides differ a little at any time',
  },
  'source-eviction': {
    status: 'notice',
    found: 'maxmemory-policy is volatile-lru; what is evicted on the source is removed from the target',
  },
  'source-output-buffer': {
    status: 'skipped',
    found: 'the source does not let this user run CONFIG, as is usual for a managed service',
  },
  'notice-flush': { status: 'notice', found: 'a flush of the source is passed on' },
  'notice-scaling': { status: 'notice', found: 'the source has 1 replica, which may take over' },
};
