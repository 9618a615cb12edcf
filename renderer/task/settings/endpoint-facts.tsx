import type { ReactElement } from 'react';
import { addressOf, bySentinels, usesTls } from '../../../shared/model/server-address.ts';
import type { EndpointView } from '../../../shared/model/profile.ts';
import { NoticeBox } from '../../components/notice-box.tsx';
import classes from './settings.module.css';

interface EndpointFactsProps {
  readonly side: 'source' | 'target';
  readonly endpoint: EndpointView;
}

/** A server of a task that is at work, to read. */
export function EndpointFacts({ side, endpoint }: EndpointFactsProps): ReactElement {
  const found = bySentinels(endpoint);
  const facts = [
    // So that of several Sentinels none is broken in two.
    ['Address', addressOf(endpoint).replaceAll(',', ', ')],
    [found ? 'User of the servers' : 'User', endpoint.user === '' ? 'default' : endpoint.user],
    [found ? 'Password of the servers' : 'Password', endpoint.hasPassword ? 'stored' : 'none'],
    ...(found
      ? [
          ['User of the Sentinels', endpoint.sentinelUser === '' ? 'default' : endpoint.sentinelUser],
          ['Password of the Sentinels', endpoint.hasSentinelPassword ? 'stored' : 'none'],
        ]
      : []),
    ['TLS', tlsWords(endpoint)],
    ...(endpoint.addressMap === ''
      ? []
      : [['Where nodes are reached', endpoint.addressMap.trim().split('\n').join(', ')]]),
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
        The {side} can be changed while the task is paused or stopped, since its connections are open now.
      </NoticeBox>
    </>
  );
}

function tlsWords(endpoint: EndpointView): string {
  const { tls, sentinelTls, verify, ca, hasKey } = endpoint;
  if (!usesTls(endpoint)) return 'off';
  const alone = tls ? 'to the servers alone' : 'to the Sentinels alone';
  const parts = [
    verify ? 'on, the certificate is verified' : 'on, the certificate is not verified',
    ...(bySentinels(endpoint) && tls !== sentinelTls ? [alone] : []),
    ...(ca === '' ? [] : ['by a CA of your own']),
    ...(hasKey ? ['with a client certificate'] : []),
  ];
  return parts.join(', ');
}
