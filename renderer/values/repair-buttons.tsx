import { Button } from '@mantine/core';
import { Copy, Trash2 } from 'lucide-react';
import { useEffect, useRef, type ReactElement } from 'react';
import type { Difference } from '../../shared/model/comparison.ts';
import type { NamedKeyText } from '../../shared/model/key-repair.ts';
import { useRequest } from '../state/client.tsx';
import { useRepair } from './use-repair.ts';

interface RepairButtonsProps {
  readonly id: string;
  readonly difference: Difference;
  readonly named: NamedKeyText;
  /** Something has come of it. */
  readonly onDone: () => void;
}

/** What can be done about one key. */
export function RepairButtons({ id, difference, named, onDone }: RepairButtonsProps): ReactElement {
  const { copy, remove, recheck, busy } = useRepair(id);
  const { data: state } = useRequest('task.repairState', { id });
  const was = useRef(state?.endedAtMs);
  const extra = difference.kind === 'missing-on-source';
  useEffect(() => {
    if (state?.endedAtMs === was.current) return;
    was.current = state?.endedAtMs;
    if (state?.status === 'done') onDone();
  }, [state, onDone]);
  return (
    <>
      <Button loading={recheck.running} onClick={() => void recheck.ask([named]).then(onDone)}>
        Check again
      </Button>
      {extra ? (
        <Button
          leftSection={<Trash2 size={14} aria-hidden />}
          loading={busy}
          onClick={() => void remove([named], 1)}
        >
          Remove from the target
        </Button>
      ) : (
        <Button
          leftSection={<Copy size={14} aria-hidden />}
          loading={busy}
          onClick={() => void copy([named], 1)}
        >
          Copy again
        </Button>
      )}
    </>
  );
}
