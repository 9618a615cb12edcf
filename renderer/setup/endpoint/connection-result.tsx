import { Button, Loader } from '@mantine/core';
import { PlugZap } from 'lucide-react';
import type { ReactElement } from 'react';
import { useWatch } from 'react-hook-form';
import type { EndpointForm } from '../../../shared/model/profile.ts';
import { bySentinels } from '../../../shared/model/server-address.ts';
import type { ServerSummary } from '../../../shared/model/server-summary.ts';
import { FaultAlert } from '../../components/fault-alert.tsx';
import { NoticeBox } from '../../components/notice-box.tsx';
import { TimeText } from '../../components/time-text.tsx';
import { asFault } from '../../state/fault.ts';
import { clusterTroubles } from '../connection/cluster-words.ts';
import { ofServer } from '../connection/of-server.ts';
import { connectionAdvice } from '../connection/connection-advice.ts';
import { DISAGREEING, sentinelTroubles } from '../connection/sentinel-words.ts';
import { serverFacts } from '../connection/server-facts.ts';
import { addressFields, type EndpointPath } from '../draft/draft-form.ts';
import { useEndpointTest, useSetup, type CurrentTest } from '../draft/use-setup.ts';
import { AddressMap } from './address-map.tsx';
import { ClusterNodes } from './cluster-nodes.tsx';
import classes from './endpoint.module.css';

/** Tests a connection and says what it found; the rows stand there before, so that nothing moves. */
export function ConnectionResult({ path }: { readonly path: EndpointPath }): ReactElement {
  const { form, test, alone } = useSetup();
  const endpoint = useWatch({ control: form.control, name: path }) as EndpointForm;
  const current = useEndpointTest(endpoint);
  const { running, outcome, stale } = current;

  const run = async (): Promise<void> => {
    const fields = addressFields(path, endpoint);
    if (await form.trigger(fields)) return test(path);
    form.setFocus(fields.find((field) => form.getFieldState(field).invalid) ?? fields[0]!);
  };

  const mapped = !bySentinels(endpoint) && endpoint.addressMap !== '';
  const failed = outcome !== null && outcome.summary === null;
  const troubles = sentinelTroubles(outcome?.summary ?? null);
  const fault = failed ? asFault(outcome.failure) : null;
  return (
    <div className={classes.result}>
      <div className={classes.testing}>
        <Button
          leftSection={running ? <Loader size={12} /> : <PlugZap size={14} aria-hidden />}
          onClick={() => void run()}
          aria-disabled={running}
        >
          {mapped ? 'Test all nodes' : 'Test connection'}
        </Button>
        <span className={classes.testState} role="status" data-stale={stale || undefined}>
          <TestState test={current} />
        </span>
      </div>
      {fault && (
        <div className={classes.fault} data-stale={stale || undefined}>
          <FaultAlert compact fault={fault} {...(alone && { words: ofServer })} />
          <p>
            <b>What to do:</b>{' '}
            {alone
              ? ofServer(connectionAdvice(fault.code, endpoint))
              : connectionAdvice(fault.code, endpoint)}
          </p>
        </div>
      )}
      {!fault && (
        <dl className={classes.facts} data-stale={stale || undefined}>
          {serverFacts(outcome?.summary ?? null, endpoint).map(({ label, text }) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
      )}
      {outcome?.summary?.cluster === true && <FoundNodes summary={outcome.summary} stale={stale} />}
      {troubles.length > 0 && (
        <NoticeBox tone="warn" title={DISAGREEING}>
          {troubles.join(' ')}
        </NoticeBox>
      )}
      {(outcome?.summary?.cluster === true || mapped) && (
        <AddressMap path={path} topology={outcome?.summary?.topology} />
      )}
      {outcome?.summary?.loading === true && (
        <NoticeBox tone="warn">
          The server is still loading its data; the figures grow until it is done.
        </NoticeBox>
      )}
    </div>
  );
}

function FoundNodes({
  summary: { topology },
  stale,
}: {
  readonly summary: ServerSummary;
  readonly stale: boolean;
}): ReactElement {
  const troubles = topology ? clusterTroubles(topology) : [NODES_UNKNOWN];
  return (
    <>
      {topology && <ClusterNodes topology={topology} stale={stale} />}
      {troubles.length > 0 && <NoticeBox tone="warn">{troubles.join(' ')}</NoticeBox>}
    </>
  );
}

const NODES_UNKNOWN = 'The other nodes could not be looked at, since the user may not run CLUSTER NODES.';

function TestState({
  test: { running, outcome, stale },
}: {
  readonly test: CurrentTest;
}): ReactElement | string {
  if (running) return 'Testing …';
  if (outcome === null) return 'Not tested yet';
  if (stale) return 'Settings changed since this test';
  return (
    <>
      {outcome.summary === null ? 'Failed' : 'Connected'} at <TimeText atMs={outcome.atMs} as="seconds" />
    </>
  );
}
