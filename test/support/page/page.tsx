import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from '../../../renderer/app.tsx';
import { announceNonce } from '../../../renderer/nonce.ts';
import { openConnection } from '../../../renderer/state/connection.ts';
import type { Scenarios } from './scenario.ts';
import { scriptedHost } from './scripted-host.ts';

/** The real page over a scripted application: `?scenario=<name>` chooses which. */
const files = import.meta.glob<{ scenarios: Scenarios }>('./scenarios/*.ts', { eager: true });
const scenarios = Object.assign({}, ...Object.values(files).map((file) => file.scenarios)) as Scenarios;

const name = new URLSearchParams(location.search).get('scenario') ?? 'empty';
const make = scenarios[name];
const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element #root');
if (!make)
  throw new Error(`There is no scenario ${name}; there are: ${Object.keys(scenarios).sort().join(', ')}`);

const host = scriptedHost(make());
// For whoever drives the page by hand or by script.
Object.assign(window, { scenario: host });
announceNonce();
createRoot(root).render(
  <StrictMode>
    <App client={openConnection(host.open)} />
  </StrictMode>,
);
