import { Button } from '@mantine/core';
import { TriangleAlert } from 'lucide-react';
import { Component, type ReactNode } from 'react';
import { EmptyState } from '../components/empty-state.tsx';

interface State {
  readonly why?: string;
}

/** What stands in the place of a page that could not be loaded or drawn: the bar at the top, and so the way to others, stays. */
export class PageBoundary extends Component<{ readonly children: ReactNode }, State> {
  override state: State = {};

  static getDerivedStateFromError(error: unknown): State {
    return { why: error instanceof Error ? error.message : String(error) };
  }

  override render(): ReactNode {
    const { why } = this.state;
    if (why === undefined) return this.props.children;
    return (
      <EmptyState icon={TriangleAlert} title="This page cannot be shown">
        <p>Tasks go on as they are. Load the page again; where that does not help, restart Lockstep.</p>
        <p>{why}</p>
        <Button onClick={() => location.reload()}>Load the page again</Button>
      </EmptyState>
    );
  }
}
