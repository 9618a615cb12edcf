import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { ChevronDown, ChevronRight, Trash2 } from 'lucide-react';
import type { ReactElement } from 'react';
import { get, useFormState, useWatch } from 'react-hook-form';
import type { Draft, EndpointForm } from '../../../shared/model/profile.ts';
import { Panel } from '../../components/panel.tsx';
import { useEndpointTest, type CurrentTest } from '../draft/use-setup.ts';
import { EndpointFields } from '../endpoint/endpoint-fields.tsx';
import { addressOf } from '../../../shared/model/server-address.ts';
import classes from './servers.module.css';

export interface TargetCardProps {
  readonly index: number;
  /** The only target: it can neither be folded up nor removed. */
  readonly alone: boolean;
  readonly open: boolean;
  readonly onToggle: () => void;
  readonly onRemove: () => void;
}

export function TargetCard({ index, alone, open, onToggle, onRemove }: TargetCardProps): ReactElement {
  const path = `targets.${index}` as const;
  const endpoint = useWatch<Draft, typeof path>({ name: path }) as EndpointForm;
  const test = useEndpointTest(endpoint);
  const { errors } = useFormState<Draft>({ name: path });
  if (alone) {
    return (
      <Panel title="Target">
        <EndpointFields path={path} />
      </Panel>
    );
  }
  const title = `Target ${index + 1}`;
  const Chevron = open ? ChevronDown : ChevronRight;
  return (
    <section className={classes.target} aria-label={title}>
      <header className={classes.targetHead}>
        <Button
          variant="subtle"
          color="gray"
          className={classes.fold ?? ''}
          classNames={{ label: classes.foldLabel ?? '', inner: classes.foldInner ?? '' }}
          aria-expanded={open}
          leftSection={<Chevron size={14} aria-hidden />}
          onClick={onToggle}
        >
          <b>{title}</b>
          <span className={classes.where}>{addressOf(endpoint) || 'no address yet'}</span>
          <span className={classes.state} data-bad={isBad(test, get(errors, path)) || undefined}>
            {describeState(test, get(errors, path))}
          </span>
        </Button>
        <Tooltip label={`Remove ${title.toLowerCase()}`}>
          <ActionIcon aria-label={`Remove ${title.toLowerCase()}`} onClick={onRemove}>
            <Trash2 size={15} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </header>
      {open && (
        <div className={classes.targetBody}>
          <EndpointFields path={path} />
        </div>
      )}
    </section>
  );
}

const isBad = ({ outcome, running }: CurrentTest, error: unknown): boolean =>
  error !== undefined || (!running && outcome !== null && outcome.summary === null);

function describeState({ running, outcome, stale }: CurrentTest, error: unknown): string {
  if (error !== undefined) return 'something is missing';
  if (running) return 'testing …';
  if (outcome === null) return 'not tested';
  if (stale) return 'changed since the test';
  const { summary } = outcome;
  return summary === null ? 'test failed' : `${summary.product} ${summary.version}`;
}
