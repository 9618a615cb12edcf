import { expect, it } from 'vitest';
import { databaseTable } from '../../../../renderer/drift/database-rows.ts';

it('sorts, subtracts, and adds differences without regard to sign', () => {
  const { rows, sums, signs } = databaseTable([
    { db: 3, sourceKeys: 50, sourceExpires: 5, targetKeys: 53, targetExpires: 4 },
    { db: 0, sourceKeys: 100, sourceExpires: 10, targetKeys: 95, targetExpires: 12 },
  ]);
  expect(
    rows.map(({ db, permanentDifference, expiringDifference }) => [
      db,
      permanentDifference,
      expiringDifference,
    ]),
  ).toEqual([
    [0, 7, -2],
    [3, -4, 1],
  ]);
  // The one differs in one direction, and the other in the other.
  expect(signs).toEqual({ permanent: 0, expiring: 0 });
  expect(sums).toEqual({
    sourceKeys: 150,
    sourceExpires: 15,
    targetKeys: 148,
    targetExpires: 16,
    permanentDifference: 11,
    expiringDifference: 3,
  });
});

it('knows the sign of a sum where all databases differ in one direction', () => {
  const of = (...deltas: number[]) =>
    databaseTable(
      deltas.map((delta, db) => ({
        db,
        sourceKeys: 100 + delta,
        sourceExpires: 0,
        targetKeys: 100,
        targetExpires: 0,
      })),
    ).signs.permanent;
  expect([of(3, 0), of(-3, 0), of(3, -3), of(0, 0)]).toEqual([1, -1, 0, 1]);
});
