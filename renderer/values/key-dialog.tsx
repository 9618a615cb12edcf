import { Button, Group, Switch } from '@mantine/core';
import { RefreshCw } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { formatCount } from '../../shared/format/numbers.ts';
import type { Difference } from '../../shared/model/comparison.ts';
import type { NamedKeyText } from '../../shared/model/key-repair.ts';
import { Dialog } from '../components/dialog.tsx';
import { FaultAlert } from '../components/fault-alert.tsx';
import { TimeText } from '../components/time-text.tsx';
import { KeyHeads } from './key-heads.tsx';
import { RepairButtons } from './repair-buttons.tsx';
import { useKeyPages } from './use-key-pages.ts';
import { ValueRows } from './value-rows.tsx';
import classes from './values.module.css';

interface KeyDialogProps {
  readonly id: string;
  /** Of a task; two servers without one are only looked at. */
  readonly repairs: boolean;
  readonly difference: Difference;
  readonly named: NamedKeyText;
  readonly onClose: () => void;
}

/** One key, as the source and the target have it. */
export function KeyDialog({ id, repairs, difference, named, onClose }: KeyDialogProps): ReactElement {
  const [differing, setDiffering] = useState(false);
  const {
    reading,
    rows = [],
    looked = 0,
    loading,
    error,
    cut,
    more,
    again,
  } = useKeyPages(id, named, differing);
  return (
    <Dialog opened onClose={onClose} size="wide" title={difference.key}>
      <div aria-busy={loading}>
        {error && <FaultAlert fault={error} compact />}
        {reading ? <KeyHeads reading={reading} /> : !error && <p>Reading both values…</p>}
        <div className={classes.tools}>
          <Switch
            size="xs"
            label="Only what differs"
            checked={differing}
            onChange={(event) => setDiffering(event.currentTarget.checked)}
          />
          <p className={classes.said} role="status">
            {reading && (
              <>
                {formatCount(looked)} looked at, {formatCount(rows.length)} shown, read{' '}
                <TimeText atMs={reading.atMs} />. A page has at most 200 elements and 512 KB.
                {cut && ' Earlier ones were let go of: read again to see them.'}
              </>
            )}
          </p>
          <Button leftSection={<RefreshCw size={14} aria-hidden />} loading={loading} onClick={again}>
            Read again
          </Button>
        </div>
        {reading && !reading.readable && (
          <p>Values of modules are not shown: only their module reads them.</p>
        )}
        {rows.length > 0 && <ValueRows rows={rows} />}
        {reading && rows.length === 0 && reading.readable && (
          <p>
            {reading.source.type === 'none' && reading.target.type === 'none'
              ? 'Neither side has this key any more.'
              : differing
                ? 'No element differs in what was looked at.'
                : 'It has no elements.'}
          </p>
        )}
        <Group justify="space-between" mt="md">
          {reading?.next ? (
            <Button loading={loading} onClick={more}>
              Read on
            </Button>
          ) : (
            <span />
          )}
          <Group>
            {repairs && <RepairButtons id={id} difference={difference} named={named} onDone={again} />}
            <Button data-autofocus onClick={onClose}>
              Close
            </Button>
          </Group>
        </Group>
      </div>
    </Dialog>
  );
}
