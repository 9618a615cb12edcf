import type { LucideIcon } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import classes from './empty-state.module.css';

export interface EmptyStateProps {
  readonly icon: LucideIcon;
  readonly title: string;
  readonly children?: ReactNode;
}

/** What stands where there is nothing yet: why, and what to do about it. */
export const EmptyState = ({ icon: Icon, title, children }: EmptyStateProps): ReactElement => (
  <section className={classes.empty}>
    <Icon size={30} strokeWidth={1.5} aria-hidden />
    <h2 className={classes.title}>{title}</h2>
    {children}
  </section>
);
