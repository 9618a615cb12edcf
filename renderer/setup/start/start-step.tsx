import { Button } from '@mantine/core';
import { Play } from 'lucide-react';
import type { ReactElement } from 'react';
import { useWatch } from 'react-hook-form';
import { useStore } from 'zustand';
import { CHECKS } from '../../../shared/model/checks.ts';
import type { Draft } from '../../../shared/model/profile.ts';
import { FaultAlert } from '../../components/fault-alert.tsx';
import { NoticeBox } from '../../components/notice-box.tsx';
import { Panel } from '../../components/panel.tsx';
import { sentence } from '../../components/sentence.ts';
import { usePrecheckStates, type PrecheckGate } from '../../precheck/use-prechecks.ts';
import { ProductionLines } from '../../servers/production-lines.tsx';
import { useAppInfo } from '../../state/client.tsx';
import { useJoinedName } from '../../state/groups.ts';
import { useSetup } from '../draft/use-setup.ts';
import { StepFooter } from '../step/step-footer.tsx';
import { PRECHECK_STEP } from '../step/steps.ts';
import { ignoredWarnings } from './ignored-warnings.ts';
import { SettingsList } from './settings-list.tsx';
import classes from './start.module.css';
import { summarise } from './summary.ts';
import { useStart } from './use-start.ts';

/** Step 5: what is going to happen, in words, and the button that lets it. */
export function StartStep({
  draftId,
  gate: { blocked },
  onEdit,
  onBack,
}: {
  readonly draftId: string;
  readonly gate: PrecheckGate;
  readonly onEdit: (step: number) => void;
  readonly onBack: () => void;
}): ReactElement {
  const draft = useWatch<Draft>() as Draft;
  const { tests } = useSetup();
  const known = useStore(tests.store);
  const info = useAppInfo();
  const { create, running, fault } = useStart(draftId);
  const servers = Object.fromEntries(
    Object.entries(known).map(([id, test]) => [id, test?.outcome?.summary ?? undefined]),
  );
  const states = usePrecheckStates(
    draftId,
    draft.targets.map(({ id }) => id),
  );
  const ignored = ignoredWarnings(draft.targets, states);
  const tasks = draft.targets.length;
  const group = useJoinedName(draft.joins);

  return (
    <div className={classes.start}>
      <Panel>
        <div className={classes.summary}>
          {summarise(draft, servers, group).map((text) => (
            <p key={text}>{text}</p>
          ))}
        </div>
      </Panel>
      {ignored.length > 0 && (
        <NoticeBox
          tone="warn"
          title={ignored.length === 1 ? 'One warning is ignored' : `${ignored.length} warnings are ignored`}
        >
          <ul className={classes.ignored}>
            {ignored.map(({ target, check, found }) => (
              <li key={`${target} ${check}`}>
                <b>{CHECKS[check].title}</b>
                {tasks > 1 && ` (${target})`}: {sentence(found)}
              </li>
            ))}
          </ul>
        </NoticeBox>
      )}
      <ProductionLines
        sides={[
          { side: 'Source', address: draft.source },
          ...draft.targets.map((address) => ({ side: 'Target', address })),
        ]}
      />
      <SettingsList draft={draft} defaultSpoolDir={info?.defaultSpoolDir ?? ''} onEdit={onEdit} />
      {fault && <FaultAlert fault={fault} />}
      {blocked !== null && !running && (
        <NoticeBox tone="bad" title="The precheck has to be passed first" role="status">
          {blocked}{' '}
          <Button size="compact-xs" onClick={() => onEdit(PRECHECK_STEP)}>
            Go to the precheck
          </Button>
        </NoticeBox>
      )}
      <StepFooter onBack={onBack}>
        <Button size="sm" disabled={running || blocked !== null} onClick={() => void create(false)}>
          Create without starting
        </Button>
        <Button
          size="sm"
          variant="filled"
          type="submit"
          leftSection={<Play size={15} aria-hidden />}
          disabled={running || blocked !== null}
          onClick={(event) => {
            event.preventDefault();
            void create(true);
          }}
        >
          {tasks === 1 ? 'Start the task' : `Start ${tasks} tasks`}
        </Button>
      </StepFooter>
    </div>
  );
}
