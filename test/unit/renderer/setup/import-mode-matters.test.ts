import { expect, it } from 'vitest';
import { importModeMatters } from '../../../../renderer/setup/how/import-mode-matters.ts';
import { server } from '../../../support/page/setup-figures/servers.ts';

it.each([
  ['Valkey', '8.1.1', true],
  ['Valkey', '9.0.0', true],
  ['Valkey', '10.2.0', true],
  ['Valkey', '8.0.6', false],
  ['Valkey', '7.2.9', false],
  ['Redis', '8.2.0', false],
] as const)('import-mode is a question with %s %s: %s', (product, version, matters) => {
  expect(importModeMatters([server(), server({ product, version })])).toBe(matters);
});
