import { Anchor } from '@mantine/core';
import type { ReactElement } from 'react';
import type { Notice } from '../../shared/contract/api.ts';
import { FaultAlert } from '../components/fault-alert.tsx';
import type { Tone } from '../../shared/model/tone.ts';
import { NoticeBox } from '../components/notice-box.tsx';
import { useAction, useRequest } from '../state/client.tsx';
import { href, useRoute } from '../state/route.ts';

const TONES: Readonly<Record<Notice['severity'], Tone>> = { info: 'work', warning: 'warn', error: 'bad' };

/** What the application has to say about itself: files that were damaged, and that it cannot keep passwords. */
export function AppNotices(): ReactElement | null {
  const { data: info, error } = useRequest('app.info', {}, { freshForMs: Number.POSITIVE_INFINITY });
  const { page } = useRoute();
  const { run } = useAction('app.dismissNotice', { refreshes: ['app.info'] });
  // While the connection is gone, its own banner says so.
  if (!info) return error && error.code !== 'HOST_GONE' ? <FaultAlert fault={error} /> : null;
  const forgetful = info.secrets === 'none' && !info.settings.keepSecretsInFile && page === 'tasks';
  return (
    <>
      {info.notices.map(({ id, severity, title, text }) => (
        <NoticeBox
          key={id}
          tone={TONES[severity]}
          title={title}
          role={severity === 'error' ? 'alert' : 'status'}
          onClose={() => void run({ id })}
        >
          {text}
        </NoticeBox>
      ))}
      {forgetful && (
        <NoticeBox tone="calm" title="Passwords are not kept on this machine">
          This system offers no keychain. Lockstep remembers passwords until it ends, and asks for them again
          when a task is started after that.{' '}
          <Anchor href={href({ page: 'settings' })} fz="inherit" underline="always">
            Settings
          </Anchor>{' '}
          can allow a file instead.
        </NoticeBox>
      )}
    </>
  );
}
