import { useMemo, useState } from 'react';
import { namedKeyOf } from '../../shared/format/named-key.ts';
import type { Difference } from '../../shared/model/comparison.ts';

/** Keys of a list that were ticked. */
export interface Selection {
  /** Those of them that are shown. */
  readonly picked: readonly Difference[];
  /** Of those that are shown, and can be. */
  readonly share: 'none' | 'some' | 'all';
  readonly has: (difference: Difference) => boolean;
  readonly toggle: (difference: Difference) => void;
  /** Ticks all that are shown, or none of them any more. */
  readonly toggleAll: () => void;
  readonly clear: () => void;
}

/** A library cannot be ticked, nor a key whose name is not known whole. */
export const isSelectable = (difference: Difference): boolean => namedKeyOf(difference) !== undefined;

const idOf = ({ db, key, keyBase64 }: Difference): string => `${db} ${keyBase64 ?? key}`;

/** What is ticked stays so while a filter hides it, and counts again once it is shown. */
export function useSelection(shown: readonly Difference[]): Selection {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const selectable = useMemo(() => shown.filter(isSelectable), [shown]);
  const picked = useMemo(() => selectable.filter((one) => ids.has(idOf(one))), [selectable, ids]);
  const isAll = picked.length > 0 && picked.length === selectable.length;
  const change = (differences: readonly Difference[], ticked: boolean): void =>
    setIds((before) => {
      const next = new Set(before);
      for (const one of differences)
        if (ticked) next.add(idOf(one));
        else next.delete(idOf(one));
      return next;
    });
  return {
    picked,
    share: isAll ? 'all' : picked.length > 0 ? 'some' : 'none',
    has: (one) => ids.has(idOf(one)),
    toggle: (one) => change([one], !ids.has(idOf(one))),
    toggleAll: () => change(selectable, !isAll),
    clear: () => setIds(new Set()),
  };
}
