import { expect, it } from 'vitest';
import { functionsMatter } from '../../../../renderer/setup/what/functions-matter.ts';
import { server } from '../../../support/page/setup-figures/servers.ts';

const [old, present] = [server({ version: '6.2.14' }), server({ version: '7.0.15' })];
const valkey = server({ product: 'Valkey', version: '8.1.1' });

it.each([
  ['an older target', present, [present, old], true],
  ['a Valkey', valkey, [valkey], false],
  ['a source that has none', old, [old], false],
  ['a target that was not asked', present, [null], true],
  ['a source that was not asked', null, [present], false],
] as const)('functions are a question of their own: %s', (_, source, targets, matter) => {
  expect(functionsMatter(source, targets)).toBe(matter);
});
