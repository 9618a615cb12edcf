import type { ReactElement, ReactNode } from 'react';
import classes from './panel.module.css';

export interface PanelProps {
  readonly title?: string;
  /** Buttons and the like at the right of the title. */
  readonly actions?: ReactNode;
  /** Content up to the edge, for tables. */
  readonly flush?: boolean;
  readonly children: ReactNode;
}

/** A framed part of a page, with a heading of the second level. */
export const Panel = ({ title, actions, flush = false, children }: PanelProps): ReactElement => (
  <section className={classes.panel} aria-label={title}>
    {title !== undefined && (
      <header className={classes.head}>
        <h2 className={classes.title}>{title}</h2>
        {actions}
      </header>
    )}
    <div className={flush ? classes.flush : classes.body}>{children}</div>
  </section>
);
