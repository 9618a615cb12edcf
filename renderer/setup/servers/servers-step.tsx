import { Button } from '@mantine/core';
import { ArrowDown, ArrowRight, Plus } from 'lucide-react';
import { useEffect, useEffectEvent, useRef, useState, type ReactElement } from 'react';
import { useFieldArray, useFormContext } from 'react-hook-form';
import { emptyEndpoint, MOST_TARGETS, type Draft } from '../../../shared/model/profile.ts';
import { Panel } from '../../components/panel.tsx';
import { useJoinedName } from '../../state/groups.ts';
import { EndpointFields } from '../endpoint/endpoint-fields.tsx';
import { nextTargetId } from './next-target-id.ts';
import classes from './servers.module.css';
import { TargetCard } from './target-card.tsx';

/** Step 1. Several targets are folded up but for the one that is worked on. */
export function ServersStep({ shown }: { readonly shown: string | null }): ReactElement {
  const { control, setFocus, getValues } = useFormContext<Draft>();
  // Who made the set-up has decided it.
  const group = useJoinedName(getValues('joins'));
  const { fields, append, remove } = useFieldArray({ control, name: 'targets', keyName: 'key' });
  const [open, setOpen] = useState<ReadonlySet<string>>(
    () => new Set(fields.length === 1 ? [fields[0]!.id] : []),
  );
  const [added, setAdded] = useState<string | null>(null);

  const addButton = useRef<HTMLButtonElement>(null);

  const addTarget = (): void => {
    const id = nextTargetId(fields.map((field) => field.id));
    append(emptyEndpoint(id), { shouldFocus: false });
    setOpen(new Set([id]));
    setAdded(id);
  };
  const focusOn = useEffectEvent((id: string): void => {
    setFocus(`targets.${fields.findIndex((field) => field.id === id)}.host`);
  });
  useEffect(() => {
    if (added !== null) focusOn(added);
  }, [added]);

  const toggle = (id: string): void =>
    setOpen((before) => {
      const after = new Set(before);
      if (!after.delete(id)) after.add(id);
      return after;
    });

  return (
    <div className={classes.servers}>
      <Panel title="Source">
        <EndpointFields
          path="source"
          fixed={
            group === undefined
              ? undefined
              : `The source of the group “${group}”, which its new targets share.`
          }
        />
      </Panel>
      <div className={classes.arrow} aria-hidden>
        <ArrowRight className={classes.right} size={22} />
        <ArrowDown className={classes.down} size={22} />
      </div>
      <div className={classes.targets}>
        {fields.map((field, index) => (
          <TargetCard
            key={field.id}
            index={index}
            alone={fields.length === 1}
            open={fields.length === 1 || open.has(field.id) || field.id === shown}
            onToggle={() => toggle(field.id)}
            onRemove={() => {
              remove(index);
              // The button that was pressed is gone.
              addButton.current?.focus();
            }}
          />
        ))}
        <div className={classes.add}>
          <Button
            ref={addButton}
            variant="subtle"
            leftSection={<Plus size={14} aria-hidden />}
            onClick={addTarget}
            disabled={fields.length >= MOST_TARGETS}
          >
            Add another target
          </Button>
          <span>
            {fields.length >= MOST_TARGETS
              ? `${MOST_TARGETS} targets are the most for one set-up.`
              : group !== undefined
                ? `Each target becomes a task of its own in the group “${group}”.`
                : 'Each target becomes a task of its own; together they are a group.'}
          </span>
        </div>
      </div>
    </div>
  );
}
