import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import type { WindowBridge } from '../shared/window-bridge.ts';
import { Welcome } from './welcome.tsx';
import './page.css';

declare global {
  interface Window {
    readonly lockstep?: WindowBridge;
  }
}

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element #root');

createRoot(root).render(
  <StrictMode>
    <Welcome version="" />
  </StrictMode>,
);
