import { expect, it } from 'vitest';
import { keptKeysKey } from '../../../electron/engine/checkpoint/checkpoint.ts';
import { checkpointOf } from '../../simulator/compare.ts';
import { TASK } from '../../simulator/simulated-task.ts';
import { SmallWorld } from '../../simulator/small-world.ts';

it('a run that is stopped at any moment leaves no claim that goes by names which are gone', async () => {
  let dropped = 0;
  let claimed = 0;
  for (let stopAtMs = 240; stopAtMs < 440; stopAtMs += 0.5) {
    const world = new SmallWorld();
    world.write('SET', 'key', 'x');
    world.target.run(world.target.connect(), 'SET', 'mine', 'x');
    const engine = world.start(undefined, { existing: 'overwrite' });
    await world.pass(stopAtMs);
    engine.stop('now');
    await world.pass(10_000, () => !engine.running);
    const checkpoint = checkpointOf(world.target, TASK);
    if (checkpoint?.get('kept') !== '1') {
      dropped += 1;
      continue;
    }
    claimed += 1;
    expect({ stopAtMs, names: world.target.keyspace.db(0).get(keptKeysKey(TASK))?.value }).toMatchObject({
      ...{ stopAtMs, names: { kind: 'set' } },
    });
  }
  expect(Math.min(dropped, claimed)).toBeGreaterThan(0);
});
