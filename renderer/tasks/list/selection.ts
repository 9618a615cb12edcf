import { create } from 'zustand';
import { useShallow } from 'zustand/react/shallow';

/** The tasks that are ticked in the list. */
export const useSelection = create<{ readonly ids: ReadonlySet<string> }>(() => ({ ids: new Set() }));

export function select(ids: readonly string[], ticked: boolean): void {
  useSelection.setState((before) => {
    const next = new Set(before.ids);
    for (const id of ids)
      if (ticked) next.add(id);
      else next.delete(id);
    return { ids: next };
  });
}

export const selectNone = (): void => useSelection.setState({ ids: new Set() });

/** How many of these are ticked: none, some, or all of them. */
export const useTicked = (ids: readonly string[]): 'none' | 'some' | 'all' =>
  useSelection(({ ids: ticked }) => {
    const count = ids.filter((id) => ticked.has(id)).length;
    return count === 0 ? 'none' : count === ids.length ? 'all' : 'some';
  });

/** Those of these tasks that are ticked, in their order: one that is out of sight is not meant. */
export const useTickedOf = (ids: readonly string[]): readonly string[] =>
  useSelection(useShallow(({ ids: ticked }) => ids.filter((id) => ticked.has(id))));
