import { create } from 'zustand';
import type { HistoryWindow } from '../../shared/model/history.ts';
import type { Choice } from '../charts/range-bar.tsx';
import { LAST_10_MIN, wholeWindow } from '../charts/windows.ts';
import { useRequest } from '../state/client.tsx';
import { useNow } from '../state/now.ts';

/** What is looked at of each task, as long as the page is open. */
const useChoices = create<Readonly<Record<string, Choice>>>(() => ({}));

export interface TaskWindow {
  readonly window: HistoryWindow;
  readonly choice: Choice;
  readonly choose: (choice: Choice) => void;
}

const MINUTE_MS = 60_000;

/** The time that all charts of a task show, and how another one is chosen. */
export function useTaskWindow(id: string): TaskWindow {
  const choice = useChoices((choices) => choices[id]) ?? LAST_10_MIN;
  const nowMs = useNow(MINUTE_MS);
  const first = useRequest('task.activity', { id }, { freshForMs: Number.POSITIVE_INFINITY }).data?.bands[0];
  const sinceMs = first ? Math.max(0, nowMs + MINUTE_MS - first.fromMs) : 0;
  return {
    window: choice === 'whole' ? wholeWindow(sinceMs) : choice,
    choice,
    choose: (next) => useChoices.setState({ [id]: next }),
  };
}
