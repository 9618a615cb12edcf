import { Button } from '@mantine/core';
import { Pencil } from 'lucide-react';
import type { ReactElement } from 'react';
import { useStore } from 'zustand';
import { describeDatabases } from '../../shared/model/database-map.ts';
import type { Draft } from '../../shared/model/profile.ts';
import { FaultAlert } from '../components/fault-alert.tsx';
import { Panel } from '../components/panel.tsx';
import { ProductionLines } from '../servers/production-lines.tsx';
import { EndpointFields } from '../setup/endpoint/endpoint-fields.tsx';
import { DatabasesField } from '../setup/what/databases-field.tsx';
import { asFault } from '../state/fault.ts';
import classes from './pair.module.css';
import type { PairForm } from './use-pair-form.ts';

interface ServersPanelProps {
  readonly pair: PairForm;
  /** Of the two, as a line. */
  readonly name: string;
  /** They are at work, and stay as they are. */
  readonly locked?: boolean;
}

/** The two servers, which are stored as they are entered: their fields, or what they are in a line. */
export function ServersPanel({ pair, name, locked = false }: ServersPanelProps): ReactElement {
  const { setup, entering, enter } = pair;
  const saving = useStore(setup.session.store);
  return (
    <Panel
      title={entering && !locked ? 'Which servers' : name}
      actions={
        !entering &&
        !locked && (
          <Button leftSection={<Pencil size={14} aria-hidden />} onClick={enter}>
            Change servers
          </Button>
        )
      }
    >
      {entering && !locked ? (
        <form autoComplete="off" noValidate onSubmit={(event) => event.preventDefault()}>
          <ServerFields />
        </form>
      ) : (
        <>
          <PairMarks {...setup.form.getValues()} />
          <p className={classes.between}>{databaseWords(setup.form.getValues())}</p>
        </>
      )}
      {saving.saving === 'failed' && <FaultAlert fault={asFault(saving.failure)} />}
    </Panel>
  );
}

/** Which of the two are of production; nothing where none is. */
const PairMarks = ({ source, targets }: Draft): ReactElement => (
  <ProductionLines
    sides={[{ side: 'Source', address: source }, ...targets.map((address) => ({ side: 'Target', address }))]}
  />
);

const ServerFields = (): ReactElement => (
  <div className={classes.servers}>
    <section aria-label="Source">
      <h3>Source</h3>
      <EndpointFields path="source" />
    </section>
    <section aria-label="Target">
      <h3>Target</h3>
      <EndpointFields path="targets.0" />
    </section>
    <section aria-label="Databases" className={classes.databases}>
      <h3>Databases</h3>
      <DatabasesField />
    </section>
  </div>
);

const databaseWords = ({ databases, databaseMap, purpose }: Draft): string =>
  databases === null
    ? `All databases of ${purpose === 'compare' ? 'both' : 'the source'}.`
    : `Of the source: ${describeDatabases(databases, databaseMap)}.`;
