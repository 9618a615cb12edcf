import { expect, it } from 'vitest';
import { atLanes } from '../../../../electron/engine/claim/claim-stream.ts';
import { FLUSHING } from '../../../../electron/engine/claim/flushed-keys.ts';
import {
  isCutShort,
  MENDING,
  needsRepair,
  REPAIRING,
} from '../../../../electron/engine/repair/repair-plan.ts';
import { checkpointWith } from '../../../support/target/checkpoints.ts';

const REPLID = 'a'.repeat(40);
const lanes = (...offsets: readonly number[]) => offsets.map((offset) => ({ offset, replid: REPLID }));
const AT = { replid: REPLID, offset: 500, verified: 500 } as const;

it('a task that takes all databases goes on from the lane that has come least far, in database 0', () => {
  const all = checkpointWith({ ...AT, databases: 'all', db: 0 });
  expect(atLanes(all, lanes(700, 900))).toMatchObject({ offset: 700, verified: 700, db: 0 });
  expect(atLanes(all, lanes(700, 300))).toMatchObject({ offset: 300, verified: 300, db: 0 });
});

it('vouches for no more than it did where keys may have been gone that a lane has used', () => {
  const all = checkpointWith({ ...AT, databases: 'all', sourceAtMs: 7 });
  const late = [...lanes(700), { offset: 900, replid: REPLID, late: true as const }];
  expect(atLanes(all, late)).toMatchObject({ offset: 700, verified: 500, sourceAtMs: 7 });
  // Said by the checkpoint from then on, and not vouched for before it is mended.
  const noted = checkpointWith({ ...all, offset: 700, earliestExpiryMs: 1 });
  expect(atLanes(noted, lanes(700, 900))).toMatchObject({ offset: 700, verified: 500 });
  expect(atLanes(noted, lanes(300, 900))).toMatchObject({ offset: 300, verified: 300 });
});

it('does not know since when the source has run what follows a place that a lane has gone back to', () => {
  const all = checkpointWith({ ...AT, databases: 'all', sourceAtMs: 7 });
  expect(atLanes(all, lanes(700, 499))).toMatchObject({ offset: 499, sourceAtMs: 0 });
  expect(atLanes(all, lanes(700, 500))).toMatchObject({ offset: 500, sourceAtMs: 7 });
});

it('one that takes some goes on from where it is known which database was written to', () => {
  const some = checkpointWith({ ...AT, databases: '0', db: 3 });
  expect(atLanes(some, lanes(700, 900))).toMatchObject({ offset: 500, verified: 500, db: 3 });
  expect(atLanes(some, lanes(500, 500))).toMatchObject({ offset: 500, db: 3 });
  expect(atLanes(some, lanes(700, 499))).toBeUndefined();
  const several = { ...some, databases: 'all', severalDatabases: true };
  expect(atLanes(several, lanes(700, 900))).toMatchObject({ offset: 500, verified: 500, db: 3 });
  expect(atLanes(several, lanes(700, 499))).toBeUndefined();
});

it('a part that has lost all of its slots is wherever its checkpoint says', () => {
  const checkpoint = checkpointWith({ ...AT, databases: 'all' });
  expect(atLanes(checkpoint, [])).toMatchObject({ offset: 500, verified: 500 });
});

const mended = (offset: number, from: number, of: 'expired' | 'failed' = 'expired') => ({
  ...{ offset, replid: REPLID },
  mending: { of, offset: from },
});

it('a mending of which no lane has done anything is begun anew, and any other was cut short', () => {
  const mending = checkpointWith({ ...AT, databases: 'all', fault: REPAIRING });
  expect(atLanes(mending, [mended(500, 500), mended(700, 700)])).toMatchObject({ offset: 500, fault: '' });
  for (const databases of ['all', '0,3'])
    for (const ones of [
      [mended(500, 500), mended(700, 500)],
      [mended(700, 500), mended(700, 700)],
      // One that did not say where it began, or went on by another run.
      [mended(700, 0), mended(700, 700)],
      lanes(500, 500),
      [mended(500, 500), ...lanes(700)],
    ]) {
      const cut = atLanes({ ...mending, databases }, ones)!;
      expect(cut).toMatchObject({ fault: REPAIRING });
      expect(isCutShort(cut)).toBe(true);
      // Whatever was written of that is found again.
      expect(isCutShort(atLanes(cut, ones)!)).toBe(true);
    }
});

it('a lane that went back into a mending lacks its values, though the checkpoint has seen its end', () => {
  for (const of of ['expired', 'failed'] as const)
    for (const databases of ['all', '0,3']) {
      const beyond = checkpointWith({ ...AT, offset: 900, verified: 900, databases });
      const at = (offset: number) =>
        atLanes({ ...beyond, offset: Math.min(900, offset) }, [mended(offset, 500, of)])!;
      expect(isCutShort(at(700))).toBe(true);
      expect(at(500).fault).toBe('');
      expect(at(900).fault).toBe('');
      expect(at(950).fault).toBe('');
    }
});

it('a checkpoint that went back to before a mending does not make it unseen', () => {
  const before = checkpointWith({ ...AT, databases: 'all' });
  expect(isCutShort(atLanes(before, [mended(700, 500)])!)).toBe(true);
  expect(atLanes(before, [mended(700, 500, 'failed')])).toMatchObject({ fault: MENDING, verified: 500 });
});

it('what commands have failed on is mended anew from where it is vouched for', () => {
  for (const verified of [400, 500]) {
    const doubtful = checkpointWith({ ...AT, verified, verifiedDb: 0, databases: 'all' });
    const again = { offset: 700, verified, fault: MENDING };
    const found = atLanes(doubtful, [mended(700, 500, 'failed')])!;
    expect(found).toMatchObject(again);
    expect(needsRepair(found)).toBe(true);
    expect(atLanes(found, [mended(700, 500, 'failed')])).toMatchObject(again);
    // Divided anew, lanes say nothing of it any more.
    expect(atLanes(found, lanes(700, 900))).toMatchObject(again);
  }
});

it('where one lane has left something out, nothing is vouched for though another stands where the mending began', () => {
  const found = atLanes(checkpointWith({ ...AT, databases: 'all' }), [
    mended(500, 500, 'failed'),
    mended(700, 600, 'failed'),
  ])!;
  expect(found).toMatchObject({ offset: 500, verified: 500, fault: MENDING });
  const unmoved = [mended(500, 500, 'failed'), mended(600, 600, 'failed')];
  expect(atLanes(checkpointWith({ ...AT, databases: 'all' }), unmoved)!.fault).toBe('');
});

it('what all lanes are beyond is no flush that is still to be gone on with', () => {
  const flushing = checkpointWith({ ...AT, databases: 'all', fault: FLUSHING });
  expect(atLanes(flushing, lanes(700, 501))).toMatchObject({ offset: 501, fault: '' });
  expect(atLanes(flushing, lanes(700, 500))).toMatchObject({ offset: 500, fault: FLUSHING });
  const other = checkpointWith({ ...AT, databases: 'all', fault: 'other' });
  expect(atLanes(other, lanes(700, 501))).toMatchObject({ fault: 'other' });
});

it('leaves in doubt what a mending that was cut short may have left out', () => {
  for (const databases of ['all', '0,3']) {
    const cut = checkpointWith({ databases, offset: 500, verified: 400, verifiedDb: 0 });
    const offset = databases === 'all' ? 700 : 500;
    expect(atLanes(cut, lanes(700, 900))).toMatchObject({ offset, verified: 400, verifiedDb: 0 });
  }
});
