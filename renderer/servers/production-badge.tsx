import { ShieldAlert } from 'lucide-react';
import type { ReactElement } from 'react';
import classes from './servers.module.css';

/** The mark of a server that matters: its colour and its word, wherever it is touched. `name`: as which it is saved. */
export const ProductionBadge = ({ name }: { readonly name?: string }): ReactElement => (
  <span
    className={classes.production}
    title={`${name === undefined ? 'Marked' : `Saved as “${name}”, and marked`} as production: whatever writes to it, removes from it or loads it asks for its name.`}
  >
    <ShieldAlert size={12} aria-hidden /> Production
  </span>
);
