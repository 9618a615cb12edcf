import type { ReactElement } from 'react';
import { useWatch } from 'react-hook-form';
import { addressOf } from '../../../shared/model/server-address.ts';
import type { Draft, EndpointForm } from '../../../shared/model/profile.ts';
import type { EndpointPath } from '../draft/draft-form.ts';
import classes from './endpoint.module.css';

/** The address of a server that is not to be chosen here, and why. */
export function FixedAddress({
  path,
  why,
}: {
  readonly path: EndpointPath;
  readonly why: string;
}): ReactElement {
  const endpoint = useWatch<Draft, EndpointPath>({ name: path }) as EndpointForm;
  return (
    <p className={classes.fixed}>
      <span>{addressOf(endpoint)}</span>
      {why}
    </p>
  );
}
