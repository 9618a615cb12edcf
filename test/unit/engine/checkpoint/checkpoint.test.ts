import { describe, expect, it } from 'vitest';
import {
  checkpointFields,
  checkpointKey,
  encodeCheckpoint,
  keptKeysKey,
  parseCheckpoint,
  type Checkpoint,
} from '../../../../electron/engine/checkpoint/checkpoint.ts';
import { isOwnKey } from '../../../../electron/engine/commands/own-keys.ts';
import { checkpointWith } from '../../../support/target/checkpoints.ts';
import { SlotSet } from '../../../../electron/engine/router/slot-set.ts';
import { CommandReader } from '../../../../electron/engine/protocol/resp/command-reader.ts';

const CHECKPOINTS: readonly Checkpoint[] = [
  checkpointWith({ state: 'copying', replid: '', offset: 0, epoch: 0, active: false }),
  {
    state: 'streaming',
    replid: '0123456789abcdef0123456789ABCDEF01234567',
    offset: Number.MAX_SAFE_INTEGER,
    db: 15,
    verified: Number.MAX_SAFE_INTEGER - 1,
    verifiedDb: 3,
    epoch: 12,
    owner: 'a run',
    active: true,
    databases: '0,3',
    source: '[2001:db8::1]:6379',
    expiry: 'shortening',
    amounts: { smallMs: 60_000, longMs: 86_400_000 },
    sourceAtMs: 1_800_000_000_000,
    kept: true,
    copied: true,
    handedOver: '0123/4567 89',
    keptLibraries: ['own', 'other'],
    fieldExpiry: true,
    releasedAtMs: 1_800_000_000_000,
    earliestExpiryMs: 1_800_000_000_001,
    importOurs: true,
    evicted: 3829,
    evictionsSeen: 4000,
    targetRunId: 'a process',
    fault: 'TARGET_REJECTED',
  },
];
const [, STREAMING] = CHECKPOINTS as readonly [Checkpoint, Checkpoint];

/** What HGETALL returns after the fields were written. */
function stored(checkpoint: Checkpoint): Record<string, string> {
  const fields = checkpointFields(checkpoint);
  return Object.fromEntries(fields.flatMap((name, i) => (i % 2 === 0 ? [[name, fields[i + 1]!]] : [])));
}

const without = (field: string): Record<string, string> => {
  const { [field]: _, ...rest } = stored(STREAMING);
  return rest;
};

describe('a checkpoint', () => {
  it.each(CHECKPOINTS)('comes back as it was written ($state)', (checkpoint) => {
    expect(parseCheckpoint(stored(checkpoint))).toEqual(checkpoint);
  });

  it('is written by one HMSET of its key', () => {
    const bytes = encodeCheckpoint('a task', STREAMING);
    const reader = new CommandReader();
    expect(reader.read(bytes, 0, bytes.length)).toBe(bytes.length);
    const words = Array.from({ length: reader.count }, (_, i) =>
      bytes.toString('latin1', reader.from[i], reader.to[i]),
    );
    expect(words).toEqual(['HMSET', 'lockstep:{tasks}:checkpoint:a task', ...checkpointFields(STREAMING)]);
  });

  it('lies under a key of the tool, as do the names of kept keys', () => {
    for (const key of [checkpointKey('t'), keptKeysKey('t')])
      expect(isOwnKey(Buffer.from(key), 0, key.length)).toBe(true);
    expect(checkpointKey('t')).not.toBe(keptKeysKey('t'));
  });

  it('says where the names of a cluster’s own keys are, to releases alone that know of it', () => {
    const slots = SlotSet.of([{ first: 5, last: 9 }]);
    const hash = stored({ ...STREAMING, kept: true, keptSlots: { id: '0123abcd', slots } });
    expect([hash['format'], hash['keptSlots']]).toEqual(['3', '0123abcd 5-9']);
    expect(parseCheckpoint(hash)!.keptSlots?.slots.equals(slots)).toBe(true);
    expect(stored(STREAMING)['format']).toBe('2');
    const several = { ...STREAMING, severalDatabases: true };
    expect(stored(several)['format']).toBe('6');
    expect(parseCheckpoint(stored(several))?.severalDatabases).toBe(true);
    expect(() => parseCheckpoint({ ...hash, keptSlots: 'x' })).toThrow(/slots of kept names/);
  });

  it('is none where the hash is empty', () => {
    expect(parseCheckpoint({})).toBeUndefined();
  });

  it('lets a later release add fields', () => {
    expect(parseCheckpoint({ ...stored(STREAMING), more: 'x' })).toEqual(STREAMING);
  });
});

describe('what is damaged', () => {
  const code = expect.objectContaining({ code: 'TASK_MISMATCH' });

  it.each([
    'format',
    'state',
    'replid',
    'offset',
    'db',
    'verified',
    'verifiedDb',
    'epoch',
    'active',
    'expiry',
    'small',
    'long',
    'sourceAt',
    'releasedAt',
    'earliestExpiry',
  ])('is refused without its %s', (field) => {
    expect(() => parseCheckpoint(without(field))).toThrow(code);
  });

  it('is refused when it vouches for more than was applied', () => {
    expect(() => parseCheckpoint({ ...stored(checkpointWith({ offset: 99 })), verified: '100' })).toThrow(
      code,
    );
  });

  it.each([
    '',
    ' ',
    '-1',
    '1.5',
    '1e3',
    '0x10',
    ' 12',
    '12x',
    'NaN',
    '9007199254740993',
    '99999999999999999999',
  ])('is refused with a number that reads "%s"', (text) => {
    for (const field of ['offset', 'db', 'verified', 'verifiedDb', 'epoch', 'small', 'long', 'sourceAt'])
      expect(() => parseCheckpoint({ ...stored(STREAMING), [field]: text })).toThrow(code);
  });

  it('is refused with a replid that is none, once the stream has begun', () => {
    for (const replid of ['', 'x'.repeat(40), '0'.repeat(39)])
      expect(() => parseCheckpoint({ ...stored(STREAMING), replid })).toThrow(code);
    expect(parseCheckpoint({ ...stored(STREAMING), state: 'copying', replid: '' })).toBeDefined();
  });

  it('is told from what a newer release wrote', () => {
    expect(() => parseCheckpoint({ ...stored(STREAMING), format: '7' })).toThrow(/format 7/);
    expect(() => parseCheckpoint({ ...stored(STREAMING), offset: 'x' })).toThrow(
      /damaged: its offset is "x"/,
    );
    expect(() => parseCheckpoint({ ...stored(STREAMING), state: 'paused' })).toThrow(
      /damaged: its state is "paused"/,
    );
    expect(() => parseCheckpoint({ some: 'hash' })).toThrow(/format none/);
  });
});
