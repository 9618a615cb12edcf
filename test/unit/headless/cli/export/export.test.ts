import { Command } from 'commander';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { exportedTasks, nameOf } from '../../../../../electron/headless/cli/export/exported-task.ts';
import { kubernetesText } from '../../../../../electron/headless/cli/export/kubernetes.ts';
import { systemdUnit } from '../../../../../electron/headless/cli/export/systemd.ts';
import type { SyncFlags } from '../../../../../electron/headless/cli/target-specs.ts';
import { addRunOptions } from '../../../../../electron/headless/cli/usage/sync-usage.ts';

const BOTH = ['--source', 'redis://reader@old.example:6380', '--target', 'new.example:6379'];

function exported(...args: string[]): ReturnType<typeof exportedTasks> {
  const command = addRunOptions(new Command('kubernetes').exitOverride());
  command.parse(args, { from: 'user' });
  return exportedTasks(command, command.opts<SyncFlags>());
}

const OPTIONS = { image: 'lockstep:1.2.3', namespace: 'data', bufferBytes: 8 * 1024 ** 3 };
const MODELS = { Deployment, NetworkPolicy, PodDisruptionBudget } as const;

function manifestsOf(...args: string[]): { readonly kind: keyof typeof MODELS; [name: string]: unknown }[] {
  const text = exported(...args)
    .map((task) => kubernetesText(task, OPTIONS))
    .join('');
  const documents = parseAllDocuments(text);
  expect(documents.flatMap(({ errors }) => errors)).toEqual([]);
  return documents.map((document) => document.toJS() as never);
}

test('manifests are what the published schemas say, for each target', () => {
  const args = [
    ...BOTH,
    '--target',
    '10.0.0.7:7000',
    '--task',
    'Orders!',
    '--db',
    '0,3',
    '--buffer-max',
    '2gb',
  ];
  const manifests = manifestsOf(...args);

  expect(manifests.map(({ kind }) => kind)).toEqual(
    [1, 2].flatMap(() => ['Deployment', 'PodDisruptionBudget', 'NetworkPolicy']),
  );
  for (const manifest of manifests) new MODELS[manifest.kind](manifest as never).validate();
  // A validator that takes anything proves nothing.
  const broken = { ...manifests[0], spec: { replicas: 'two' } };
  expect(() => new Deployment(broken as never).validate()).toThrow(/replicas/);
});

test('two processes run the very command, told by what it has: probes, limits, a Secret by reference, nothing of root', () => {
  const [deployment, budget, policy] = manifestsOf(...BOTH, '--task', 'orders', '--existing', 'overwrite');
  const spec = deployment as never as {
    spec: {
      replicas: number;
      template: { spec: { containers: [Record<string, unknown>] } & Record<string, unknown> };
    };
  };
  const pod = spec.spec.template.spec;
  const [container] = pod.containers;

  expect(spec.spec.replicas).toBe(2);
  expect(container['args']).toEqual([
    ...['sync', '--target', 'new.example:6379', '--source', 'redis://reader@old.example:6380'],
    ...['--task', 'orders', '--existing', 'overwrite'],
    ...['--standby', '--metrics', '0.0.0.0:9121', '--buffer-dir', '/buffer'],
  ]);
  expect(container['env']).toEqual(
    ['source', 'target'].map((side) => ({
      name: `LOCKSTEP_${side.toUpperCase()}_PASSWORD`,
      valueFrom: { secretKeyRef: { name: 'lockstep-orders', key: `${side}-password`, optional: true } },
    })),
  );
  expect(container).toMatchObject({
    image: 'lockstep:1.2.3',
    livenessProbe: { httpGet: { path: '/healthz' } },
    readinessProbe: { httpGet: { path: '/readyz' } },
    resources: { limits: { memory: '1Gi', 'ephemeral-storage': '8448Mi' } },
    securityContext: { readOnlyRootFilesystem: true, allowPrivilegeEscalation: false },
  });
  expect(pod).toMatchObject({ automountServiceAccountToken: false, securityContext: { runAsNonRoot: true } });
  expect(budget).toMatchObject({ metadata: { name: 'lockstep-orders', namespace: 'data' } });
  expect(JSON.stringify(policy)).toContain(
    '"ports":[{"protocol":"TCP","port":6380},{"protocol":"TCP","port":6379}]',
  );
});

test.each([
  [['--source', 'redis://:hunter2@a:1', '--target', 'b:2'], /leave it out/],
  [['--source', 'a:1', '--target', 'redis://w:hunter2@b:2'], /leave it out/],
  [[...BOTH, '--full-only'], /until it is stopped/],
  [[...BOTH, '--until', 'caught-up'], /until it is stopped/],
  [['--source', 'a:1'], /--target/],
])('%j is refused, and no password is printed', (args, message) => {
  expect(() => exported(...args)).toThrow(
    expect.objectContaining({
      code: expect.stringMatching(/USAGE/),
      message: expect.stringMatching(message),
    }),
  );
  expect(() => exported(...args)).not.toThrow(/hunter2/);
});

test.each([
  ['orders', 'lockstep-orders'],
  ['Orders', /^lockstep-orders-[0-9a-f]{6}$/],
  ['10.0.0.5:6379', /^lockstep-10-0-0-5-6379-[0-9a-f]{6}$/],
  ['x'.repeat(200), /^lockstep-x{43}-[0-9a-f]{6}$/],
  ['!!!', /^lockstep-[0-9a-f]{6}$/],
])('the task %s is called %s', (task, expected) => {
  expect(nameOf(task)).toMatch(expected);
  expect(nameOf(task).length).toBeLessThanOrEqual(63);
  expect(nameOf(task)).not.toBe(nameOf(`${task}!`));
});

test('a unit runs the same, with words that systemd reads as they were typed', () => {
  const [task] = exported(...BOTH, '--task', `100%-$HOME-"x"`);
  const unit = systemdUnit(task!, { program: '/usr/bin/lockstep', metrics: '127.0.0.1:9121' });
  const [line] = /^ExecStart=.*$/m.exec(unit)!;

  expect(line).toContain('/usr/bin/lockstep sync --target new.example:6379 ');
  expect(line).toContain('"100%%-$$HOME-\\"x\\""');
  expect(line).toMatch(
    / --standby --metrics 127\.0\.0\.1:9121 --buffer-dir \/var\/cache\/lockstep\/lockstep-100-home-x-[0-9a-f]{6}$/,
  );
  expect(unit).toContain('RestartPreventExitStatus=2 6');
  expect(unit.match(/^\[\w+\]$/gm)).toEqual(['[Unit]', '[Service]', '[Install]']);
});
