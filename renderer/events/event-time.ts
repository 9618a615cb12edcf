const dayAndClock = new Intl.DateTimeFormat('en-GB', {
  day: '2-digit',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

/** `09 Oct 02:10:33` in the local zone; of one length, so that the lines of a log stand under each other. */
export const formatEventTime = (atMs: number): string => dayAndClock.format(atMs).replace(',', '');
