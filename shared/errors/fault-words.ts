import { ERROR_CATALOGUE, type ErrorCode } from './catalogue.ts';
import { textOf, type Places } from './place-words.ts';

/** An error in the words of the page: what it is, why it can be so, and what to do. */
export interface FaultWords {
  readonly title: string;
  readonly cause: string;
  readonly remedy: string;
}

const GOES_ON = 'A task that runs goes on by itself; otherwise start it again.';
const START_AGAIN = 'Start the task again: it goes on from its checkpoint.';
const CREDENTIALS =
  'Try the user and the password with redis-cli, then enter them in the settings of the task, or in its set-up.';

const SENTINEL_CREDENTIALS =
  'Enter the user and the password of the Sentinels in the settings of the task, or in its set-up; leave both empty for Sentinels without a password.';

const BY_SENTINELS =
  'Choose “By Sentinels” for this server, and enter the address there, with the name that the Sentinel knows the primary by (SENTINEL MASTERS lists them).';

/** Where the catalogue speaks of options and variables of the command line, a page speaks of what it offers itself. */
const ON_A_PAGE: Readonly<Partial<Record<ErrorCode, Partial<FaultWords>>>> = {
  USAGE: { remedy: 'Correct what was entered.' },
  URL_INVALID: {
    cause:
      'An address has the form [redis://][user[:password]@]host[:port][/database], with rediss:// for TLS; valkey:// and valkeys:// mean the same. Sentinels are given as redis-sentinel://host:26379,host:26379/name.',
    remedy:
      'Correct the address. Characters such as @ or / in a password must be percent-encoded, or enter the password in its own field.',
  },
  SOURCE_MAX_CLIENTS: {
    remedy: `Close clients that are not needed (CLIENT LIST on the source shows them), or raise maxclients. ${GOES_ON}`,
  },
  SOURCE_BUSY: {
    remedy: `Wait for its end, or end it with SCRIPT KILL or FUNCTION KILL, which work as long as it has written nothing. ${GOES_ON} Never use SHUTDOWN NOSAVE for it: it loses data.`,
  },
  TARGET_MAX_CLIENTS: {
    remedy: `Close clients that are not needed (CLIENT LIST on the target shows them), or raise maxclients. ${GOES_ON}`,
  },
  TARGET_BUSY: {
    remedy: `Wait for its end, or end it with SCRIPT KILL or FUNCTION KILL, which work as long as it has written nothing. ${GOES_ON} Never use SHUTDOWN NOSAVE for it: it loses data.`,
  },
  TARGET_LACKS_REPLICAS: {
    remedy: `Bring its replicas back (INFO replication on the target shows them), or lower min-replicas-to-write. ${GOES_ON}`,
  },
  TARGET_VALUE_TOO_LARGE: {
    remedy: 'Raise proto-max-bulk-len on the target to what the source has, and start the task again.',
  },
  SOURCE_AUTH: { remedy: CREDENTIALS },
  TARGET_AUTH: { remedy: CREDENTIALS },
  SOURCE_IS_SENTINEL: { remedy: BY_SENTINELS },
  TARGET_IS_SENTINEL: { remedy: BY_SENTINELS },
  SOURCE_SENTINEL_AUTH: { remedy: SENTINEL_CREDENTIALS },
  TARGET_SENTINEL_AUTH: { remedy: SENTINEL_CREDENTIALS },
  SOURCE_TLS: {
    remedy:
      'Turn TLS on for a TLS port and off for a plain one; give the certificate of a private authority, a client certificate or the server name where they are needed.',
  },
  TARGET_TLS: {
    remedy:
      'Turn TLS on for a TLS port and off for a plain one; give the certificate of a private authority, a client certificate or the server name where they are needed.',
  },
  SOURCE_LOADING: { remedy: `Wait until INFO persistence on the source shows loading:0. ${GOES_ON}` },
  TARGET_LOADING: { remedy: `Wait until INFO persistence on the target shows loading:0. ${GOES_ON}` },
  SOURCE_NO_MASTER_LINK: {
    remedy: `Repair the link of the source (INFO replication shows master_link_status), or set up a task from its primary. ${GOES_ON}`,
  },
  SOURCE_NOT_CLUSTER: {
    remedy:
      'Have the primaries read in the settings of the task, which reads the source itself, or set up a task from its replica.',
  },
  VALUE_DAMAGED: {
    remedy:
      'Start the task again. If it names the same key, the source holds it so: using the key there may end the process of the source, so look at it on a copy of that server, have the key written anew by whoever it belongs to, and have the memory of the machine checked. A task that leaves its database out can be set up meanwhile.',
  },
  TARGET_CRASHES: {
    remedy:
      'Look at the end of the log of the target, and whether its system ended it for lack of memory (dmesg): then give it more. Otherwise upgrade the target, or have it check what it is given (CONFIG SET sanitize-dump-payload yes, from 6.2 on), so that it refuses the value instead. A value that is damaged on the source is to be written there anew by whoever it belongs to. Then start the task again.',
  },
  VALUE_UNSUPPORTED: {
    remedy:
      'Use a target of at least the version of the source, or set up a task that leaves the database of that key out.',
  },
  FUNCTIONS_UNSUPPORTED: {
    remedy:
      'Use a target of version 7.0 or later. Where whoever uses the target calls no functions, the libraries can be left out: choose that in the settings of the task, and start it again.',
  },
  MODULE_MISSING: {
    remedy:
      'Load the module named above on the target in the same version, or set up a task that leaves the database of that key out.',
  },
  FLUSH_NEEDS_CONSENT: {
    remedy:
      'Find out first whether the flush was meant: the target still holds the data. To pass it on, which removes the keys of the target itself as well, allow flushes in the settings of the task and start it again to pass it on, or set up a task with a target of its own.',
  },
  DATABASE_CROSSING: { remedy: 'Set up a task that takes both databases, or all of them.' },
  TARGET_OUT_OF_MEMORY: {
    remedy: `Raise maxmemory on the target (CONFIG SET maxmemory), if its machine has the memory; not by a policy that evicts, which removes keys that the source has. ${GOES_ON}`,
  },
  TARGET_NOT_PERSISTING: {
    remedy: `Make room on the disk of the target or fix its permissions. ${GOES_ON}`,
  },
  TARGET_NOT_EMPTY: {
    remedy:
      'Make sure that it is the server you mean. Then choose other databases, or choose in the set-up that keys of the same name are overwritten: the others stay. What is to go is removed after a backup, and never by a flush where there are keys that begin with lockstep: without these other tasks have to copy anew.',
  },
  TARGET_REJECTED: {
    remedy:
      'Find out what else writes to the target (CLIENT LIST there shows who is connected) and stop it, then start the task again: the keys that differ are brought to what the source holds, and where that cannot be done key by key, a new full copy is made.',
  },
  TARGET_IN_USE: {
    remedy:
      'Stop that task where it runs, or choose other databases. If it is gone for good, hand the target over in its place: the check of the target has the command. Never remove its checkpoint by hand: the expiry that it has written late could not be made exact any more.',
  },
  EXPIRY_OVERTAKEN: {
    remedy:
      'Nothing has to be done: these keys are read from the source anew, and the task goes on. If it comes again, look at what holds the target up (swapping, a machine that is suspended, its clock), or let expiry be later there, in the settings of the task.',
  },
  CHECKPOINT_MISSING: {
    remedy:
      'Find out what removed it: CONFIG GET maxmemory-policy on the target shows whether it evicts; noeviction does not. Then start the task again: it begins like a first run, with a full copy, and asks about the keys already on the target.',
  },
  TARGET_DATABASES: {
    remedy:
      'Raise databases in redis.conf of the target, save it (BGSAVE) and restart it, or set up a task that leaves the database out, or puts it into another.',
  },
  TARGET_LINK_LOST: { remedy: `A task that runs fixes this by itself; otherwise start it again.` },
  TARGET_TAKEN_OVER: {
    remedy:
      'Let one of the two go on: the other run has the task now, and the target is in its hands. To copy the source a second time, set up a task with a target of its own.',
  },
  TASK_MISMATCH: {
    remedy:
      'Give the task the addresses and databases it had. For other data set up a new task with a target of its own. A checkpoint of another release is read by that release.',
  },
  TARGET_HANDED_OVER: {
    remedy:
      'Nothing was changed. If clients use the target now, the move is done, and this task is not to be started any more. To feed the target all the same, set up another task that overwrites keys of the same name: everything else on it stays.',
  },
  COPY_WOULD_REMOVE: {
    remedy:
      'Nothing was removed. Look at the source first, since the target may hold the only copy. If the keys are to go, start the task again and agree when it asks.',
  },
  EXPIRY_STILL_LATE: {
    remedy:
      'Once the target answers, make expiry exact from the page of the task, or start the task again: both finish this from where it stands.',
  },
  FOLDER_FOREIGN: {
    remedy: 'Run Lockstep under the account that the folder belongs to, or give it another folder.',
  },
  SNAPSHOT_TOO_LARGE: {
    remedy:
      'The target was not changed. Give the buffer on this machine more room than the snapshot takes, in the settings of the task, and start it again.',
  },
  SPOOL_FULL: {
    cause:
      'The source sends faster than the target takes, and what waits in between has filled the room that the task may use.',
    remedy: `Give the buffer on this machine more room in the settings of the task, or find out what slows the target down. ${START_AGAIN}`,
  },
  TARGET_CUT_LOOSE: {
    remedy: `Find out what slows this target down, or give the buffer on this machine more room in the settings of the task. ${START_AGAIN}`,
  },
  SPOOL_DISK: {
    remedy:
      'Make room, or name a folder that can be written, on another disk if need be, in the settings of the task.',
  },
  SPOOL_DAMAGED: {
    remedy:
      'Find out what it was: the log of this machine tells of a failing disk, and the folder must be no place that is cleared while the task runs. Then start the task again, with a folder on another disk if need be, which its settings name: it goes on from its checkpoint.',
  },
  RETRY_EXHAUSTED: {
    cause: 'The fault named above did not heal within the retry duration of the task.',
    remedy:
      'Fix it and start the task again: it goes on from its checkpoint as long as the source holds its backlog.',
  },
  INTERRUPTED: { remedy: 'Start the task again to go on.' },
  HOST_GONE: {
    remedy: 'Start the application again, or fix the ssh tunnel; the page connects by itself.',
  },
  ENGINE_DIED: { remedy: `${START_AGAIN} If it happens again, report it with the events of the task.` },
  INTERNAL: {
    remedy:
      'Try it again; a task goes on from its checkpoint. Report it with the text above if it happens again.',
  },
};

/** `places` are the two servers, as far as they are known: commands in the remedy then lead to them. */
export function faultWords(code: ErrorCode, places?: Places): FaultWords {
  const { title, cause, remedy } = ERROR_CATALOGUE[code];
  const words = { title, cause, remedy, ...ON_A_PAGE[code] };
  return { ...words, remedy: textOf(code, words.remedy, places) };
}
