export const PAUSE_EXPLAINED =
  'While it is paused, changes of the source wait in the buffer on this machine, and keys on the target expire late, by a day or more.';
