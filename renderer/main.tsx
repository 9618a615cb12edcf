import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { announceNonce } from './nonce.ts';
import { openConnection } from './state/connection.ts';
import { isShutOut, openTransport } from './transport/open-transport.ts';
import { lendKey } from './transport/page-key.ts';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element #root');

announceNonce();
if (!window.lockstep) lendKey();
createRoot(root).render(
  <StrictMode>
    <App client={openConnection(openTransport, isShutOut)} />
  </StrictMode>,
);
