import type { ReactElement } from 'react';
import { formatAddress } from '../../../shared/format/address.ts';
import type { EndpointView } from '../../../shared/model/profile.ts';
import { NoticeBox } from '../../components/notice-box.tsx';
import classes from './settings.module.css';

interface EndpointFactsProps {
  readonly side: 'source' | 'target';
  readonly endpoint: EndpointView;
}

/** A server of a task that is at work, to read. */
export function EndpointFacts({ side, endpoint }: EndpointFactsProps): ReactElement {
  const facts = [
    ['Address', formatAddress(endpoint)],
    ['User', endpoint.user === '' ? 'default' : endpoint.user],
    ['Password', endpoint.hasPassword ? 'stored' : 'none'],
    ['TLS', tlsWords(endpoint)],
  ] as const;
  return (
    <>
      <dl className={classes.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <NoticeBox tone="calm">
        The {side} can be changed while the task is stopped, since its connections are open now.
      </NoticeBox>
    </>
  );
}

function tlsWords({ tls, verify, ca, hasKey }: EndpointView): string {
  if (!tls) return 'off';
  const parts = [
    verify ? 'on, the certificate is verified' : 'on, the certificate is not verified',
    ...(ca === '' ? [] : ['by a CA of your own']),
    ...(hasKey ? ['with a client certificate'] : []),
  ];
  return parts.join(', ');
}
