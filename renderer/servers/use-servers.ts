import type { ServerView } from '../../shared/servers/saved-server.ts';
import { useRequest } from '../state/client.tsx';

const NONE: readonly ServerView[] = [];

/** The book of servers; empty until it has been told. An event has it asked for anew. */
export const useServers = (): readonly ServerView[] =>
  useRequest('server.list', {}, { freshForMs: Number.POSITIVE_INFINITY }).data ?? NONE;
