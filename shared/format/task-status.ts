import type { TaskStatus } from '../model/task-status.ts';

/** What a status is called, wherever it is shown. */
export const STATUS_WORDS: Readonly<Record<TaskStatus, string>> = {
  failed: 'Failed',
  retrying: 'Reconnecting',
  restarting: 'Restarting',
  starting: 'Starting',
  connecting: 'Connecting',
  receiving: 'Receiving',
  asking: 'Your answer',
  'full-copy': 'Full copy',
  clearing: 'Clearing',
  'catching-up': 'Catching up',
  partial: 'Node away',
  unheard: 'No news',
  differs: 'Sides differ',
  'in-step': 'In step',
  pausing: 'Pausing',
  paused: 'Paused',
  stopping: 'Stopping',
  releasing: 'Handing over',
  stopped: 'Stopped',
  completed: 'Completed',
};
