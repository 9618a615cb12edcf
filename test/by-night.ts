/**
 * Files of `test/integration` and `test/e2e` whose seconds no change waits for: what they prove beside others is told at each. All run by
 * night (`npm run test:nightly`), and whoever names one has it run at once (`npm test -- test/integration/node-away.test.ts`).
 */
const BY_NIGHT = {
  e2e: [
    // Set-ups of every kind stand in the page's unit tests and in the integration tests; by day cluster-target has the window.
    ...['cluster', 'cluster-source', 'sentinel', 'sentinel-target', 'several-targets'],
    // Pages and dialogs that the page's unit tests walk through on a scripted host.
    ...['edit-task', 'exports', 'hand-over', 'host-gone', 'key-values', 'overwrite', 'refused-password'],
    // What they go through with a browser the backend's tests have without one.
    ...['sandbox', 'stored-files'],
  ],
  integration: [
    // Faults of clusters as targets: the simulator makes the same by the hundred, and by day cluster-kills and lanes-exact have real ones.
    ...['crossing-faults', 'lanes-away', 'node-away', 'renumbered-on-cluster', 'slot-moves-meet'],
    // Keys of the target's own on clusters; by day kept-keys and kept-on-cluster.
    ...['kept-from-cluster', 'kept-on-cluster-faults', 'kept-on-cluster-kills'],
    // Sources of many kinds; by day cluster-source, sentinel-cli and one-to-many-faults.
    ...[
      'many-shards',
      'one-to-many',
      'release-parts',
      'replica-feeds',
      'rings-of-clusters',
      'sentinel-failover',
    ],
    // Damage and peers that lie, which the decoders' unit tests have byte by byte; by day bad-input and bad-target.
    ...['bad-copies', 'bad-moments', 'bad-snapshot', 'dying-target', 'evicting-target', 'lying-peers'],
    // Sizes and waits.
    ...['large-commands', 'live-limits', 'small-bound', 'small-bound-cluster', 'small-spool', 'spool-files'],
    // Comparisons by further levels and figures; by day compare, compare-levels and compare-cluster.
    ...['compare-contents', 'compare-memory', 'compare-prefixes'],
    // What somebody asks for while a task runs; by day repair-backend, and the simulator.
    ...['asked-repair', 'demo-data', 'full-copy-again', 'rehearse-copy'],
  ],
};

export type Room = keyof typeof BY_NIGHT;

export const byNight = (room: Room): string[] => BY_NIGHT[room].map((name) => `test/${room}/${name}.test.ts`);

/** What a run leaves out: nothing by night, or where files are named. `args`: those of vitest. */
export function leftOut(room: Room, env: NodeJS.ProcessEnv, args: readonly string[]): string[] {
  const names = args.some((arg) => arg !== 'run' && !arg.startsWith('-'));
  return names || env['LOCKSTEP_NIGHTLY'] === '1' ? [] : byNight(room);
}
