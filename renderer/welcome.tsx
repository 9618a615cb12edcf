import type { ReactElement } from 'react';

export function Welcome({ version }: { readonly version: string }): ReactElement {
  return (
    <main>
      <h1>Lockstep {version}</h1>
      <p>
        The guided set-up in this window comes next; today the command line does the whole job:{' '}
        <code>npm run cli -- --help</code>
      </p>
    </main>
  );
}
