import { cleanup, render } from '@testing-library/react';
import { App } from '../../../renderer/app.tsx';
import { loadPages } from '../../../renderer/shell/pages.tsx';
import { openConnection, type Connection } from '../../../renderer/state/connection.ts';
import { useTaskStore } from '../../../renderer/state/tasks.ts';
import { completeJsdom } from './in-jsdom.ts';
import type { Scenario, ScenarioHost } from './scenario.ts';
import { scriptedHost } from './scripted-host.ts';

// Its pages are drawn at once then, as they are after the first moments.
await loadPages();

export interface MountedPage extends ScenarioHost {
  readonly client: Connection;
  /** Takes the page away, and what it has left in the stores. */
  close(): void;
}

/** The whole page over a scripted application, in jsdom. */
export function mountPage(scenario: Scenario, hash = '#/tasks'): MountedPage {
  completeJsdom();
  window.scrollTo = () => undefined;
  window.location.hash = hash;
  const host = scriptedHost(scenario);
  const client = openConnection(host.open);
  render(<App client={client} />);
  return {
    ...host,
    client,
    close() {
      cleanup();
      client.close();
      host.close();
      useTaskStore.setState({ byId: {}, loaded: false, fault: null });
    },
  };
}
