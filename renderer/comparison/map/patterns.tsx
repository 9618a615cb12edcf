import type { ReactElement } from 'react';
import type { Differing } from './prefix-nodes.ts';
import classes from './drift-map.module.css';

export const patternOf = (id: string, how: Differing): string => `url(#${id}-${how})`;

/** A pattern for each way in which keys differ, so that they can be told apart without their colours. */
export const Patterns = ({ id }: { readonly id: string }): ReactElement => (
  <defs>
    <Pattern id={`${id}-missing`} how="missing">
      <path d="M1 3h4" className={classes.ink} />
    </Pattern>
    <Pattern id={`${id}-extra`} how="extra">
      <path d="M1 3h4M3 1v4" className={classes.ink} />
    </Pattern>
    <Pattern id={`${id}-value`} how="value">
      <path d="M-1 1l2-2M0 6l6-6M5 7l2-2" className={classes.ink} />
    </Pattern>
    <Pattern id={`${id}-type`} how="type">
      <path d="M0 0l6 6M0 6l6-6" className={classes.ink} />
    </Pattern>
    <Pattern id={`${id}-expiry`} how="expiry">
      <circle cx={3} cy={3} r={1.2} className={classes.dot} />
    </Pattern>
  </defs>
);

const Pattern = ({
  id,
  how,
  children,
}: {
  readonly id: string;
  readonly how: Differing;
  readonly children: ReactElement;
}): ReactElement => (
  <pattern id={id} width={6} height={6} patternUnits="userSpaceOnUse">
    <rect width={6} height={6} className={classes.ground} data-how={how} />
    {children}
  </pattern>
);
