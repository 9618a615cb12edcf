import { describe, expect, it } from 'vitest';
import {
  abilitiesOf,
  takesPayload,
  versionNumber,
  type TargetAbilities,
} from '../../../../electron/engine/control/target-abilities.ts';

const of = (redis: string, valkey?: string): TargetAbilities => abilitiesOf(redis, valkey, 16, false);

/** The abilities that are a yes or no, in the order in which Redis got them. */
const BY_VERSION: readonly (readonly [keyof TargetAbilities, string, string])[] = [
  ['restoreReplace', '2.8.24', '3.0.0'],
  ['lazyFree', '3.2.13', '4.0.0'],
  ['restoreAbsTtl', '4.0.14', '5.0.0'],
  ['scripts', '4.0.14', '5.0.0'],
  ['keepTtl', '5.0.14', '6.0.0'],
  ['setPxat', '6.0.20', '6.2.0'],
  ['createConsumer', '6.0.20', '6.2.0'],
  ['functions', '6.2.14', '7.0.0'],
  ['streamCounters', '6.2.14', '7.0.0'],
  ['fieldExpiry', '7.2.5', '7.4.0'],
  ['hsetex', '7.4.2', '8.0.0'],
];

describe('abilitiesOf', () => {
  it.each(BY_VERSION)('%s is missing in %s and there since %s', (ability, before, since) => {
    expect(of(before)[ability]).toBe(false);
    expect(of(since)[ability]).toBe(true);
    expect(of('8.0.1')[ability]).toBe(true);
  });

  it.each([
    ['2.8.24', 6, true],
    ['3.0.7', 6, true],
    ['3.2.13', 7, false],
    ['4.0.14', 8, false],
    ['5.0.14', 9, false],
    ['6.2.14', 9, false],
    ['7.0.15', 10, false],
    ['7.2.5', 11, false],
    ['7.4.1', 12, false],
    ['8.0.1', 12, false],
  ])('%s reads RDB version %i', (version, rdbVersion, ownOnly) => {
    expect(of(version)).toMatchObject({ rdbVersion, ownRdbVersionOnly: ownOnly, flavour: 'redis' });
  });

  it('knows that Valkey went its own way after 7.2', () => {
    expect(of('7.2.4', '8.0.1')).toMatchObject({
      flavour: 'valkey',
      rdbVersion: 11,
      fieldExpiry: false,
      hsetex: false,
      setPxat: true,
    });
    expect(of('7.2.4', '9.0.0')).toMatchObject({
      flavour: 'valkey',
      rdbVersion: 80,
      fieldExpiry: true,
      hsetex: true,
    });
  });

  it('knows which payloads each takes', () => {
    const taken = (abilities: TargetAbilities): number[] =>
      [9, 10, 11, 12, 13, 79, 80, 81].filter((version) => takesPayload(abilities, version));
    expect(taken(of('7.0.15'))).toEqual([9, 10]);
    expect(taken(of('8.0.6'))).toEqual([9, 10, 11, 12]);
    expect(taken(of('7.2.4', '8.1.1'))).toEqual([9, 10, 11]);
    expect(taken(of('7.2.4', '9.1.2'))).toEqual([9, 10, 11, 80]);
  });

  it('carries what is not told by the version', () => {
    expect(abilitiesOf('7.0.15', undefined, 3, true)).toMatchObject({ databases: 3, modules: true });
  });
});

describe('versionNumber', () => {
  it.each([
    ['7.0.15', 70015],
    ['2.8.24', 20824],
    ['255.255.255', 2575755],
    ['6.2', 60200],
    ['8', 80000],
    ['7.2.4-rc1', 70204],
    ['unstable', 0],
    ['', 0],
  ])('%s is %i', (text, version) => {
    expect(versionNumber(text)).toBe(version);
  });
});
