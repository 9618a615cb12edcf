import type { ReactElement } from 'react';
import { useWatch } from 'react-hook-form';
import { intoDatabase } from '../../../shared/model/database-map.ts';
import type { Draft, EndpointForm } from '../../../shared/model/profile.ts';
import { NoticeBox } from '../../components/notice-box.tsx';
import { useEndpointTest } from '../draft/use-setup.ts';
import { addressOf } from '../../../shared/model/server-address.ts';
import { describeStanding } from './describe-standing.ts';

/** Names what stands on each target now, before somebody agrees to overwrite it. */
export function StandingKeys(): ReactElement {
  const targets = useWatch<Draft, 'targets'>({ name: 'targets' });
  const taken = useWatch<Draft, 'databases'>({ name: 'databases' });
  const map = useWatch<Draft, 'databaseMap'>({ name: 'databaseMap' });
  const databases = taken?.map((db) => intoDatabase(db, map)) ?? null;
  return (
    <NoticeBox tone="warn" title="What is overwritten cannot be brought back" role="status">
      {targets.map((target) => (
        <Standing key={target.id} target={target} databases={databases} />
      ))}
    </NoticeBox>
  );
}

function Standing({
  target,
  databases,
}: {
  readonly target: EndpointForm;
  readonly databases: Draft['databases'];
}): ReactElement {
  const { running, outcome } = useEndpointTest(target);
  const summary = outcome?.summary ?? null;
  const asked = running && summary === null ? 'is being asked …' : describeStanding(summary, databases);
  return (
    <p style={{ overflowWrap: 'anywhere' }}>
      <b>{addressOf(target)}</b> {asked}
    </p>
  );
}
