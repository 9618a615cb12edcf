import { Loader, VisuallyHidden } from '@mantine/core';
import { CircleOff } from 'lucide-react';
import type { ReactElement } from 'react';
import { href } from '../state/route.ts';
import { EmptyState } from './empty-state.tsx';

/** A page of which is not known yet what it is to show. */
export const PageLoading = ({ what }: { readonly what: string }): ReactElement => (
  <div role="status">
    <Loader size="sm" />
    <VisuallyHidden component="h1">Loading the {what}</VisuallyHidden>
  </div>
);

/** A page whose task, or group of tasks, is gone. */
export const PageGone = ({ what, text }: { readonly what: string; readonly text: string }): ReactElement => (
  <>
    <VisuallyHidden component="h1">{`${what.charAt(0).toUpperCase()}${what.slice(1)}`}</VisuallyHidden>
    <EmptyState icon={CircleOff} title={`This ${what} is no longer there`}>
      <p>{text}</p>
      <a href={href({ page: 'tasks' })}>Go to the list of tasks</a>
    </EmptyState>
  </>
);
