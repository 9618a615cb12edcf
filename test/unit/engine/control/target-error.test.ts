import { expect, it } from 'vitest';
import { targetError } from '../../../../electron/engine/control/target-error.ts';
import type { ErrorCode } from '../../../../shared/errors/catalogue.ts';

it.each<[string, ErrorCode]>([
  ["OOM command not allowed when used memory > 'maxmemory'.", 'TARGET_OUT_OF_MEMORY'],
  ["READONLY You can't write against a read only replica.", 'TARGET_READ_ONLY'],
  ['LOADING Redis is loading the dataset in memory', 'TARGET_LOADING'],
  [
    'MISCONF Redis is configured to save RDB snapshots, but it is currently not able to persist on disk.',
    'TARGET_NOT_PERSISTING',
  ],
  ['NOREPLICAS Not enough good replicas to write.', 'TARGET_LACKS_REPLICAS'],
  ['MASTERDOWN Link with MASTER is down', 'TARGET_READ_ONLY'],
  ['BUSY Redis is busy running a script.', 'TARGET_BUSY'],
  ['UNKILLABLE Sorry the script already executed write commands', 'TARGET_BUSY'],
  ['DENIED Redis is running in protected mode because …', 'TARGET_PROTECTED_MODE'],
  ['ERR max number of clients reached', 'TARGET_MAX_CLIENTS'],
  ['ERR Protocol error: invalid bulk length', 'TARGET_VALUE_TOO_LARGE'],
  ['ERR Protocol error: invalid multibulk length', 'TARGET_VALUE_TOO_LARGE'],
  ['ERR string exceeds maximum allowed size (proto-max-bulk-len)', 'TARGET_VALUE_TOO_LARGE'],
  ["ERR Protocol error: expected '$', got 'x'", 'TARGET_PROTOCOL'],
  ['ERR Protocol error: unauthenticated bulk length', 'TARGET_AUTH'],
  ['NOAUTH Authentication required.', 'TARGET_AUTH'],
  ['WRONGPASS invalid username-password pair or user is disabled.', 'TARGET_AUTH'],
  ['ERR invalid password', 'TARGET_AUTH'],
  ["NOPERM this user has no permissions to run the 'set' command", 'TARGET_NO_PERMISSION'],
  ['MOVED 866 127.0.0.1:7001', 'TARGET_SLOTS_MOVED'],
  ['ASK 866 127.0.0.1:7001', 'TARGET_SLOTS_MOVED'],
  ['TRYAGAIN Multiple keys request during rehashing of slot', 'TARGET_SLOTS_MOVED'],
  ['CLUSTERDOWN The cluster is down', 'TARGET_CLUSTER_DOWN'],
  ['ERR DB index is out of range', 'TARGET_DATABASES'],
  ['ERR invalid DB index', 'TARGET_DATABASES'],
  ['ERR DUMP payload version or checksum are wrong', 'VALUE_UNSUPPORTED'],
  ['ERR Bad data format', 'VALUE_UNSUPPORTED'],
  ["ERR unknown command 'HSETEX', with args beginning with: 'k'", 'COMMAND_UNSUPPORTED'],
  ["ERR unknown subcommand 'CREATECONSUMER'. Try XGROUP HELP.", 'COMMAND_UNSUPPORTED'],
  ['WRONGTYPE Operation against a key holding the wrong kind of value', 'TARGET_REJECTED'],
  ['ERR value is not an integer or out of range', 'TARGET_REJECTED'],
  ['BUSYKEY Target key name already exists.', 'TARGET_REJECTED'],
  ['BUSYGROUP Consumer Group name already exists', 'TARGET_REJECTED'],
  ['ERR an OOM in the middle of the text', 'TARGET_REJECTED'],
  ['', 'TARGET_REJECTED'],
])('%s', (text, code) => {
  const error = targetError(text, 'SET k');
  expect(error.code).toBe(code);
  expect(error.message).toBe(`SET k: the target answered "${text}"`);
});

it('cuts what the target says', () => {
  expect(targetError('x'.repeat(1000), 'SET k').message).toHaveLength(
    `SET k: the target answered ""`.length + 200,
  );
});
