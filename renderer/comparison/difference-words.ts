import type { Difference, DifferenceKind } from '../../shared/model/comparison.ts';

export const KIND_WORDS: Readonly<Record<DifferenceKind, string>> = {
  'missing-on-target': 'Missing on target',
  'missing-on-source': 'Missing on source',
  type: 'Other type',
  value: 'Other value',
  ttl: 'Other expiry',
  'field-ttl': 'Expiry of a field',
  group: 'Consumer group',
  function: 'Function library',
};

/** The differences that hold the text, in the key, in the words for its kind, or in either summary. */
export function filterDifferences(differences: readonly Difference[], text: string): readonly Difference[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return differences;
  return differences.filter(({ db, key, kind, source, target }) =>
    [db === null ? '' : `db ${db}`, key, KIND_WORDS[kind], source, target].some((part) =>
      part.toLowerCase().includes(wanted),
    ),
  );
}
