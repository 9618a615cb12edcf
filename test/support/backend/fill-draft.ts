import type { Draft } from '../../../shared/model/profile.ts';
import type { BackendBench } from './backend-bench.ts';

export interface FilledDraft {
  readonly sourcePort: number;
  readonly targetPort: number;
  readonly password?: string;
  readonly changes?: Partial<Draft>;
}

/** Makes a draft between two servers on this machine and stores it. */
export async function fillDraft(bench: BackendBench, filled: FilledDraft): Promise<Draft> {
  const draft = await bench.ask('draft.create', {});
  const secrets = filled.password === undefined ? {} : { password: filled.password };
  return bench.ask('draft.save', {
    draft: {
      ...draft,
      name: 'Orders',
      source: { ...draft.source, host: '127.0.0.1', port: filled.sourcePort },
      targets: [{ ...draft.targets[0]!, host: '127.0.0.1', port: filled.targetPort }],
      ...filled.changes,
    },
    secrets: { source: secrets, 'target-1': secrets },
  });
}
