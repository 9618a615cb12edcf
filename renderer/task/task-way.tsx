import { Boxes, Eye, Lock, LockOpen, MoveRight } from 'lucide-react';
import type { ReactElement } from 'react';
import { formatAddress } from '../../shared/format/address.ts';
import { formatCount } from '../../shared/format/numbers.ts';
import type { EndpointView } from '../../shared/model/profile.ts';
import { addressOf, bySentinels, sentinelsOf } from '../../shared/model/server-address.ts';
import type { TaskView } from '../../shared/model/task-view.ts';
import { CopyButton } from '../components/copy-button.tsx';
import { ProductionMark } from '../servers/production-mark.tsx';
import frame from '../components/page-frame.module.css';
import classes from './task.module.css';

/** From where to where. `atWork`: where Sentinels said last that a server is holds now. `shards`, `nodes`: of a side that is a cluster; 0 for any other. */
export const TaskWay = ({
  source,
  target,
  foundAt,
  atWork,
  shards,
  nodes,
}: Pick<TaskView, 'source' | 'target' | 'foundAt'> & {
  readonly atWork: boolean;
  readonly shards: number;
  readonly nodes: number;
}): ReactElement => (
  <p className={frame.way}>
    <Address side="source" endpoint={source} found={atWork ? foundAt.source : null} shards={shards} />
    <MoveRight size={16} role="img" aria-label="to" />
    <Address side="target" endpoint={target} found={atWork ? foundAt.target : null} shards={nodes} />
  </p>
);

function Address({
  side,
  endpoint,
  found,
  shards,
}: {
  readonly side: 'source' | 'target';
  readonly endpoint: EndpointView;
  readonly found: TaskView['foundAt']['source'];
  readonly shards: number;
}): ReactElement {
  const address = found ? formatAddress(found) : addressOf(endpoint);
  return (
    <span className={classes.address}>
      <span className={frame.host}>{address}</span>
      <ProductionMark address={endpoint} foundAt={found} />
      {bySentinels(endpoint) && <SentinelMark endpoint={endpoint} named={found === null} />}
      {shards > 0 && <ClusterMark shards={shards} />}
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

/** What stands beside it is one node. */
const ClusterMark = ({ shards }: { readonly shards: number }): ReactElement => (
  <span
    className={classes.mark}
    title="The address is that of one of its nodes, by which all of them are found; after a failover the task goes on with the new primary by itself."
  >
    <Boxes size={12} aria-hidden /> cluster of {formatCount(shards)} {shards === 1 ? 'shard' : 'shards'}
  </span>
);

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
