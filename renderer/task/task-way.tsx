import { Eye, Lock, LockOpen, MoveRight } from 'lucide-react';
import type { ReactElement } from 'react';
import { formatAddress } from '../../shared/format/address.ts';
import { formatCount } from '../../shared/format/numbers.ts';
import type { EndpointView } from '../../shared/model/profile.ts';
import { addressOf, bySentinels, sentinelsOf } from '../../shared/model/server-address.ts';
import type { TaskView } from '../../shared/model/task-view.ts';
import { CopyButton } from '../components/copy-button.tsx';
import classes from './task.module.css';

/** From where to where. `atWork`: where Sentinels said last that a server is holds now. */
export const TaskWay = ({
  source,
  target,
  foundAt,
  atWork,
}: Pick<TaskView, 'source' | 'target' | 'foundAt'> & { readonly atWork: boolean }): ReactElement => (
  <p className={classes.way}>
    <Address side="source" endpoint={source} found={atWork ? foundAt.source : null} />
    <MoveRight size={16} role="img" aria-label="to" />
    <Address side="target" endpoint={target} found={atWork ? foundAt.target : null} />
  </p>
);

function Address({
  side,
  endpoint,
  found,
}: {
  readonly side: 'source' | 'target';
  readonly endpoint: EndpointView;
  readonly found: TaskView['foundAt']['source'];
}): ReactElement {
  const address = found ? formatAddress(found) : addressOf(endpoint);
  return (
    <span className={classes.address}>
      <span className={classes.host}>{address}</span>
      {bySentinels(endpoint) && <SentinelMark endpoint={endpoint} named={found === null} />}
      <TlsMark endpoint={endpoint} />
      <CopyButton text={address} what={`the address of the ${side}`} />
    </span>
  );
}

/** Another address may stand there after a failover. */
function SentinelMark({
  endpoint,
  named,
}: {
  readonly endpoint: EndpointView;
  /** What stands beside it has the name of the primary. */
  readonly named: boolean;
}): ReactElement {
  const nodes = sentinelsOf(endpoint);
  const watched =
    nodes.length === 1 ? 'watched by a Sentinel' : `watched by ${formatCount(nodes.length)} Sentinels`;
  return (
    <span
      className={classes.mark}
      title={`${nodes.map(formatAddress).join(', ')} tell where it is; after a failover the task goes on with the new primary by itself.`}
    >
      <Eye size={12} aria-hidden /> {named ? watched : `${endpoint.primaryName}, ${watched}`}
    </span>
  );
}

/** The word beside the lock says the same without colour or picture. */
function TlsMark({ endpoint }: { readonly endpoint: EndpointView }): ReactElement {
  if (!endpoint.tls) {
    return (
      <span className={classes.mark} title="The connection is not encrypted.">
        <LockOpen size={12} aria-hidden /> no TLS
      </span>
    );
  }
  return (
    <span
      className={classes.mark}
      data-tone={endpoint.verify ? 'good' : 'warn'}
      title={
        endpoint.verify
          ? 'The connection is encrypted, and the certificate of the server is verified.'
          : 'The connection is encrypted, but the certificate of the server is not verified.'
      }
    >
      <Lock size={12} aria-hidden /> {endpoint.verify ? 'TLS' : 'TLS, not verified'}
    </span>
  );
}
