import { ActionIcon, Button, TextInput, Tooltip } from '@mantine/core';
import { ListPlus, Plus, Trash2 } from 'lucide-react';
import type { ReactElement } from 'react';
import { addressRows, addressText, type AddressRow } from '../../../shared/model/address-map.ts';
import type { ClusterSummary } from '../../../shared/model/cluster-summary.ts';
import { unmappedNodes } from '../connection/cluster-words.ts';
import type { EndpointPath } from '../draft/draft-form.ts';
import { useDraftField } from '../step/use-draft-field.ts';
import classes from './address-map.module.css';

/** Where the nodes of a cluster are reached from here, one a row. `topology` is what the last test found. */
export function AddressMap({
  path,
  topology,
}: {
  readonly path: EndpointPath;
  readonly topology: ClusterSummary | undefined;
}): ReactElement {
  const { value, change, leave, focusRef, problem } = useDraftField(`${path}.addressMap`);
  const rows = addressRows(value);
  const set = (next: readonly AddressRow[]): void => change(addressText(next));
  const edit = (index: number, part: Partial<AddressRow>): void =>
    set(rows.map((row, i) => (i === index ? { ...row, ...part } : row)));
  const missing = topology ? unmappedNodes(topology, rows) : [];
  return (
    <fieldset className={classes.map}>
      <legend>Where the nodes are reached from here</legend>
      <p>
        Only where a node announces what leads nowhere from this machine. Without ports a row is for all ports
        of the host; * is for all hosts.
      </p>
      {rows.map((row, index) => (
        // Rows have nothing but their place.
        // oxlint-disable-next-line react/no-array-index-key
        <div key={index} className={classes.row}>
          <TextInput
            size="xs"
            aria-label={`Announced address, row ${index + 1}`}
            placeholder="10.0.0.1:6379"
            autoComplete="off"
            spellCheck={false}
            value={row.announced}
            {...(index === 0 && { ref: focusRef })}
            onChange={(event) => edit(index, { announced: event.currentTarget.value })}
            onBlur={leave}
          />
          <span aria-hidden>→</span>
          <TextInput
            size="xs"
            aria-label={`Reached at, row ${index + 1}`}
            placeholder="127.0.0.1:7001"
            autoComplete="off"
            spellCheck={false}
            value={row.use}
            onChange={(event) => edit(index, { use: event.currentTarget.value })}
            onBlur={leave}
          />
          <Tooltip label={`Remove row ${index + 1}`}>
            <ActionIcon
              aria-label={`Remove row ${index + 1}`}
              onClick={() => set(rows.filter((_, i) => i !== index))}
            >
              <Trash2 size={14} aria-hidden />
            </ActionIcon>
          </Tooltip>
        </div>
      ))}
      {problem !== undefined && (
        <p role="alert" className={classes.problem}>
          {problem}
        </p>
      )}
      <div className={classes.tools}>
        {missing.length > 0 && (
          <Button
            leftSection={<ListPlus size={14} aria-hidden />}
            onClick={() => set([...rows, ...missing.map((announced) => ({ announced, use: '' }))])}
          >
            Fill in the nodes
          </Button>
        )}
        <Button
          leftSection={<Plus size={14} aria-hidden />}
          onClick={() => set([...rows, { announced: '', use: '' }])}
        >
          Add a row
        </Button>
      </div>
    </fieldset>
  );
}
