import type { ReactElement, ReactNode } from 'react';
import { useWatch } from 'react-hook-form';
import { formatDuration, formatMinutes } from '../../../shared/format/numbers.ts';
import type { Draft } from '../../../shared/model/profile.ts';
import { Panel } from '../../components/panel.tsx';
import { useAppInfo } from '../../state/client.tsx';
import { NumberField } from '../step/number-field.tsx';
import { TextField } from '../step/text-field.tsx';
import { BytesField } from './bytes-field.tsx';
import classes from './how.module.css';
import { ReadFromChoice } from './read-from-choice.tsx';
import { ImportModeChoice } from './import-mode-choice.tsx';

/**
 * Step 3: the name of the task, and how it treats faults, the servers and this machine. `offersAll`: also what only some
 * servers have, whatever is known of those of the task.
 */
export function HowStep({ offersAll = false }: { readonly offersAll?: boolean }): ReactElement {
  const retry = useWatch<Draft, 'retryForMinutes'>({ name: 'retryForMinutes' });
  const slack = useWatch<Draft, 'expirySlackSeconds'>({ name: 'expirySlackSeconds' });
  const targets = useWatch<Draft, 'targets'>({ name: 'targets' });
  const info = useAppInfo();
  return (
    <div className={classes.columns}>
      <div className={classes.column}>
        <Panel title="Task">
          <div className={classes.fields}>
            <TextField
              name="name"
              label="Name"
              description={
                targets.length === 1
                  ? 'How the task is called in the list. Two tasks may have the same name.'
                  : 'How the tasks are called in the list; each adds the address of its target.'
              }
            />
            <NumberField
              name="retryForMinutes"
              label="Retry for, in minutes"
              description="When a server or the network fails, the task tries again for this long before it gives up."
              thousandSeparator=","
              inputContainer={beside(retry === null ? '' : `= ${formatMinutes(retry)}`)}
            />
          </div>
        </Panel>
        <Panel title="Limits">
          <div className={classes.fields}>
            <NumberField
              name="maxCommandsPerSecond"
              empty={0}
              label="Commands a second"
              description="The most that is sent to the target. It spares a target that serves others, and makes the copy take longer."
              placeholder="No limit"
              thousandSeparator=","
            />
            <BytesField
              name="maxBytesPerSecond"
              label="Bytes a second"
              description="The same for the network between this machine and the target."
              empty={0}
              placeholder="No limit"
              unit="MB"
              perSecond
            />
          </div>
        </Panel>
      </div>
      <div className={classes.column}>
        <Panel title="Buffer on this machine">
          <div className={classes.fields}>
            <BytesField
              name="spoolMaxBytes"
              label="Largest size"
              description="Changes that the target cannot take yet wait in files on this machine, up to this size. When it is full, reading from the source stops and is taken up again later."
              empty={null}
              unit="GB"
            />
            <TextField
              name="spoolDir"
              label="Folder"
              description="A folder on this machine that only your account can read. The files are removed as they are applied."
              placeholder={info?.defaultSpoolDir ?? ''}
            />
          </div>
        </Panel>
        <Panel title="Expiry on the target">
          <div className={classes.fields}>
            <NumberField
              name="expirySlackSeconds"
              label="Late by up to, in seconds"
              description="While the task is in step, keys on the target may go up to this much after their time: a key that the source extends at the last moment would be lost otherwise. The source still removes them in time, and when the task ends every expiry is exact. More than a minute is for a target that is often behind for longer."
              thousandSeparator=","
              inputContainer={beside(slack === null ? '' : `= ${formatDuration(slack * 1000)}`)}
            />
            <ImportModeChoice always={offersAll} />
          </div>
        </Panel>
        <ReadFromChoice always={offersAll} />
      </div>
    </div>
  );
}

/** Puts what a number means at the right of its field. */
const beside =
  (meaning: string) =>
  (input: ReactNode): ReactElement => (
    <div className={classes.measured}>
      {input}
      <span className={classes.means}>{meaning}</span>
    </div>
  );
