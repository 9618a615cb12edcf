/**
 * The closed list of everything that can go wrong, in words an engineer can act on.
 * `exit` is the command line's status for it; `heals` says that the same attempt may succeed later,
 * so the task retries within its retry duration instead of stopping.
 */
export interface ErrorEntry {
  readonly title: string;
  readonly cause: string;
  readonly remedy: string;
  readonly exit: number;
  readonly heals: boolean;
}

/** Exit statuses of the command line. 0 is success, 1 is "not equal": of compare and demo, and of a sync whose target has evicted keys. */
export const EXIT = {
  ok: 0,
  different: 1,
  usage: 2,
  source: 3,
  target: 4,
  local: 5,
  data: 6,
  interrupted: 7,
  internal: 70,
} as const;

const entry = (exit: number, heals: boolean, title: string, cause: string, remedy: string): ErrorEntry => ({
  title,
  cause,
  remedy,
  exit,
  heals,
});

const sentinelUnreachable = (exit: number, side: string): ErrorEntry =>
  entry(
    exit,
    true,
    `No Sentinel of the ${side} can be reached`,
    'None of the Sentinels that were given has answered: wrong hosts or ports (26379 is usual), they are down, they speak TLS and the address does not say so or the other way round, or a firewall is in the way.',
    'Check each of them with {sentinel-cli} PING from this machine. One that answers is enough.',
  );

const sentinelAuth = (exit: number, side: string, variable: string): ErrorEntry =>
  entry(
    exit,
    false,
    `The Sentinels of the ${side} refuse the password`,
    'Sentinels have a user and a password of their own (requirepass or ACL users in their configuration); those of the servers are not sent to them.',
    `Give the password of the Sentinels in ${variable}, and their user where they have one. Sentinels without a password take none.`,
  );

const notSentinel = (exit: number, side: string): ErrorEntry =>
  entry(
    exit,
    false,
    `What was given as a Sentinel of the ${side} is none`,
    'A server answers at this address, but it does not know the command SENTINEL: it is a Redis itself.',
    `Give the addresses of the Sentinels, which listen on 26379 mostly; or, to use this server itself as the ${side}, its plain address (redis://host:port).`,
  );

const sentinelName = (exit: number, side: string): ErrorEntry =>
  entry(
    exit,
    true,
    `The Sentinels of the ${side} know no primary of this name`,
    'They watch no primary of the name that stands behind their addresses, or not any more. Names are case-sensitive.',
    'Look which names they know: {sentinel-cli} SENTINEL MASTERS. Then correct the name in the address.',
  );

const sentinelPrimary = (exit: number, side: string): ErrorEntry =>
  entry(
    exit,
    true,
    `The primary that the Sentinels name as the ${side} cannot be reached`,
    'The Sentinels answer, but at the address they tell nothing does: the primary is down and no failover has been made yet, or they tell an address that only their own network knows (NAT, containers).',
    'Look whether a failover is under way: {sentinel-cli} SENTINEL MASTERS. Where the address they tell cannot be reached from this machine, run Lockstep within their network, or have the servers announce one that can be (replica-announce-ip, replica-announce-port).',
  );

const sentinelBehind = (exit: number, side: string): ErrorEntry =>
  entry(
    exit,
    true,
    `The Sentinels name a server as the ${side} that is no primary`,
    'At the address that they tell a replica answers: a failover is under way, or these Sentinels have not heard of one yet.',
    'It is asked again by itself. Where it stays so, compare what each Sentinel says (SENTINEL MASTERS) with the role of the servers (INFO replication). Do not make the replica a primary by hand: the Sentinels would turn it back.',
  );

const isSentinel = (exit: number, side: string): ErrorEntry =>
  entry(
    exit,
    false,
    `The address of the ${side} is that of a Sentinel`,
    'A Sentinel holds no data; it tells where the primary is.',
    'Give it as redis-sentinel://host:26379/name, with the name that it knows the primary by (SENTINEL MASTERS lists them).',
  );

export const ERROR_CATALOGUE = {
  // Input
  USAGE: entry(
    EXIT.usage,
    false,
    'The command cannot be understood',
    'An option is missing, unknown, or has a value that does not fit.',
    'Run the command with --help and correct the option named above.',
  ),
  URL_INVALID: entry(
    EXIT.usage,
    false,
    'The address is not a Redis URL',
    'An address has the form [redis://][user[:password]@]host[:port][/database], with rediss:// for TLS; valkey:// and valkeys:// mean the same. Sentinels are given as redis-sentinel://host:26379,host:26379/name.',
    'Correct the address. Characters such as @ or / in a password must be percent-encoded, or give it in LOCKSTEP_SOURCE_PASSWORD or LOCKSTEP_TARGET_PASSWORD.',
  ),

  // Source
  SOURCE_UNREACHABLE: entry(
    EXIT.source,
    true,
    'The source cannot be reached',
    'No connection could be opened, or nothing was answered on it: wrong host or port, the server is down, or a firewall is in the way.',
    'Check the address with {redis-cli} PING from this machine.',
  ),
  SOURCE_PROTECTED_MODE: entry(
    EXIT.source,
    false,
    'The source is in protected mode',
    'It has neither a password nor an address to bind to, so it takes connections from its own machine only.',
    'Give the source a password (requirepass, or a user by ACL SETUSER) and enter it here, or run Lockstep on the machine of the source. Without protected mode it would be open to everybody who can reach it.',
  ),
  SOURCE_MAX_CLIENTS: entry(
    EXIT.source,
    true,
    'The source takes no more clients',
    'As many clients are connected to it as its setting maxclients allows.',
    'Close clients that are not needed (CLIENT LIST on the source shows them), or raise maxclients. A running task goes on by itself; otherwise start it again (or run the same command).',
  ),
  SOURCE_BUSY: entry(
    EXIT.source,
    true,
    'The source is busy with a script',
    'A script or a function runs there for longer than busy-reply-threshold, and nothing else is done meanwhile.',
    'Wait for its end, or end it with SCRIPT KILL or FUNCTION KILL, which work as long as it has written nothing. A running task goes on by itself; otherwise start it again (or run the same command). Never use SHUTDOWN NOSAVE for it: it loses data.',
  ),
  SOURCE_AUTH: entry(
    EXIT.source,
    false,
    'The source refuses the credentials',
    'The user or the password is wrong, missing, or not asked for by this server.',
    'Try the user and the password with redis-cli, then correct them in the task, or in LOCKSTEP_SOURCE_PASSWORD and the address of the command.',
  ),
  SOURCE_TLS: entry(
    EXIT.source,
    false,
    'The TLS handshake with the source failed',
    'The server does not speak TLS on this port or speaks only TLS, its certificate is not trusted or made for another name, or it wants a certificate of the client.',
    'Switch TLS on for a TLS port and off for a plain one (rediss:// or redis:// in an address). For a private authority give its certificate with the address, or on the command line in the file that NODE_EXTRA_CA_CERTS names; give a client certificate, or the name in the certificate, where the server needs one.',
  ),
  SOURCE_NO_PERMISSION: entry(
    EXIT.source,
    false,
    'The source user may not replicate',
    'The ACL of the source user lacks a command that is needed.',
    'Grant it: ACL SETUSER {user} +psync +replconf +ping +info. (compare reads every key: ~* +@read +@connection +info +command +time +multi +exec as well.)',
  ),
  SOURCE_PSYNC_REFUSED: entry(
    EXIT.source,
    false,
    'The source refuses replication',
    'PSYNC is renamed or disabled on the source, as some managed services do.',
    'Enable replication for this account with the provider, or sync from an instance that offers PSYNC.',
  ),
  SOURCE_LOADING: entry(
    EXIT.source,
    true,
    'The source is still loading its data',
    'The source has just started and reads its data set from disk.',
    'Wait until INFO persistence on the source shows loading:0. A task that ran before goes on by itself; otherwise start it again then (or run the same command).',
  ),
  SOURCE_NO_MASTER_LINK: entry(
    EXIT.source,
    true,
    'The source is a replica without its primary',
    'The source is a replica whose own link is down, so it has no stream to pass on.',
    'Repair the link of the source (INFO replication shows master_link_status) and start the task again (or run the same command), or take its primary as the source.',
  ),
  SOURCE_IS_TARGET: entry(
    EXIT.usage,
    false,
    'Source and target feed each other, or are one server',
    'Both addresses lead to the same server process, one of the two replicates from the other, or a task runs the other way: every change would come back.',
    'After a move nothing is left to be done: the old server follows the new one. Otherwise give two different servers, or end for good the task that is named above.',
  ),
  SOURCE_TOO_OLD: entry(
    EXIT.source,
    false,
    'The source is too old',
    'Replication with PSYNC needs Redis 2.8 or later.',
    'Upgrade the source to Redis 2.8 or later.',
  ),
  SOURCE_CLUSTER_DOWN: entry(
    EXIT.source,
    true,
    'The cluster of the source does not answer for all its slots',
    'Slots belong to no node, or to one that has failed without a replica to take over.',
    'Look at CLUSTER INFO and CLUSTER NODES on any of its nodes; bring back the primary that is missing, or have redis-cli repair it (its cluster command fix), which can give up keys: read what it says first.',
  ),
  SOURCE_NOT_CLUSTER: entry(
    EXIT.usage,
    false,
    'The source is no cluster, so there are no replicas of its shards to read',
    'Replicas of the shards of a cluster were to be read, and the source is one server.',
    'Give the address of its replica as the source, or have the source itself read (--source-read-from primaries).',
  ),
  SOURCE_SLOTS_MOVED: entry(
    EXIT.source,
    true,
    'Slots of the source have moved to other nodes',
    'The cluster of the source is being changed: slots, and the keys in them, were given to other shards, or a shard was taken out.',
    'Nothing is to be done: the task divides itself anew once every slot has one owner again. If that takes long, look with CLUSTER NODES on the source for slots that are importing or migrating, and let redis-cli end the move.',
  ),
  SOURCE_SENTINEL_UNREACHABLE: sentinelUnreachable(EXIT.source, 'source'),
  SOURCE_SENTINEL_AUTH: sentinelAuth(EXIT.source, 'source', 'LOCKSTEP_SOURCE_SENTINEL_PASSWORD'),
  SOURCE_NOT_A_SENTINEL: notSentinel(EXIT.source, 'source'),
  SOURCE_SENTINEL_NAME: sentinelName(EXIT.source, 'source'),
  SOURCE_SENTINEL_PRIMARY: sentinelPrimary(EXIT.source, 'source'),
  SOURCE_SENTINEL_BEHIND: sentinelBehind(EXIT.source, 'source'),
  SOURCE_IS_SENTINEL: isSentinel(EXIT.source, 'source'),
  SOURCE_LINK_LOST: entry(
    EXIT.source,
    true,
    'The link to the source broke',
    'The connection was closed, or nothing arrived for longer than the time limit.',
    'A running task mends this by itself. If it happens often, raise repl-timeout and client-output-buffer-limit replica on the source.',
  ),
  SOURCE_PROTOCOL: entry(
    EXIT.source,
    false,
    'The source sent something that is not the replication protocol',
    'The server is not a Redis, or a proxy between the two changes what it sends.',
    'Connect to the Redis server itself, past any proxy.',
  ),
  SOURCE_REPLY_TOO_LARGE: entry(
    EXIT.source,
    false,
    'The source answers with more than a reply may be',
    'The server is not a Redis, or something between the two answers in its place; or names of keys, or elements of a value, are so large that a reply with them is not held in memory here.',
    'Make sure with {redis-cli} PING that a Redis answers at this address, and connect to it past any proxy. If it is one, look for keys whose names or elements have many megabytes. Nothing of that answer was used.',
  ),

  // Data
  RDB_BROKEN: entry(
    EXIT.data,
    false,
    'The snapshot of the source is damaged',
    'A length, an opcode or the checksum of the RDB does not fit.',
    'Check the memory and the disk of the source; start the task again for a fresh snapshot.',
  ),
  RDB_UNSUPPORTED: entry(
    EXIT.data,
    false,
    'The snapshot has a form this release does not know',
    'The source is newer than this release and uses a type or an encoding it cannot read.',
    'Update Lockstep, or sync from a source of a version that is listed as supported.',
  ),
  VALUE_UNSUPPORTED: entry(
    EXIT.data,
    false,
    'The target is too old for a value',
    'A value on the source is of a type that the target does not have.',
    'Use a target of at least the version of the source, or set up a task that leaves the database of that key out (--db).',
  ),
  VALUE_DAMAGED: entry(
    EXIT.data,
    false,
    'A value of the source is damaged',
    'What the source sent for this key contradicts itself, and a server may die of it: nothing of the value was sent to the target. The source may hold it so in its memory, or bytes have suffered on the way.',
    'Start the task again. If it names the same key, the source holds it so: using the key there may end the process of the source, so look at it on a copy of that server, have the key written anew by whoever it belongs to, and have the memory of the machine checked. A task that leaves its database out (--db) can be set up meanwhile.',
  ),
  MODULE_MISSING: entry(
    EXIT.data,
    false,
    'The target lacks a module',
    'A key on the source holds a value of a module that the target has not loaded.',
    'Load the module named above on the target in the same version, or set up a task that leaves the database of that key out (--db).',
  ),
  COMMAND_UNSUPPORTED: entry(
    EXIT.data,
    false,
    'The source sent a command that cannot be passed on',
    'It is never carried (such as CONFIG or SHUTDOWN), the target does not know it or this form of it, it is a write that neither this release nor the target lists, or it may have used keys that cannot be told from it.',
    'Use a target of at least the version of the source, with the same modules. If the target does know it, set up a new task once it is no longer used on the source.',
  ),
  FUNCTIONS_UNSUPPORTED: entry(
    EXIT.data,
    false,
    'The target knows no functions',
    'The source has function libraries (FUNCTION LOAD). Servers before 7.0 have none.',
    'Use a target of version 7.0 or later; or leave the libraries out, if whoever uses the target calls no functions (--functions skip).',
  ),
  FUNCTION_CONFLICT: entry(
    EXIT.data,
    false,
    'A function of the source is in another library of the target',
    'A library of the source registers a function that a library of the target has too, under another name of the library. A server has a function once.',
    'Look at both with FUNCTION LIST. If the one on the target is not needed, remove its library there after a backup (FUNCTION DUMP), and start the task again; or rename the function on the source.',
  ),
  COMMAND_TOO_LARGE: entry(
    EXIT.data,
    false,
    'The source sent a command that is too large to be looked at',
    'Scripts, function libraries and values that were dumped have to be known whole before they are passed on, and are held in memory for that; so has what reads many keys into one where the target has keys of its own, and on a cluster what a command takes from other nodes.',
    'Write that value or library on the source in another way, in smaller parts, and start the task again; it makes a new full copy where it has to.',
  ),
  SCRIPT_REFUSED: entry(
    EXIT.data,
    false,
    'A script of the source cannot be run on the target',
    'The source sent a Lua script to be run again, as servers before 5.0 do, and later ones up to 6.2 with lua-replicate-commands no. What this one does cannot be done on the target, or not safely.',
    'Keep the script from being run on the source (from 5.0 on CONFIG SET lua-replicate-commands yes there is enough: it then sends what scripts wrote), and start the task again; it makes a new full copy.',
  ),
  OWN_KEY_READ: entry(
    EXIT.data,
    false,
    'The source made something of a key that is never carried',
    'Keys whose names begin with lockstep: belong to this program and stay where they are. A command on the source gave the value of one to another key, which cannot be done on the target.',
    'Give such keys other names in what writes to the source. Then set up a new task, which copies all keys as they are now.',
  ),
  FLUSH_NEEDS_CONSENT: entry(
    EXIT.data,
    false,
    'The source was flushed, and the target holds keys of its own',
    'FLUSHALL or FLUSHDB ran on the source. The target was not empty when the task began, so passing it on would remove keys that are not from the source.',
    'Find out first whether the flush was meant: the target still holds the data. To pass it on, which removes the keys of the target itself as well, set the task to flush the target (--on-flush apply) and start it again; or set up a new task with a target of its own.',
  ),
  DATABASE_CROSSING: entry(
    EXIT.data,
    false,
    'A command moves data between a selected and an unselected database',
    'SWAPDB, MOVE or COPY on the source joined a database of the task with one that is left out.',
    'Set up a new task that takes both databases, or all of them (--db, or without it).',
  ),

  // Target
  TARGET_UNREACHABLE: entry(
    EXIT.target,
    true,
    'The target cannot be reached',
    'No connection could be opened, or nothing was answered on it: wrong host or port, the server is down, or a firewall is in the way.',
    'Check the address with {redis-cli} PING from this machine.',
  ),
  TARGET_PROTECTED_MODE: entry(
    EXIT.target,
    false,
    'The target is in protected mode',
    'It has neither a password nor an address to bind to, so it takes connections from its own machine only.',
    'Give the target a password (requirepass, or a user by ACL SETUSER) and enter it here, or run Lockstep on the machine of the target. Without protected mode it would be open to everybody who can reach it.',
  ),
  TARGET_MAX_CLIENTS: entry(
    EXIT.target,
    true,
    'The target takes no more clients',
    'As many clients are connected to it as its setting maxclients allows.',
    'Close clients that are not needed (CLIENT LIST on the target shows them), or raise maxclients. A running task goes on by itself; otherwise start it again (or run the same command).',
  ),
  TARGET_BUSY: entry(
    EXIT.target,
    true,
    'The target is busy with a script',
    'A script or a function runs there for longer than busy-reply-threshold, and nothing else is done meanwhile.',
    'Wait for its end, or end it with SCRIPT KILL or FUNCTION KILL, which work as long as it has written nothing. A running task goes on by itself; otherwise start it again (or run the same command). Never use SHUTDOWN NOSAVE for it: it loses data.',
  ),
  TARGET_AUTH: entry(
    EXIT.target,
    false,
    'The target refuses the credentials',
    'The user or the password is wrong, missing, or not asked for by this server.',
    'Try the user and the password with redis-cli, then correct them in the task, or in LOCKSTEP_TARGET_PASSWORD and the address of the command.',
  ),
  TARGET_TLS: entry(
    EXIT.target,
    false,
    'The TLS handshake with the target failed',
    'The server does not speak TLS on this port or speaks only TLS, its certificate is not trusted or made for another name, or it wants a certificate of the client.',
    'Switch TLS on for a TLS port and off for a plain one (rediss:// or redis:// in an address). For a private authority give its certificate with the address, or on the command line in the file that NODE_EXTRA_CA_CERTS names; give a client certificate, or the name in the certificate, where the server needs one.',
  ),
  TARGET_NO_PERMISSION: entry(
    EXIT.target,
    false,
    'The target user may not write',
    'The ACL of the target user lacks a command or a key pattern that is needed.',
    'Grant it: ACL SETUSER {user} ~* +@all -@admin -migrate +client|list +client|kill',
  ),
  TARGET_READ_ONLY: entry(
    EXIT.target,
    true,
    'The target is a replica and takes no writes',
    'The target replicates from another server, or a failover is under way.',
    'Give the address of its primary, which INFO replication on the target shows. A failover that is under way passes, and a running task waits for it. Only a target that is to leave its primary for good is made to stand alone: REPLICAOF NO ONE there.',
  ),
  TARGET_LOADING: entry(
    EXIT.target,
    true,
    'The target is still loading its data',
    'The target has just started and reads its data set from disk.',
    'Wait until INFO persistence on the target shows loading:0. A task that ran before goes on by itself; otherwise start it again then (or run the same command).',
  ),
  TARGET_OUT_OF_MEMORY: entry(
    EXIT.target,
    true,
    'The target is out of memory',
    'maxmemory is reached and the policy of the target does not let it accept more.',
    'Raise maxmemory on the target (CONFIG SET maxmemory), if its machine has the memory; not by a policy that evicts, which removes keys that the source has. A running task goes on by itself; otherwise start it again (or run the same command).',
  ),
  TARGET_NOT_PERSISTING: entry(
    EXIT.target,
    true,
    'The target refuses writes because it cannot save to its disk',
    'The last background save or append failed and stop-writes-on-bgsave-error is on.',
    'Make room on the disk of the target or mend its permissions. A running task goes on by itself; otherwise start it again (or run the same command).',
  ),
  TARGET_LACKS_REPLICAS: entry(
    EXIT.target,
    true,
    'The target has too few replicas to take writes',
    'Its setting min-replicas-to-write asks for more replicas that keep up than it has now.',
    'Bring its replicas back (INFO replication on the target shows them), or lower min-replicas-to-write. A running task goes on by itself; otherwise start it again (or run the same command).',
  ),
  TARGET_VALUE_TOO_LARGE: entry(
    EXIT.target,
    false,
    'A value is too large for the target',
    'It is larger than proto-max-bulk-len of the target allows, or has more elements than the target takes in one command.',
    'Raise proto-max-bulk-len on the target to what the source has, and start the task again (or run the same command).',
  ),
  TARGET_CRASHES: entry(
    EXIT.target,
    false,
    'The target dies of what the source holds',
    "The target's process ended twice at the same place: while it was given this key of the full copy, or ran this command of the stream, each time by itself. The value is damaged, the target has a bug that it meets, or its machine has not the memory for it.",
    'Look at the end of the log of the target, and whether its system ended it for lack of memory (dmesg): then give it more. Otherwise upgrade the target, or have it check what it is given (CONFIG SET sanitize-dump-payload yes, from 6.2 on), so that it refuses the value instead. A value that is damaged on the source is to be written there anew by whoever it belongs to. Then start the task again (or run the same command).',
  ),
  TARGET_CLUSTER_DOWN: entry(
    EXIT.target,
    true,
    'The cluster of the target does not answer for all its slots',
    'Slots belong to no node, or to one that has failed without a replica to take over.',
    'Look at CLUSTER INFO and CLUSTER NODES on any of its nodes; bring back the primary that is missing, or have redis-cli repair it (its cluster command fix), which can give up keys: read what it says first.',
  ),
  TARGET_NODE_AWAY: entry(
    EXIT.target,
    true,
    'A node of the target is away',
    'The connection to one primary of the cluster broke, or it does not answer, while the others do. They go on; what is meant for this one waits in the buffer on this machine.',
    'Bring the node back, or have a replica of it take over (CLUSTER FAILOVER TAKEOVER on that, where the cluster does not do so by itself). The task notices, and applies there what is missing.',
  ),
  TARGET_SLOTS_MOVED: entry(
    EXIT.target,
    true,
    'Slots of the target move to other nodes',
    'The cluster is being resharded, or a replica takes over from its primary. What was under way stopped at an exact place.',
    'A running task finds out who has the slots and goes on by itself. If it does not, look at CLUSTER NODES for slots that are marked as migrating or importing.',
  ),
  TARGET_SENTINEL_UNREACHABLE: sentinelUnreachable(EXIT.target, 'target'),
  TARGET_SENTINEL_AUTH: sentinelAuth(EXIT.target, 'target', 'LOCKSTEP_TARGET_SENTINEL_PASSWORD'),
  TARGET_NOT_A_SENTINEL: notSentinel(EXIT.target, 'target'),
  TARGET_SENTINEL_NAME: sentinelName(EXIT.target, 'target'),
  TARGET_SENTINEL_PRIMARY: sentinelPrimary(EXIT.target, 'target'),
  TARGET_SENTINEL_BEHIND: sentinelBehind(EXIT.target, 'target'),
  TARGET_IS_SENTINEL: isSentinel(EXIT.target, 'target'),
  TARGET_NOT_EMPTY: entry(
    EXIT.target,
    false,
    'The target is not empty',
    'A database of the target that the task writes to already holds keys.',
    'Make sure that it is the server you mean. Then choose other databases (--db), or, where the source is no cluster, allow keys of the same name to be overwritten (--existing overwrite): the others stay. What is to go is removed after a backup, and never by a flush where keys that begin with lockstep: stand: without these other tasks have to copy anew.',
  ),
  TARGET_HANDED_OVER: entry(
    EXIT.target,
    false,
    'The target was handed over, and may be in use by now',
    'The task ended in order before, so that clients could go over to the target. A new full copy would replace or remove what they wrote.',
    'Nothing was changed. If clients use the target now, the move is done, and this task is not to be run any more. To feed the target all the same, allow names that the source has to be overwritten (--existing overwrite): everything else that stands on it stays. Where the source is a cluster that cannot be: remove what stands there after a backup, or give another target.',
  ),
  COPY_WOULD_REMOVE: entry(
    EXIT.target,
    false,
    'A new full copy would remove much of what the target holds',
    "The source lacks more of the task's keys on the target than may be removed without asking: it may have come back empty, or be another server at the same address.",
    'Nothing was removed. Look at the source first, since the target may hold the only copy. If the keys are to go, run the same command with --allow-shrink 100.',
  ),
  TARGET_IN_USE: entry(
    EXIT.target,
    false,
    'Another task writes to the target',
    'A checkpoint on the target says that another task keeps these databases in step, or was cut off while it did.',
    'Stop that task where it runs, or choose other databases. If it is gone for good, hand the target over in its place with lockstep release and its name; after that others may write to it. Never remove its checkpoint by hand: the expiry that it has written late could not be made exact any more.',
  ),
  TARGET_DATABASES: entry(
    EXIT.target,
    false,
    'The target has too few databases',
    'The source uses a database whose number the target does not have.',
    'Raise databases in redis.conf of the target, save it (BGSAVE) and restart it, or set up a task that leaves the database out, or puts it into another (--db 3:0).',
  ),
  TARGET_REJECTED: entry(
    EXIT.target,
    false,
    'The target rejected a command that succeeded on the source',
    'The two sides no longer hold the same data, for example because something else writes to the target.',
    'Find out what else writes to the target (CLIENT LIST there shows who is connected) and stop it, then start the task again (or run the same command): the keys that differ are brought to what the source holds, and where that cannot be done key by key, a new full copy is made.',
  ),
  TARGET_LINK_LOST: entry(
    EXIT.target,
    true,
    'The connection to the target broke',
    'The connection was closed, or nothing was answered for longer than the time limit.',
    'A running task mends this by itself; otherwise start it again (or run the same command).',
  ),
  EXPIRY_STILL_LATE: entry(
    EXIT.target,
    false,
    'Expiry on the target is still late',
    'The run has ended and nothing is lost, but the target was out of reach, or refused it, before every expiry was exact again: some keys go up to a day after their time.',
    'Once the target answers, run {release}, or start the task again: both finish this from where it stands.',
  ),
  TARGET_TAKEN_OVER: entry(
    EXIT.target,
    false,
    'Another run of this task took over',
    'The checkpoint on the target was changed by another run of the same task, so this one stopped writing.',
    'Let one of the two go on: the other run has the task now, and the target is in its hands. To copy the source a second time, set up a task with a target of its own.',
  ),
  EXPIRY_OVERTAKEN: entry(
    EXIT.target,
    true,
    'Keys may have expired on the target before their commands came',
    'The target ran a part of the stream later than its expiry is held back for: it stood still, or its clock was moved. Keys that the source goes on using may have died there meanwhile.',
    'Nothing has to be done: these keys are read from the source anew, and the task goes on. If it comes again, look at what holds the target up (swapping, a machine that is suspended, its clock), or allow expiry to be later there (--expiry-slack).',
  ),
  CHECKPOINT_MISSING: entry(
    EXIT.target,
    false,
    'The checkpoint was removed from the target',
    'The target still holds keys, but no longer the key that says how far the task has come: a flush, a DEL, or a policy that evicts keys has taken it. Nothing was written after that.',
    'Find out what removed it: CONFIG GET maxmemory-policy on the target shows whether it evicts; noeviction does not. Then start the task again (or run the same command): it begins like a first run, with a full copy, and asks about the keys that stand on the target.',
  ),
  TARGET_LANES_APART: entry(
    EXIT.target,
    false,
    'A part of the target went back further than another',
    'A failover of one node of the cluster lost the end of what was written to it. A command there has to be done again that made a key out of keys of other nodes, and these have changed since.',
    'Nothing has to be done: the task makes a new full copy by itself. min-replicas-to-write 1 and a short min-replicas-max-lag on the nodes make such losses rarer.',
  ),
  TARGET_PROTOCOL: entry(
    EXIT.target,
    false,
    'The target sent something that is not the Redis protocol',
    'The server is not a Redis, or a proxy between the two changes what it sends.',
    'Connect to the Redis server itself, past any proxy.',
  ),
  TARGET_REPLY_TOO_LARGE: entry(
    EXIT.target,
    false,
    'The target answers with more than a reply may be',
    'The server is not a Redis, or something between the two answers in its place; or names of keys, or elements of a value, are so large that a reply with them is not held in memory here.',
    'Make sure with {redis-cli} PING that a Redis answers at this address, and connect to it past any proxy. If it is one, look for keys whose names or elements have many megabytes. Nothing of that answer was used.',
  ),
  TASK_MISMATCH: entry(
    EXIT.target,
    false,
    'The checkpoint on the target belongs to other settings',
    'A task of this name ran before with another source or another choice of databases.',
    'Run it with the addresses and databases it had. A target that is to take other data is handed over first (lockstep release), and copied to by a task under another name. A checkpoint of another release is read by that release.',
  ),

  // The application
  REQUEST_INVALID: entry(
    EXIT.usage,
    false,
    'Something that was entered does not fit',
    'A value is missing, or is not of the kind that is needed here.',
    'Correct the fields that are marked.',
  ),
  NOT_FOUND: entry(
    EXIT.usage,
    false,
    'It is no longer there',
    'The task or the set-up was removed meanwhile, perhaps in another window.',
    'Go back to the list of tasks.',
  ),
  TASK_STATE: entry(
    EXIT.usage,
    false,
    'The task cannot do that now',
    'What was asked for does not fit the state that the task is in.',
    'Look at the state of the task; stop it first if it runs.',
  ),
  SECRET_NEEDED: entry(
    EXIT.usage,
    false,
    'A password is needed',
    'It was entered for another address or other TLS settings, and is not sent to a server that it was not meant for. Or this machine offers no keychain, so passwords are forgotten when the application ends.',
    'Enter the password again, or allow them to be kept in a file under Settings.',
  ),
  PRECHECK_OPEN: entry(
    EXIT.usage,
    false,
    'The precheck has not passed',
    'A check failed, a warning has not been ignored, or something was changed since the checks ran.',
    'Mend what failed and run the checks again; a warning can be ignored by its own button.',
  ),
  STORE_DAMAGED: entry(
    EXIT.local,
    false,
    'A file of the application was damaged',
    'It cannot be read as what it should be, perhaps after a full disk or an edit by hand.',
    'It was kept aside under the name given above. Mend it and put it back while the application is closed, or set up what was in it again.',
  ),
  STORE_NEWER: entry(
    EXIT.local,
    false,
    'A file of the application comes from a newer version',
    'A newer version of the application has written it in a form that this one does not know.',
    'It was kept aside under the name given above. Update the application and put it back, or set up what was in it again.',
  ),
  STORE_UNWRITABLE: entry(
    EXIT.local,
    false,
    'The settings cannot be stored',
    'The folder of the application cannot be written, or its disk is full.',
    'Make room, or mend the permissions of the folder named above.',
  ),
  FOLDER_FOREIGN: entry(
    EXIT.local,
    false,
    'A folder of the application belongs to another account',
    'It was made by another account of this machine, or is a link that one has put there. What is stored in it would be in that account’s hands.',
    'Run Lockstep under the account that the folder belongs to, or give it another folder (--data-dir, or LOCKSTEP_DATA_DIR).',
  ),
  ALREADY_RUNNING: entry(
    EXIT.local,
    false,
    'Lockstep runs already',
    'A folder is used by one application at a time: two would overwrite what the other has stored.',
    'Use the one that runs; pressing Enter in its terminal prints a link. Or end it, or give this one another folder with --data-dir.',
  ),
  PORT_TAKEN: entry(
    EXIT.local,
    false,
    'The port is taken',
    'Another program listens on it.',
    'Give another port with --port, or leave the option out to take any that is free.',
  ),
  HOST_GONE: entry(
    EXIT.internal,
    true,
    'The connection to the application is gone',
    'The application was closed, or the way to it is broken. The page can show nothing new until it is back.',
    'Start the application again, or mend the ssh tunnel; the page connects by itself.',
  ),
  SANDBOX_UNAVAILABLE: entry(
    EXIT.local,
    false,
    'The sandbox servers cannot be started',
    'They need redis-server on this machine.',
    'Install it: sudo apt-get install redis-server on Debian or Ubuntu, brew install redis on a Mac.',
  ),

  // Local
  SPOOL_FULL: entry(
    EXIT.local,
    true,
    'The spool has reached its size limit',
    'The source sends faster than the target takes, and what waits in between has filled the room the spool may take.',
    'Raise the size of the spool (--spool-max), or find out what slows the target down. The task goes on from its checkpoint.',
  ),
  TARGET_CUT_LOOSE: entry(
    EXIT.target,
    true,
    'The target was too far behind the others to be waited for',
    'Several targets are fed from one buffer on this machine, and what waited for this one has filled it. The others go on.',
    'The target goes on from its checkpoint, or is copied to anew where the source no longer has what follows. Find out what slows it down, or raise the size of the spool (--spool-max).',
  ),
  SNAPSHOT_TOO_LARGE: entry(
    EXIT.local,
    false,
    'The snapshot does not fit the spool',
    'The target holds an earlier copy, which is left as it is until the new snapshot has come whole; the spool may not grow as large as that.',
    'The target was not changed. Give the spool more room than the snapshot takes (--spool-max), on a disk that has it (--spool-dir), and start the task again.',
  ),
  SPOOL_DISK: entry(
    EXIT.local,
    true,
    'The disk under the spool cannot be written',
    'The disk is full, or the folder may not be written.',
    'Make room, or name a folder that can be written, on another disk if need be (--spool-dir).',
  ),
  SPOOL_DAMAGED: entry(
    EXIT.local,
    false,
    'The spool on disk is not as it was written',
    'A file of it was changed or cut by something else on this machine, or its disk loses data. Nothing of that file was applied.',
    'Find out what it was: the log of this machine tells of a failing disk, and the folder must be no place that is cleared while the task runs. Then start the task again, with a folder on another disk if need be (--spool-dir): it goes on from its checkpoint.',
  ),
  OUTPUT_UNWRITABLE: entry(
    EXIT.local,
    false,
    'What is printed cannot be written',
    'The disk that standard output goes to is full, or it may not be written.',
    'Make room there or send the output elsewhere, and run the same command: it goes on from its checkpoint.',
  ),
  RETRY_EXHAUSTED: entry(
    EXIT.local,
    false,
    'The retry duration has passed',
    'The fault named above did not heal within the retry duration of the task (--retry-for).',
    'Mend it and start the task again (or run the same command): it goes on from its checkpoint as long as the backlog of the source reaches back to it.',
  ),
  INTERRUPTED: entry(
    EXIT.interrupted,
    false,
    'Stopped before both sides were in step',
    'The run was asked to stop before the full copy was complete, or before it had found out how far the task has come.',
    'Start the task again (or run the same command): it goes on from its checkpoint; a full copy that was not complete begins anew.',
  ),
  ENGINE_DIED: entry(
    EXIT.internal,
    true,
    'The engine ended unexpectedly',
    'The engine process was killed or crashed.',
    'Start the task again (or run the same command): it goes on from its checkpoint. If it happens again, report it with the events of the task or the output of the command.',
  ),
  INTERNAL: entry(
    EXIT.internal,
    false,
    'A fault in Lockstep itself',
    'Something happened that should be impossible.',
    'Start the task again (or run the same command): it goes on from its checkpoint. Report it with the text above.',
  ),
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERROR_CATALOGUE;
