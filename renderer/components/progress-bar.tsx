import { Progress } from '@mantine/core';
import type { ReactElement } from 'react';

export interface ProgressBarProps {
  readonly label: string;
  /** 0 to 1; null where nobody knows how much there is: the bar then claims nothing. */
  readonly share: number | null;
  /** The progress in words. */
  readonly text: string;
  /** False while it stands still. */
  readonly moving?: boolean;
}

/** How far something is. Mantine's own aria values tell percents only, so they are set here. */
export const ProgressBar = ({ label, share, text, moving = true }: ProgressBarProps): ReactElement => (
  <Progress.Root size="md">
    <Progress.Section
      withAria={false}
      role="progressbar"
      aria-label={label}
      aria-valuetext={text}
      {...(share !== null && {
        'aria-valuemin': 0,
        'aria-valuemax': 100,
        'aria-valuenow': Math.floor(share * 100),
      })}
      value={share === null ? 100 : share * 100}
      striped={share === null}
      animated={share === null && moving}
      color={share === null ? 'gray' : 'iris'}
    />
  </Progress.Root>
);
