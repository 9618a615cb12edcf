import { useState } from 'react';
import { useAction } from '../state/client.tsx';

/** Each look is a process of its own. */
const AT_ONCE = 2;

export interface Looks {
  /** Those that are being looked at, or wait for it. */
  readonly under: ReadonlySet<string>;
  /** Looks at these servers, a few at a time. What comes of each is in the book. */
  readonly look: (ids: readonly string[]) => Promise<void>;
}

export function useLooks(): Looks {
  const [under, setUnder] = useState<ReadonlySet<string>>(new Set());
  const { run } = useAction('server.look', { refreshes: ['server.list'] });
  const look = async (ids: readonly string[]): Promise<void> => {
    const waiting = ids.filter((id) => !under.has(id));
    setUnder((before) => new Set([...before, ...waiting]));
    const next = async (): Promise<void> => {
      for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
        const done = id;
        await run({ id });
        setUnder((before) => new Set([...before].filter((one) => one !== done)));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, next));
  };
  return { under, look };
}
