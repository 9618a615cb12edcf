import { MantineProvider } from '@mantine/core';
import { render, type RenderResult } from '@testing-library/react';
import userEvent, { type UserEvent } from '@testing-library/user-event';
import { ConfirmProvider } from '../../../renderer/components/confirm.tsx';
import { SetupPage } from '../../../renderer/setup/setup-page.tsx';
import { ClientProvider } from '../../../renderer/state/client.tsx';
import { openConnection } from '../../../renderer/state/connection.ts';
import type { RequestName, RequestParams } from '../../../shared/contract/api.ts';
import type { ClientFrame } from '../../../shared/contract/frames.ts';
import { completeJsdom } from './in-jsdom.ts';
import type { Scenario } from './scenario.ts';
import { scriptedHost } from './scripted-host.ts';

export interface OpenSetup extends RenderResult {
  readonly user: UserEvent;
  /** The parameters of all requests of this name, in order. */
  sent<N extends RequestName>(name: N): RequestParams<N>[];
  /** Closes the page and opens it again over the same application. */
  reopen(): void;
}

/** The set-up of the draft `d1` over a scripted application, with all that it asks of it. */
export function renderSetup(scenario: Scenario): OpenSetup {
  completeJsdom();
  location.hash = '#/setup/d1';
  const host = scriptedHost(scenario);
  const frames: ClientFrame[] = [];
  const client = openConnection(() => {
    const transport = host.open();
    return {
      ...transport,
      send(frame) {
        frames.push(structuredClone(frame));
        transport.send(frame);
      },
    };
  });
  const page = (
    <MantineProvider env="test">
      <ClientProvider client={client}>
        <ConfirmProvider>
          <SetupPage draftId="d1" />
        </ConfirmProvider>
      </ClientProvider>
    </MantineProvider>
  );
  const rendered = render(page);
  return {
    ...rendered,
    user: userEvent.setup({ delay: null }),
    sent: <N extends RequestName>(name: N) =>
      frames.filter((frame) => frame.name === name).map(({ params }) => params as RequestParams<N>),
    reopen() {
      rendered.unmount();
      render(page);
    },
  };
}
