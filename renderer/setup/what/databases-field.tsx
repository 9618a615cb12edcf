import { Checkbox, Radio } from '@mantine/core';
import type { ReactElement } from 'react';
import { useWatch } from 'react-hook-form';
import { useDraftField } from '../step/use-draft-field.ts';
import { formatCount } from '../../../shared/format/numbers.ts';
import type { Draft, EndpointForm } from '../../../shared/model/profile.ts';
import { ShownNote } from '../cluster/choice-note.tsx';
import { noteOnDatabases } from '../cluster/cluster-choices.ts';
import { useClusterSides } from '../cluster/cluster-sides.ts';
import { useEndpointTest } from '../draft/use-setup.ts';
import stepClasses from '../step/step.module.css';
import { databaseRows, toggled, type DatabaseRow } from './database-rows.ts';
import { NumberedDatabases } from './numbered-databases.tsx';
import { RenumberedDatabases } from './renumbered-databases.tsx';
import classes from './what.module.css';

/** All databases or chosen ones: by their boxes where the source has told them, and by number in any case. */
export function DatabasesField(): ReactElement {
  const source = useWatch<Draft, 'source'>({ name: 'source' }) as EndpointForm;
  const { running, outcome } = useEndpointTest(source);
  const { value: current, change, problem } = useDraftField('databases');
  const purpose = useWatch<Draft, 'purpose'>({ name: 'purpose' });
  const compared = purpose === 'compare';
  const legend = compared ? 'Databases to compare' : 'Databases to take';
  const rows = databaseRows(outcome?.summary ?? null);
  const map = useWatch<Draft, 'databaseMap'>({ name: 'databaseMap' });
  const note = noteOnDatabases(
    useClusterSides(),
    { databases: current, databaseMap: map },
    rows.map(({ db }) => db),
  );
  const total = rows.reduce((sum, { keys }) => sum + keys, 0);
  const choose = (some: boolean): void => change(some ? (current ?? rows.map(({ db }) => db)) : null);

  return (
    <fieldset className={stepClasses.choices}>
      <legend className={classes.hiddenLegend}>{legend}</legend>
      <Radio.Group
        aria-label={legend}
        value={current === null ? 'all' : 'some'}
        onChange={(value) => choose(value === 'some')}
      >
        <Radio
          size="xs"
          value="all"
          label="All databases"
          description={
            compared ? 'All that either side holds.' : 'Also those that get their first key later.'
          }
        />
        <Radio size="xs" value="some" label="Only these" />
      </Radio.Group>
      <p className={classes.known} role="status">
        {purpose !== 'synchronise' && outcome === null && !running
          ? 'Test the connection of the source to see its databases here.'
          : describeKnown(running, outcome !== null, outcome?.summary != null, rows.length, total)}
      </p>
      <ShownNote note={note} />
      {rows.length > 0 && <DatabaseTable rows={rows} chosen={current} onChange={change} />}
      {current !== null && (
        <NumberedDatabases rows={rows} chosen={current} problem={problem} onChange={change} />
      )}
      {current !== null && <RenumberedDatabases />}
    </fieldset>
  );
}

function describeKnown(
  running: boolean,
  asked: boolean,
  told: boolean,
  count: number,
  total: number,
): string {
  if (!told)
    return running || !asked
      ? 'The source is being asked for its databases …'
      : 'The source could not be asked for its databases.';
  if (count === 0) return 'The source holds no keys now.';
  return `The source holds ${formatCount(total)} ${total === 1 ? 'key' : 'keys'} in ${count} ${count === 1 ? 'database' : 'databases'} now.`;
}

/** Shows all rows whatever is chosen, so that choosing moves nothing. */
const DatabaseTable = ({
  rows,
  chosen,
  onChange,
}: {
  readonly rows: readonly DatabaseRow[];
  readonly chosen: readonly number[] | null;
  readonly onChange: (chosen: number[]) => void;
}): ReactElement => (
  <table className={classes.databases}>
    <thead>
      <tr>
        <th scope="col">Database</th>
        <th scope="col">Keys</th>
        <th scope="col">With an expiry</th>
      </tr>
    </thead>
    <tbody>
      {rows.map(({ db, keys, expires }) => (
        <tr key={db}>
          <td>
            <Checkbox
              size="xs"
              label={`Database ${db}`}
              checked={chosen === null || chosen.includes(db)}
              disabled={chosen === null}
              onChange={() => onChange(toggled(chosen ?? [], db))}
            />
          </td>
          <td>{formatCount(keys)}</td>
          <td>{formatCount(expires)}</td>
        </tr>
      ))}
    </tbody>
  </table>
);
