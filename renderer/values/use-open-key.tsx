import { useState, type ReactElement } from 'react';
import { namedKeyOf } from '../../shared/format/named-key.ts';
import type { Difference } from '../../shared/model/comparison.ts';
import { NoticeBox } from '../components/notice-box.tsx';
import { KeyDialog } from './key-dialog.tsx';

export interface OpenKey {
  readonly onOpenKey: (difference: Difference) => void;
  /** To be shown somewhere beside the list. */
  readonly opened: ReactElement | null;
}

/** What a list of keys that differ opens a key with. `repairs`: it is that of a task. */
export function useOpenKey(id: string, repairs: boolean): OpenKey {
  const [difference, setDifference] = useState<Difference>();
  const close = (): void => setDifference(undefined);
  return { onOpenKey: setDifference, opened: difference ? shown() : null };

  function shown(): ReactElement {
    const named = namedKeyOf(difference!);
    if (!named)
      return (
        <NoticeBox tone="calm" title="This key cannot be opened" onClose={close}>
          <p>Its name is longer than 16 KB, and only its beginning is known here.</p>
        </NoticeBox>
      );
    return (
      <KeyDialog
        key={`${named.db} ${named.key}`}
        id={id}
        repairs={repairs}
        difference={difference!}
        named={named}
        onClose={close}
      />
    );
  }
}
