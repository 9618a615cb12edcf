import { Lock, LockOpen, MoveRight } from 'lucide-react';
import type { ReactElement } from 'react';
import { formatAddress } from '../../shared/format/address.ts';
import type { EndpointView } from '../../shared/model/profile.ts';
import { CopyButton } from '../components/copy-button.tsx';
import classes from './task.module.css';

/** From where to where. */
export const TaskWay = ({
  source,
  target,
}: {
  readonly source: EndpointView;
  readonly target: EndpointView;
}): ReactElement => (
  <p className={classes.way}>
    <Address side="source" endpoint={source} />
    <MoveRight size={16} role="img" aria-label="to" />
    <Address side="target" endpoint={target} />
  </p>
);

function Address({
  side,
  endpoint,
}: {
  readonly side: 'source' | 'target';
  readonly endpoint: EndpointView;
}): ReactElement {
  const address = formatAddress(endpoint);
  return (
    <span className={classes.address}>
      <span className={classes.host}>{address}</span>
      <TlsMark endpoint={endpoint} />
      <CopyButton text={address} what={`the address of the ${side}`} />
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
