import { powerMonitor } from 'electron';

/** Has the backend know when the computer sleeps, so that it takes what that breaks for no fault. */
export function watchSleep(backend: { sleeps(): void; wakes(): void }): void {
  powerMonitor.on('suspend', () => backend.sleeps());
  powerMonitor.on('resume', () => backend.wakes());
}
