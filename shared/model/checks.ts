/** The closed list of what a precheck looks at, in the order in which it is shown. */

export type CheckGroup =
  'connection' | 'clusters' | 'permissions' | 'versions' | 'data' | 'capacity' | 'settings' | 'during';

export const CHECK_GROUPS: Readonly<Record<CheckGroup, string>> = {
  connection: 'Connection',
  clusters: 'Clusters',
  permissions: 'Permissions',
  versions: 'Versions and modules',
  data: 'Data on both sides',
  capacity: 'Room and speed',
  settings: 'Server settings',
  during: 'While the task runs',
};

interface CheckEntry {
  readonly group: CheckGroup;
  readonly title: string;
  /** Why it matters, in a sentence or two. */
  readonly why: string;
}

const check = (group: CheckGroup, title: string, why: string): CheckEntry => ({ group, title, why });

export const CHECKS = {
  'source-connection': check(
    'connection',
    'Connection to the source',
    'Without a connection and valid credentials nothing can be read.',
  ),
  'target-connection': check(
    'connection',
    'Connection to the target',
    'Without a connection and valid credentials nothing can be written.',
  ),
  'distinct-servers': check(
    'connection',
    'Loops between source and target',
    'A server that feeds itself, directly or by way of others, would apply its own changes for ever.',
  ),
  'target-primary': check(
    'connection',
    'Role of the target',
    'A replica refuses writes, and what it holds is replaced by its primary.',
  ),
  'clock-difference': check(
    'connection',
    'Clocks of both servers',
    'Keys expire by the clock of their server: clocks that differ make keys live shorter or longer on the target.',
  ),
  'cluster-nodes': check(
    'clusters',
    'Connection to all nodes of a cluster',
    'Every primary has a part of the keys. A cluster tells the addresses of its nodes as they are in its own network.',
  ),
  'cluster-coverage': check(
    'clusters',
    'Slots that no node has',
    'A key whose slot belongs to no node can be neither read nor written, and by default the whole cluster refuses then.',
  ),
  'cluster-owners': check(
    'clusters',
    'Owners of the slots',
    'Where two primaries take a slot for their own, each holds keys that the other does not know of.',
  ),
  'cluster-moves': check(
    'clusters',
    'Slots under way',
    'While a slot moves its keys lie on two nodes. A reshard that was broken off leaves slots so. On a source, what has moved has to be brought again.',
  ),
  'cluster-sync': check(
    'clusters',
    'Kinds of both sides',
    'Each side is one server or a cluster. A cluster is read shard by shard, and written to node by node.',
  ),
  'cluster-commands': check(
    'clusters',
    'Commands of several keys',
    'Where one server is copied to a cluster, the keys of one command lie on several nodes mostly. All are carried exactly, and some cost more there.',
  ),
  'source-permissions': check(
    'permissions',
    'Rights of the source user',
    'A full copy and the changes after it come by PSYNC; INFO, CONFIG and SCAN serve to watch and to compare.',
  ),
  'target-permissions': check(
    'permissions',
    'Rights of the target user',
    'Every write command of the source is repeated on the target.',
  ),
  versions: check(
    'versions',
    'Versions of both servers',
    'A newer source may hold types and send commands that an older target does not know.',
  ),
  modules: check(
    'versions',
    'Modules of both servers',
    'Values of a module can only be kept by a server that has loaded it.',
  ),
  functions: check(
    'versions',
    'Scripts and functions',
    'Function libraries are part of the data; scripts are applied by what they wrote, or sent as they are by old sources.',
  ),
  'target-empty': check(
    'data',
    'Keys already on the target',
    'What is on the target is not overwritten unless you agree to it.',
  ),
  'database-numbers': check(
    'data',
    'Number of databases of the target',
    'Every database keeps its number, so the target needs at least as many.',
  ),
  'expiring-keys': check(
    'data',
    'Keys that expire',
    'The two sides remove expired keys at different moments, so the counts of expiring keys differ a little at any time.',
  ),
  'source-eviction': check(
    'data',
    'Eviction on the source',
    'What the source evicts is removed from the target as well, as on any replica.',
  ),
  'target-memory': check(
    'capacity',
    'Memory of the target',
    'The target has to hold all that the source holds, and what the connections need on top.',
  ),
  'spool-disk': check(
    'capacity',
    'Room for the buffer on this machine',
    'What the target cannot take yet waits on this machine, in memory first, then on its disk.',
  ),
  throughput: check(
    'capacity',
    'Round trip and expected duration',
    'Every byte passes through this machine: its way to both servers bounds the speed.',
  ),
  'target-eviction-policy': check(
    'settings',
    'Eviction policy of the target',
    'A target that evicts keys to make room loses data silently; with noeviction it says that it is full, and the task waits.',
  ),
  'large-values': check(
    'settings',
    'Largest value that the target takes',
    'A value larger than proto-max-bulk-len is refused by the target.',
  ),
  'source-timeout': check(
    'settings',
    'repl-timeout of the source',
    'The source drops a link on which nothing is acknowledged for this long, for example while a large snapshot is made.',
  ),
  'source-backlog': check(
    'settings',
    'repl-backlog-size of the source',
    'After a disconnection the stream goes on where it broke, as long as the backlog reaches back that far; otherwise a full copy is made again.',
  ),
  'source-output-buffer': check(
    'settings',
    'Output buffer of the source for replicas',
    'A source that fills this buffer faster than the link takes it drops the link.',
  ),
  'source-snapshot': check(
    'settings',
    'Snapshot of the source',
    'The full copy begins with a fork of the source, which needs memory and, unless diskless, disk.',
  ),
  'notice-flush': check(
    'during',
    'FLUSHALL and FLUSHDB on the source',
    'A flush of the source empties the target, too. If the target had keys of its own, the task stops and asks before it does.',
  ),
  'notice-scaling': check(
    'during',
    'Scaling, failover and a changed address',
    'A failover or a new size of the source is survived when the address stays. If the address changes, stop the task, edit it, and resume.',
  ),
} as const satisfies Record<string, CheckEntry>;

export const CHECK_IDS = Object.keys(CHECKS) as [keyof typeof CHECKS, ...(keyof typeof CHECKS)[]];
