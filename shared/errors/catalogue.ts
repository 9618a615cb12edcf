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

/** Exit statuses of the command line. 0 is success and 1 is "not equal" of compare and demo. */
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
    'An address has the form redis://[user[:password]@]host[:port] or rediss:// for TLS.',
    'Correct the address. Characters such as @ or / in a password must be percent-encoded, or give it in LOCKSTEP_SOURCE_PASSWORD or LOCKSTEP_TARGET_PASSWORD.',
  ),

  // Source
  SOURCE_UNREACHABLE: entry(
    EXIT.source,
    true,
    'The source cannot be reached',
    'No connection could be opened, or nothing was answered on it: wrong host or port, the server is down or takes no more clients, or a firewall is in the way.',
    'Check the address with redis-cli -h HOST -p PORT PING from this machine.',
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
    'Switch TLS on for a TLS port and off for a plain one (rediss:// or redis:// in an address). For a private authority give its certificate with the address, or on the command line NODE_EXTRA_CA_CERTS=/path/to/ca.pem; give a client certificate, or the name in the certificate, where the server needs one.',
  ),
  SOURCE_NO_PERMISSION: entry(
    EXIT.source,
    false,
    'The source user may not replicate',
    'The ACL of the source user lacks a command that is needed.',
    'Grant it: ACL SETUSER <user> +psync +replconf +ping +info. (compare reads every key: ~* +@read +@connection +info +command +time +multi +exec as well.)',
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
    'Source and target are the same server',
    'Both addresses lead to the same server process, or one of the two replicates from the other already.',
    'Give two different servers; a replica becomes one of its own with REPLICAOF NO ONE.',
  ),
  SOURCE_TOO_OLD: entry(
    EXIT.source,
    false,
    'The source is too old',
    'Replication with PSYNC needs Redis 2.8 or later.',
    'Upgrade the source to Redis 2.8 or later.',
  ),
  SOURCE_CLUSTER: entry(
    EXIT.source,
    false,
    'The source is a cluster',
    'This release follows one standalone server.',
    'Sync from a standalone server.',
  ),
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
    'Use a target of at least the version of the source, or remove the key named above from the source.',
  ),
  MODULE_MISSING: entry(
    EXIT.data,
    false,
    'The target lacks a module',
    'A key on the source holds a value of a module that the target has not loaded.',
    'Load the module named above on the target in the same version, or remove the key from the source.',
  ),
  COMMAND_UNSUPPORTED: entry(
    EXIT.data,
    false,
    'The source sent a command that cannot be passed on',
    'The command is neither known as a write nor listed by the target as one.',
    'Use a target of at least the version of the source, with the same modules.',
  ),
  FLUSH_NEEDS_CONSENT: entry(
    EXIT.data,
    false,
    'The source was flushed, and the target holds keys of its own',
    'FLUSHALL or FLUSHDB ran on the source. The target was not empty when the task began, so passing it on would remove keys that are not from the source.',
    'To pass it on, set the task to flush the target as well (--on-flush apply) and start it again; or set up a new task with a target of its own.',
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
    'No connection could be opened, or nothing was answered on it: wrong host or port, the server is down or takes no more clients, or a firewall is in the way.',
    'Check the address with redis-cli -h HOST -p PORT PING from this machine.',
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
    'Switch TLS on for a TLS port and off for a plain one (rediss:// or redis:// in an address). For a private authority give its certificate with the address, or on the command line NODE_EXTRA_CA_CERTS=/path/to/ca.pem; give a client certificate, or the name in the certificate, where the server needs one.',
  ),
  TARGET_NO_PERMISSION: entry(
    EXIT.target,
    false,
    'The target user may not write',
    'The ACL of the target user lacks a command or a key pattern that is needed.',
    'Grant it: ACL SETUSER <user> ~* +@all -@admin +client|list +client|kill',
  ),
  TARGET_READ_ONLY: entry(
    EXIT.target,
    true,
    'The target is a replica and takes no writes',
    'The target replicates from another server, or a failover is under way.',
    'Give the address of its primary, or run REPLICAOF NO ONE on the target if it is to stand alone.',
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
    'Raise maxmemory on the target: CONFIG SET maxmemory <bytes>. A running task goes on by itself; otherwise start it again (or run the same command).',
  ),
  TARGET_NOT_PERSISTING: entry(
    EXIT.target,
    true,
    'The target refuses writes because it cannot save to its disk',
    'The last background save or append failed and stop-writes-on-bgsave-error is on.',
    'Make room on the disk of the target or mend its permissions. A running task goes on by itself; otherwise start it again (or run the same command).',
  ),
  TARGET_CLUSTER: entry(
    EXIT.target,
    false,
    'The target is a cluster',
    'This release writes to one standalone server.',
    'Give a standalone server as the target.',
  ),
  TARGET_NOT_EMPTY: entry(
    EXIT.target,
    false,
    'The target is not empty',
    'A database of the target that the task writes to already holds keys.',
    'Empty it after a backup, or allow keys of the same name to be overwritten (--existing overwrite).',
  ),
  TARGET_IN_USE: entry(
    EXIT.target,
    false,
    'Another task writes to the target',
    'A checkpoint on the target says that another task keeps these databases in step, or was cut off while it did.',
    'Stop that task, or choose other databases. If it is gone for good, remove its checkpoint: redis-cli -n 0 DEL lockstep:checkpoint:NAME.',
  ),
  TARGET_DATABASES: entry(
    EXIT.target,
    false,
    'The target has too few databases',
    'The source uses a database whose number the target does not have.',
    'Raise databases in redis.conf of the target and restart it, or set up a task that leaves the database out (--db).',
  ),
  TARGET_REJECTED: entry(
    EXIT.target,
    false,
    'The target rejected a command that succeeded on the source',
    'The two sides no longer hold the same data, for example because something else writes to the target.',
    'Stop whatever else writes to the target and start the task again; it makes a new full copy.',
  ),
  TARGET_LINK_LOST: entry(
    EXIT.target,
    true,
    'The connection to the target broke',
    'The connection was closed, or nothing was answered for longer than the time limit.',
    'A running task mends this by itself; otherwise start it again (or run the same command).',
  ),
  TARGET_TAKEN_OVER: entry(
    EXIT.target,
    false,
    'Another run of this task took over',
    'The checkpoint on the target was changed by another run of the same task, so this one stopped writing.',
    'Run a task in one place at a time, or give the other one another name (--task).',
  ),
  TARGET_PROTOCOL: entry(
    EXIT.target,
    false,
    'The target sent something that is not the Redis protocol',
    'The server is not a Redis, or a proxy between the two changes what it sends.',
    'Connect to the Redis server itself, past any proxy.',
  ),
  TASK_MISMATCH: entry(
    EXIT.target,
    false,
    'The checkpoint on the target belongs to other settings',
    'A task of this name ran before with another source or another choice of databases.',
    'Run it with the addresses and databases it had, or as a new task under another name (--task).',
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
  SPOOL_DISK: entry(
    EXIT.local,
    true,
    'The disk under the spool cannot be written',
    'The disk is full, or the folder may not be written.',
    'Make room, or name a folder that can be written, on another disk if need be (--spool-dir).',
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
    'The run was asked to stop before the full copy was complete.',
    'Start the task again (or run the same command); the full copy begins anew.',
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
