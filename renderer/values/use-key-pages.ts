import { useEffect, useState } from 'react';
import type { KeyReading, KeyRow } from '../../shared/model/key-reading.ts';
import type { NamedKeyText } from '../../shared/model/key-repair.ts';
import { useAction } from '../state/client.tsx';
import type { RequestFault } from '../state/fault.ts';

/** So many rows are held; beyond, one reads on from there. */
const MOST_HELD_ROWS = 2000;

interface Pages {
  readonly reading: KeyReading;
  readonly rows: readonly KeyRow[];
  readonly looked: number;
}

export interface KeyPages extends Partial<Pages> {
  readonly loading: boolean;
  readonly error: RequestFault | null;
  /** Rows of earlier pages were let go of. */
  readonly cut: boolean;
  readonly more: () => void;
  /** From the beginning. */
  readonly again: () => void;
}

/** The pages of a key's two values, one after another. */
export function useKeyPages(id: string, { db, key }: NamedKeyText, differing: boolean): KeyPages {
  const { run, running, error } = useAction('key.read', { quiet: true });
  const [pages, setPages] = useState<Pages>();
  const [cut, setCut] = useState(false);
  const [times, setTimes] = useState(0);

  useEffect(() => {
    let wanted = true;
    setPages(undefined);
    setCut(false);
    const first = async (): Promise<void> => {
      const reading = await run({ id, db, key, differing });
      if (reading && wanted) setPages({ reading, rows: reading.rows, looked: reading.looked });
    };
    void first();
    return () => {
      wanted = false;
    };
    // `run` is another function with each rendering, and the same request.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [id, db, key, differing, times]);

  const readOn = async (): Promise<void> => {
    const place = pages?.reading.next;
    if (!pages || !place || running) return;
    const reading = await run({ id, db, key, differing, place });
    if (!reading) return;
    const rows = [...pages.rows, ...reading.rows];
    setCut(cut || rows.length > MOST_HELD_ROWS);
    setPages({ reading, rows: rows.slice(-MOST_HELD_ROWS), looked: pages.looked + reading.looked });
  };
  return {
    ...pages,
    loading: running,
    error,
    cut,
    more: () => void readOn(),
    again: () => setTimes(times + 1),
  };
}
