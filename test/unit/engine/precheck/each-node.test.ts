import { expect, it } from 'vitest';
import { joinFindings } from '../../../../electron/engine/precheck/each-node.ts';
import {
  failure,
  mend,
  notice,
  pass,
  skipped,
  warning,
  type Finding,
} from '../../../../electron/engine/precheck/finding.ts';

const join = (...findings: Finding[]): Finding =>
  joinFindings(findings.map((finding, i) => ({ at: `10.0.0.${i + 1}:7000`, finding })));

it('says once what is the same everywhere', () => {
  expect(join(pass('60 s.'), pass('60 s.'))).toEqual({
    status: 'pass',
    found: 'All 2 primaries: 60 s.',
    mends: [],
  });
});

it('is as bad as the worst node, which comes first, and does not tell of those that are well', () => {
  expect(join(pass('fine.'), notice('so so.'), failure('broken.'), skipped('silent.'))).toMatchObject({
    status: 'failure',
    found: '10.0.0.3:7000: broken. 10.0.0.2:7000: so so. 10.0.0.4:7000: silent.',
  });
  expect(join(skipped('silent.'), pass('fine.')).status).toBe('skipped');
});

it('tells what each has where all are well and none is like the other', () => {
  expect(join(pass('1 MB.'), pass('2 MB.'), pass('1 MB.')).found).toBe(
    '10.0.0.1:7000, 10.0.0.3:7000: 1 MB. 10.0.0.2:7000: 2 MB.',
  );
});

it('offers each mend once, with the nodes that it is for', () => {
  const raise = mend('source', 'Raise it.', 'CONFIG SET a 1');
  const here = mend('here', 'Wait.');
  expect(join(warning('low.', raise, here), warning('very low.', raise, here), pass('fine.')).mends).toEqual([
    { ...raise, text: '10.0.0.1:7000, 10.0.0.2:7000: Raise it.' },
    here,
  ]);
  expect(join(warning('low.', raise), warning('low.', raise)).mends).toEqual([
    { ...raise, text: 'All 2 primaries: Raise it.' },
  ]);
});

it('names some of very many', () => {
  const { found } = join(...Array.from({ length: 9 }, (_, n) => pass(`${n} MB.`)));
  expect(found).toMatch(/10\.0\.0\.5:7000: 4 MB\. And 4 more\.$/);
  const same = join(...Array.from({ length: 8 }, () => warning('low.')), pass('fine.'));
  expect(same.found).toContain('10.0.0.5:7000 and 3 more: low.');
});
