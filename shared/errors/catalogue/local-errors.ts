import { entry, EXIT, type ErrorEntry } from './entry.ts';

/** This machine, and the run itself. */
export const LOCAL_ERRORS = {
  SPOOL_FULL: entry(
    EXIT.local,
    true,
    'The buffer on this machine has reached its size limit',
    'The source sends faster than the target takes, and what waits in between has filled the room that the buffer on this machine may take.',
    'Raise the size of the buffer on this machine (--buffer-max), or find out what slows the target down. The task goes on from its checkpoint.',
  ),
  TARGET_CUT_LOOSE: entry(
    EXIT.target,
    true,
    'The target was too far behind the others to be waited for',
    'Several targets are fed from one buffer on this machine, and what waited for this one has filled it. The others go on.',
    'The target goes on from its checkpoint, or is copied to anew where the source no longer has what follows. Find out what slows it down, or raise the size of the buffer on this machine (--buffer-max).',
  ),
  SNAPSHOT_TOO_LARGE: entry(
    EXIT.local,
    false,
    'The snapshot does not fit the buffer on this machine',
    'The target holds an earlier copy, which is left as it is until the new snapshot has come whole; the buffer may not grow as large as that.',
    'The target was not changed. Give the buffer on this machine more room than the snapshot takes (--buffer-max), on a disk that has it (--buffer-dir), and start the task again.',
  ),
  SPOOL_DISK: entry(
    EXIT.local,
    true,
    'The disk of the buffer on this machine cannot be written',
    'The disk is full, or the folder may not be written.',
    'Make room, or name a folder that can be written, on another disk if need be (--buffer-dir).',
  ),
  SPOOL_DAMAGED: entry(
    EXIT.local,
    false,
    'The buffer on the disk of this machine is not as it was written',
    'A file of it was changed or cut by something else on this machine, or its disk loses data. Nothing of that file was applied.',
    'Find out what it was: the log of this machine tells of a failing disk, and the folder must be no place that is cleared while the task runs. Then start the task again, with a folder on another disk if need be (--buffer-dir): it goes on from its checkpoint.',
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
    'Fix it and start the task again (or run the same command): it goes on from its checkpoint as long as the backlog of the source reaches back to it.',
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
} satisfies Record<string, ErrorEntry>;
