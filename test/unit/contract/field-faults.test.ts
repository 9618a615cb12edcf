import { expect, test } from 'vitest';
import { z } from 'zod';
import { REQUESTS } from '../../../shared/contract/api.ts';
import { fieldFaults } from '../../../shared/contract/field-faults.ts';
import { emptyDraft } from '../../../shared/model/profile.ts';

const faultsOf = (schema: z.ZodType, value: unknown): unknown => fieldFaults(schema.safeParse(value).error!);

test.each<[string, z.ZodType, unknown, string]>([
  ['nothing', z.string(), undefined, 'is missing'],
  ['another kind', z.string(), 5, 'must be text'],
  ['a fraction', z.number().int(), 1.5, 'must be a whole number'],
  ['an empty text', z.string().min(1), '', 'must not be empty'],
  ['a short text', z.string().min(1200), 'a', 'needs at least 1,200 characters'],
  ['a long text', z.string().max(2), 'abc', 'may have at most 2 characters'],
  ['a small number', z.number().min(1), 0, 'must be at least 1'],
  ['a large number', z.number().max(65_535), 70_000, 'must be at most 65,535'],
  ['an empty list', z.array(z.string()).min(1), [], 'needs at least one entry'],
  ['a long list', z.array(z.string()).max(1), ['a', 'b'], 'may have at most 1 entries'],
  ['another choice', z.enum(['fail', 'overwrite']), 'x', 'must be one of: fail, overwrite'],
  ['another form', z.string().regex(/^a$/), 'b', 'does not have the form that is needed here'],
  ['anything else', z.union([z.string(), z.number()]), true, 'does not fit here'],
])('says of %s what is wrong', (_what, schema, value, message) => {
  expect(faultsOf(z.object({ field: schema }), { field: value })).toEqual([{ path: 'field', message }]);
});

test('names a field by its path', () => {
  const draft = emptyDraft('draft', 0);
  const params = { draft: { ...draft, source: { ...draft.source, port: 100_000 } }, secrets: {} };

  expect(faultsOf(REQUESTS['draft.save'].params, params)).toEqual([
    { path: 'draft.source.port', message: 'must be at most 99,999' },
  ]);
});
