import { checkpointFields, type Checkpoint } from '../../../electron/engine/checkpoint/checkpoint.ts';

/** A checkpoint of a task whose stream is applied, with what the test says otherwise. All of it is verified unless it says so. */
export const checkpointWith = (some: Partial<Checkpoint> = {}): Checkpoint => ({
  state: 'streaming',
  replid: '0123456789abcdef0123456789abcdef01234567',
  offset: 100,
  db: 0,
  verified: some.offset ?? 100,
  verifiedDb: some.db ?? 0,
  epoch: 7,
  owner: 'run-1',
  active: true,
  databases: 'all',
  source: 'h:1',
  expiry: 'exact',
  amounts: { smallMs: 0, longMs: 0 },
  sourceAtMs: 0,
  kept: false,
  copied: false,
  handedOver: '',
  keptLibraries: [],
  fieldExpiry: false,
  releasedAtMs: 0,
  earliestExpiryMs: 0,
  importOurs: false,
  evicted: 0,
  evictionsSeen: 0,
  targetRunId: '',
  fault: '',
  ...some,
});

/** The same as the fields of the hash that a target holds. */
export function storedCheckpoint(some: Partial<Checkpoint> = {}): Record<string, string> {
  const fields = checkpointFields(checkpointWith(some));
  return Object.fromEntries(fields.flatMap((name, i) => (i % 2 === 0 ? [[name, fields[i + 1]!]] : [])));
}
