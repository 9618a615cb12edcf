import { beforeEach, describe, expect, it } from 'vitest';
import { ExpiryWriting } from '../../../../electron/engine/expiry/expiry-writing.ts';
import { Lateness } from '../../../../electron/engine/expiry/late-expiry.ts';
import { AMOUNTS } from '../../../support/lateness.ts';
import { checkpointWith } from '../../../support/target/checkpoints.ts';

const NOW = 1_700_000_000_000;
let lateness: Lateness;
let writing: ExpiryWriting;

beforeEach(() => {
  lateness = new Lateness('long', AMOUNTS, NOW);
  writing = new ExpiryWriting(checkpointWith({ expiry: 'long', amounts: AMOUNTS, epoch: 7 }), lateness);
});

describe('the turn to another state', () => {
  it('comes between two batches: what is written and what the checkpoint says change together, with the epoch', async () => {
    const turned = writing.turn('shortening');
    expect([lateness.bound, writing.noted]).toEqual(['long', { expiry: 'long', epoch: 7 }]);
    writing.take();
    expect([lateness.bound, writing.noted]).toEqual(['small', { expiry: 'shortening', epoch: 8 }]);
    // Asked again while its checkpoint is on its way, and told of the one before.
    writing.take();
    writing.committed({ epoch: 7 });
    expect([writing.noted.epoch, writing.unsaid]).toEqual([8, true]);
    writing.committed({ epoch: 8 });
    expect([await turned, writing.unsaid]).toEqual([true, false]);
    writing.take();
    expect(writing.noted).toEqual({ expiry: 'shortening', epoch: 8 });
  });

  it('comes to nothing when the run ends before', async () => {
    const turned = writing.turn('shortening');
    writing.take();
    writing.stop();
    expect(await turned).toBe(false);
    expect(await writing.turn('small')).toBe(false);
  });
});

describe('the deadline of a batch', () => {
  it('is the least that any key is late by, after the source ran it at the earliest', () => {
    expect(writing.deadline(NOW)).toBe(NOW + AMOUNTS.longMs);
    void writing.turn('shortening');
    expect(writing.deadline(NOW)).toBe(NOW + AMOUNTS.longMs);
    // Already in the batch that turns: it uses what it writes.
    writing.take();
    expect(writing.deadline(NOW)).toBe(NOW + AMOUNTS.smallMs);
    writing.committed({ epoch: 8 });
    void writing.turn('lengthening');
    writing.take();
    expect(writing.deadline(NOW)).toBe(NOW + AMOUNTS.smallMs);
    writing.committed({ epoch: 9 });
    void writing.turn('long');
    writing.take();
    expect(writing.deadline(NOW)).toBe(NOW + AMOUNTS.longMs);
  });

  it('is none while the target keeps what has expired', () => {
    writing = new ExpiryWriting(checkpointWith({ expiry: 'imported' }), lateness);
    expect(writing.deadline(NOW)).toBe('kept');
  });

  it('is none where nobody knows when the source ran it', () => {
    expect(writing.deadline(0)).toBe(0);
  });
});
