import { describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../../../electron/engine/checkpoint/checkpoint.ts';
import { SlotSet } from '../../../../electron/engine/router/slot-set.ts';
import type { Shard } from '../../../../electron/engine/router/topology.ts';
import {
  startAhead,
  wouldRefuse,
  type FollowedServer,
  type StandingTask,
} from '../../../../electron/engine/claim/start-ahead.ts';
import { describeEndpoint, parseEndpoint } from '../../../../shared/model/endpoint.ts';
import { checkpointWith } from '../../../support/target/checkpoints.ts';

const of = (text: string): SlotSet => SlotSet.parse(text)!;
const replidOf = (nth: number): string => String(nth).repeat(40);

/** A shard with these slots, whose backlog holds the offsets from 50 to 1,000. */
const followed = (nth: number, slots: string, more: Record<string, string> = {}): FollowedServer => ({
  shard: { primary: {}, replicas: [], slots: of(slots).ranges } as unknown as Shard,
  info: new Map(
    Object.entries({
      ...{ master_replid: replidOf(nth), repl_backlog_active: '1' },
      ...{ repl_backlog_first_byte_offset: '50', repl_backlog_histlen: '950', ...more },
    }),
  ),
});
const part = (
  number: number,
  slots: string,
  some: Partial<Checkpoint> = {},
): { number: number; checkpoint: Checkpoint } => ({
  number,
  checkpoint: checkpointWith({ replid: replidOf(number), slots: of(slots), ...some }),
});
const standing = (...parts: StandingTask['parts']): StandingTask => ({ own: undefined, parts });

const SHARDS = [followed(1, '0-5000'), followed(2, '5001-16383')];
const PARTS = [part(1, '0-5000'), part(2, '5001-16383')] as const;
const SPEC = {
  task: 'orders',
  fullOnly: false,
  source: parseEndpoint('redis://10.0.0.1:6379'),
  existing: 'fail',
} as const;
const GOES_ON = { start: 'resume', reason: null } as const;

describe('a start of a task with parts', () => {
  it('goes on where each part does, with the shard that has its slots now', () => {
    expect(startAhead(SPEC, standing(...PARTS), SHARDS)).toEqual({ start: 'resume', reason: null });
    expect(startAhead(SPEC, standing(...PARTS), SHARDS.toReversed())).toMatchObject({ start: 'resume' });
    const moved = [followed(1, '0-6000'), followed(2, '6001-16383')];
    expect(startAhead(SPEC, standing(...PARTS), moved)).toMatchObject({ start: 'resume' });
    const fewer = [followed(1, '0-4000'), followed(2, '5001-16383')];
    expect(startAhead(SPEC, standing(...PARTS), fewer)).toMatchObject({ start: 'resume' });
  });

  it('copies what does not go on, and says of how many shards and why', () => {
    const [one] = PARTS;
    const broken = part(2, '5001-16383', { state: 'copying' });
    expect(startAhead(SPEC, standing(one, broken), SHARDS)).toEqual({
      start: 'new-copy',
      reason: '1 of 2 shards does not go on: the earlier full copy did not end',
    });
    const exchanged = [part(1, '0-5000'), part(2, '-')];
    expect(startAhead(SPEC, standing(...exchanged), SHARDS).reason).toBe(
      '1 of 2 shards does not go on: slots 5001-16383 have come to this shard of the source',
    );
    const more = [...SHARDS.slice(0, 1), followed(3, '5001-9999'), followed(2, '10000-16383')];
    expect(startAhead(SPEC, standing(...PARTS), more).reason).toBe(
      '1 of 3 shards does not go on: the source has one shard more than it had',
    );
    const gone = [followed(1, '0-5000', { repl_backlog_first_byte_offset: '500' }), SHARDS[1]!];
    expect(startAhead(SPEC, standing(...PARTS), gone).reason).toBe(
      '1 of 2 shards does not go on: the source no longer has what follows the checkpoint',
    );
    expect(startAhead({ ...SPEC, fullOnly: true }, standing(...PARTS), SHARDS)).toEqual({
      start: 'new-copy',
      reason: 'a full copy was asked for',
    });
  });

  it('is a first copy while no part has written anything', () => {
    expect(startAhead(SPEC, standing(), SHARDS)).toMatchObject({ start: 'first-copy' });
    const bare = part(1, '0-5000', { state: 'copying', replid: '', offset: 0 });
    expect(startAhead(SPEC, standing(bare), SHARDS)).toMatchObject({ start: 'first-copy' });
  });

  it('is not known where the source, or a shard of it, does not tell', () => {
    expect(startAhead(SPEC, standing(...PARTS), undefined)).toEqual({ start: 'unknown', reason: null });
    const silent = [SHARDS[0]!, { ...SHARDS[1]!, info: new Map<string, string>() }];
    expect(startAhead(SPEC, standing(...PARTS), silent)).toMatchObject({ start: 'unknown' });
    const broken = part(2, '5001-16383', { state: 'copying' });
    expect(startAhead(SPEC, standing(PARTS[0], broken), undefined)).toMatchObject({ start: 'new-copy' });
  });
});

it('a task whose source is of another kind than it was is said to be refused', () => {
  const server = { shard: undefined, info: new Map<string, string>() };
  const own = { own: checkpointWith(), parts: [] };
  expect(wouldRefuse(SPEC, own, SHARDS, GOES_ON, 'none')).toMatch(
    /^the task orders copied from one server before/,
  );
  expect(wouldRefuse(SPEC, standing(...PARTS), [server], GOES_ON, 'none')).toMatch(
    /^the task orders copied from a cluster before/,
  );
  expect(wouldRefuse(SPEC, own, [server], GOES_ON, 'none')).toBeUndefined();
  expect(wouldRefuse(SPEC, standing(...PARTS), SHARDS, GOES_ON, 'none')).toBeUndefined();
});

it('so is one that would copy another source than it has copied', () => {
  const server = { shard: undefined, info: new Map<string, string>() };
  const copies = { start: 'new-copy', reason: null } as const;
  const from = (source: string) => ({ own: checkpointWith({ source }), parts: [] });
  expect(wouldRefuse(SPEC, from('10.0.0.9:6379'), [server], copies, 'none')).toBe(
    'the task orders copied from 10.0.0.9:6379 before, and that was other data',
  );
  // What goes on is the same data, wherever it is now.
  expect(wouldRefuse(SPEC, from('10.0.0.9:6379'), [server], GOES_ON, 'none')).toBeUndefined();
  expect(wouldRefuse(SPEC, from(''), [server], copies, 'none')).toBeUndefined();
  expect(wouldRefuse(SPEC, from(describeEndpoint(SPEC.source)), [server], copies, 'none')).toBeUndefined();
});

it('so is one with parts that would replace what others may have written', () => {
  const copies = { start: 'new-copy', reason: null } as const;
  const overwrite = { ...SPEC, existing: 'overwrite' } as const;
  const parts = standing(...[1, 2].map((number) => part(number, '-', { source: '' })));
  expect(wouldRefuse(overwrite, parts, SHARDS, copies, 'some')).toMatch(/^others have written to the target/);
  expect(wouldRefuse(overwrite, parts, SHARDS, GOES_ON, 'some')).toBeUndefined();
  expect(wouldRefuse(overwrite, parts, SHARDS, copies, 'none')).toBeUndefined();
});
