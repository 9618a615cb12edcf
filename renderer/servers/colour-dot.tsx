import type { ReactElement } from 'react';
import type { ServerColour } from '../../shared/servers/saved-server.ts';
import classes from './servers.module.css';

/** The colour that somebody gave a server; for the eye alone. */
export const ColourDot = ({ colour }: { readonly colour: ServerColour }): ReactElement => (
  <span className={classes.dot} data-colour={colour} aria-hidden />
);
