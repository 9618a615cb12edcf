import { chunkElements, onBoth, scanElements, type KeyPair } from './deep-values.ts';
import { countFinding, quoted, valueFinding } from './finding.ts';
import type { Finding } from '../../../shared/model/comparison.ts';
import type { Side } from './side.ts';
import { trueTtlMs } from './late-ttl.ts';
import { describeTtl, effectiveTtlMs, endsSoon, sameTtl, TTL_ABSENT, TTL_NONE } from './ttl.ts';

/** What truly remains of fields of one hash. */
export interface FieldTtls {
  readonly clockMs: number;
  /** HPTTL per field; undefined where the server has no expiry of fields. */
  readonly ttlMs: readonly number[] | undefined;
}

/**
 * Compares a hash in chunks, with the expiry of its fields where either server has it. Fields that have expired count as
 * absent, though HLEN of some servers still counts them: so where sizes tell nothing, both sides are walked.
 */
export async function compareHash(pair: KeyPair): Promise<Finding | undefined> {
  const withTtl = pair.source.abilities.fieldTtl || pair.target.abilities.fieldTtl;
  const [source, target] = (await onBoth(pair, 'HLEN')) as [number, number];
  if (source !== target && !withTtl) return countFinding('field', source, target);
  const step = chunkElements(pair.bytes, Math.max(source, target));

  let expired = 0;
  for await (const flat of scanElements(pair.source, 'HSCAN', pair.key, step)) {
    const fields = flat.filter((_, i) => i % 2 === 0);
    const [values, sourceTtls, targetTtls] = await Promise.all([
      pair.target.call('HMGET', pair.key, ...fields) as Promise<(Buffer | null)[]>,
      readFieldTtls(withTtl, pair.source, pair.key, fields),
      readFieldTtls(withTtl, pair.target, pair.key, fields),
    ]);
    for (let i = 0; i < fields.length; i++) {
      const value = flat[2 * i + 1]!;
      const finding = compareField(fields[i]!, i, value, values[i]!, sourceTtls, targetTtls);
      if (finding === 'expired') expired += 1;
      else if (finding) return finding;
    }
  }
  if (source === target && expired === 0) return undefined;
  return findExtraField(pair, step, withTtl);
}

function compareField(
  field: Buffer,
  index: number,
  value: Buffer,
  other: Buffer | null,
  sourceTtls: FieldTtls,
  targetTtls: FieldTtls,
): Finding | 'expired' | undefined {
  const sourceTtl = sourceTtls.ttlMs?.[index] ?? TTL_NONE;
  const targetTtl = other === null ? TTL_ABSENT : (targetTtls.ttlMs?.[index] ?? TTL_NONE);
  const onSource = effectiveTtlMs(sourceTtl) !== TTL_ABSENT;
  const onTarget = effectiveTtlMs(targetTtl) !== TTL_ABSENT;
  if (!onSource && !onTarget) return 'expired';
  const what = `field ${quoted(field)}:`;
  if (!onTarget) return endsSoon(sourceTtl) ? 'expired' : valueFinding(what, quoted(value), 'absent');
  if (!onSource) return endsSoon(targetTtl) ? 'expired' : valueFinding(what, 'absent', quoted(other));
  if (!value.equals(other!)) return valueFinding(what, quoted(value), quoted(other));
  const same = sameTtl(
    { ttlMs: sourceTtl, clockMs: sourceTtls.clockMs },
    { ttlMs: targetTtl, clockMs: targetTtls.clockMs },
  );
  if (same) return undefined;
  return {
    kind: 'field-ttl',
    source: `${what} ${describeTtl(sourceTtl)}`,
    target: `${what} ${describeTtl(targetTtl)}`,
  };
}

/** A field of the target that the source lacks. */
async function findExtraField(pair: KeyPair, step: number, withTtl: boolean): Promise<Finding | undefined> {
  for await (const flat of scanElements(pair.target, 'HSCAN', pair.key, step)) {
    const fields = flat.filter((_, i) => i % 2 === 0);
    const [values, sourceTtls, targetTtls] = await Promise.all([
      pair.source.call('HMGET', pair.key, ...fields) as Promise<(Buffer | null)[]>,
      readFieldTtls(withTtl, pair.source, pair.key, fields),
      readFieldTtls(withTtl, pair.target, pair.key, fields),
    ]);
    for (let i = 0; i < fields.length; i++) {
      const sourceTtl = values[i] === null ? TTL_ABSENT : (sourceTtls.ttlMs?.[i] ?? TTL_NONE);
      if (effectiveTtlMs(sourceTtl) !== TTL_ABSENT) continue;
      const targetTtl = targetTtls.ttlMs?.[i] ?? TTL_NONE;
      if (effectiveTtlMs(targetTtl) === TTL_ABSENT || endsSoon(targetTtl)) continue;
      return valueFinding(`field ${quoted(fields[i])}:`, 'absent', quoted(flat[2 * i + 1]));
    }
  }
  return undefined;
}

/** Of these fields, in their order, as one side has them. `withTtl`: whether either server lets fields expire. */
export async function readFieldTtls(
  withTtl: boolean,
  side: Side,
  key: Buffer,
  fields: readonly Buffer[],
): Promise<FieldTtls> {
  if (!withTtl || !side.abilities.fieldTtl) return { clockMs: side.clock.now(), ttlMs: undefined };
  const [clockMs, ttls] = await Promise.all([
    side.clockMs(),
    side.call(side.late ? 'HPEXPIRETIME' : 'HPTTL', key, 'FIELDS', fields.length, ...fields),
  ]);
  // Without the key every field is absent; the reply is then null, or -2 per field.
  if (!Array.isArray(ttls)) return { clockMs, ttlMs: fields.map(() => TTL_ABSENT) };
  const { late } = side;
  const answers = ttls as number[];
  if (!late) return { clockMs, ttlMs: answers };
  const amounts = late(key);
  return { clockMs, ttlMs: answers.map((at) => trueTtlMs(at, clockMs, amounts)) };
}
