import { Table } from '@mantine/core';
import { CircleCheck, CircleQuestionMark, CircleX, type LucideIcon } from 'lucide-react';
import type { ReactElement } from 'react';
import { formatCount, formatDuration } from '../../shared/format/numbers.ts';
import { formatClockSeconds, formatExact } from '../../shared/format/times.ts';
import { figuresOf } from '../../shared/rehearsal/page/figures.ts';
import type { ToldRun } from '../../shared/rehearsal/rehearsal-state.ts';
import type { RehearsalReport } from '../../shared/rehearsal/report.ts';
import { describeServer, SIDES_SEEN } from '../../shared/rehearsal/step-words.ts';
import { describeChange } from '../../shared/rehearsal/run-summary.ts';
import { judgeRehearsal, type Judged } from '../../shared/rehearsal/verdict.ts';
import { ContentsSection } from '../comparison/contents/contents-section.tsx';
import { GateList } from './gate-list.tsx';
import classes from './rehearsal.module.css';
import { StepBars } from './step-bars.tsx';

const MARKS: Readonly<Record<Judged['state'], { readonly word: string; readonly icon: LucideIcon }>> = {
  met: { word: 'Met', icon: CircleCheck },
  missed: { word: 'Missed', icon: CircleX },
  unknown: { word: 'Not known', icon: CircleQuestionMark },
};

/** What came of a run: the verdict first, then what was measured, step by step. */
export function RunResult({ run }: { readonly run: ToldRun }): ReactElement {
  const { report } = run;
  const { met, judged } = judgeRehearsal(report);
  const totalMs = report.endedAtMs - report.startedAtMs;
  return (
    <div className={classes.result}>
      <section className={classes.verdict} data-met={met} aria-label="Verdict">
        <h3>{met ? 'The goals were met' : 'The goals were not met'}</h3>
        <ul>
          {judged.map(({ criterion, state, text }) => {
            const { word, icon: Icon } = MARKS[state];
            return (
              <li key={criterion} data-state={state}>
                <span className={classes.mark}>
                  <Icon size={15} aria-hidden />
                  {word}
                </span>
                {text}
              </li>
            );
          })}
        </ul>
        <p>{report.afterwards}</p>
        <p className={classes.dim}>
          {formatExact(report.startedAtMs)}, {formatDuration(totalMs)} in all
        </p>
      </section>
      <Servers report={report} />
      <section aria-label="Times">
        <h3>Times</h3>
        <StepBars steps={report.steps} totalMs={totalMs} />
      </section>
      <Figures report={report} />
      {report.gate && (
        <section aria-label="Checklist of the move">
          <h3>Checklist</h3>
          <GateList items={report.gate} />
        </section>
      )}
      <Troubles report={report} />
      <Against run={run} />
      <ContentsSection
        contents={report.contents}
        ofCluster={report.source?.cluster === true || report.target?.cluster === true}
      />
    </div>
  );
}

const Servers = ({ report: { source, target } }: { readonly report: RehearsalReport }): ReactElement => (
  <section aria-label="Servers">
    <h3>Servers</h3>
    <Table className={classes.table ?? ''} aria-label="Servers">
      <Table.Tbody>
        {(
          [
            ['Source', source],
            ['Target', target],
          ] as const
        ).map(([what, side]) => (
          <Table.Tr key={what}>
            <Table.Th scope="row">{what}</Table.Th>
            <Table.Td>{side ? `${side.address}, ${describeServer(side)}` : 'was not reached'}</Table.Td>
            <Table.Td ta="end">{side && `${formatCount(side.keys)} keys`}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
    <p className={classes.dim}>{SIDES_SEEN}</p>
  </section>
);

function Figures({ report }: { readonly report: RehearsalReport }): ReactElement | null {
  const figures = figuresOf(report);
  if (figures.length === 0) return null;
  return (
    <section aria-label="Measured">
      <h3>Measured</h3>
      <Table className={classes.table ?? ''} aria-label="Measured">
        <Table.Tbody>
          {figures.map(({ name, value, note }) => (
            <Table.Tr key={name}>
              <Table.Th scope="row">{name}</Table.Th>
              <Table.Td>{value}</Table.Td>
              <Table.Td c="dimmed">{note}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}

/** Checks that did not pass, and faults on the way; nothing where there were none. */
function Troubles({ report: { checks, faults } }: { readonly report: RehearsalReport }): ReactElement {
  return (
    <>
      {checks.length > 0 && (
        <section aria-label="Checks that did not pass">
          <h3>Checks that did not pass</h3>
          <ul className={classes.told}>
            {checks.map(({ title, status, found }) => (
              <li key={title}>
                {title} ({status}): {found}
              </li>
            ))}
          </ul>
        </section>
      )}
      <section aria-label="Faults on the way">
        <h3>Faults on the way</h3>
        {faults.total === 0 ? (
          <p>None.</p>
        ) : (
          <ul className={classes.told}>
            {faults.listed.map(({ atMs, text }, i) => (
              <li key={`${atMs}-${i}`}>
                {formatClockSeconds(atMs)}: {text}
              </li>
            ))}
            {faults.total > faults.listed.length && (
              <li>… and {formatCount(faults.total - faults.listed.length)} more</li>
            )}
          </ul>
        )}
      </section>
    </>
  );
}

const Against = ({ run: { report, last } }: { readonly run: ToldRun }): ReactElement => (
  <section aria-label="Against the run before">
    <h3>Against the run before</h3>
    {last ? (
      <Table className={classes.table ?? ''} aria-label="Against the run before">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Figure</Table.Th>
            <Table.Th scope="col" ta="end">
              {formatExact(last.atMs)}
            </Table.Th>
            <Table.Th scope="col" ta="end">
              This run
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {describeChange(report, last).map(({ name, before, now }) => (
            <Table.Tr key={name}>
              <Table.Th scope="row">{name}</Table.Th>
              <Table.Td ta="end">{before}</Table.Td>
              <Table.Td ta="end">{now}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    ) : (
      <p>This is the first run of this kind between these two servers that is known here.</p>
    )}
  </section>
);
