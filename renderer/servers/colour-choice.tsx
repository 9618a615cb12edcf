import { Input } from '@mantine/core';
import { useId, type ReactElement } from 'react';
import { SERVER_COLOURS, type ServerColour } from '../../shared/servers/saved-server.ts';
import classes from './servers.module.css';

interface ColourChoiceProps {
  readonly value: ServerColour;
  readonly onChange: (colour: ServerColour) => void;
}

/** A row of dots, as radio buttons that say their colour. */
export function ColourChoice({ value, onChange }: ColourChoiceProps): ReactElement {
  const name = useId();
  return (
    <Input.Wrapper size="xs" label="Colour" labelElement="div">
      <div className={classes.colours} role="radiogroup" aria-label="Colour">
        {SERVER_COLOURS.map((colour) => (
          <label key={colour} className={classes.colour} title={colour}>
            <input
              type="radio"
              name={name}
              aria-label={colour}
              checked={colour === value}
              onChange={() => onChange(colour)}
            />
            <span className={classes.dot} data-colour={colour} aria-hidden />
          </label>
        ))}
      </div>
    </Input.Wrapper>
  );
}
