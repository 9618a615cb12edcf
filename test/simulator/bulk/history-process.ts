/** Runs the histories that its parent names, one after another, and tells of each. */
import { openHistories, type Kind } from './open-histories.ts';
import { toldOf } from './tally.ts';

// Nobody reads where an error was made, and finding that out takes longer than making it.
Error.stackTraceLimit = 0;
const history = await openHistories(JSON.parse(process.argv[2]!) as Kind);

process.on('message', (seed: number) => {
  void history(seed).then((verdict) => process.send!(toldOf(verdict)));
});
process.on('disconnect', () => process.exit());
process.send!('ready');
