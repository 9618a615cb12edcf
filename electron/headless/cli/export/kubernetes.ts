import { stringify } from 'yaml';
import type { Endpoint } from '../../../../shared/model/endpoint.ts';
import type { ExportedTask } from './exported-task.ts';

const METRICS_PORT = 9121;
const DNS_PORT = 53;
/** An account of nobody, with no rights but its own. */
const NOBODY = 65_532;
/** Lets the run apply what the source has written and make every expiry exact. */
const STOP_WITHIN_SECONDS = 120;
/** Beside what the buffer takes on disk. */
const MEMORY = '1Gi';
/** What a primary that Sentinels name listens on, unless it was told otherwise. */
const REDIS_PORT = 6379;

export interface KubernetesOptions {
  readonly image: string;
  readonly namespace: string | undefined;
  /** What may lie on disk, in bytes. */
  readonly bufferBytes: number;
}

type Manifest = Readonly<Record<string, unknown>>;

/** All that runs a task for one target on a cluster of Kubernetes: two processes, of which one waits. */
export function kubernetesManifests(task: ExportedTask, options: KubernetesOptions): Manifest[] {
  const labels = { 'app.kubernetes.io/name': 'lockstep', 'app.kubernetes.io/instance': task.name };
  const metadata = { name: task.name, ...(options.namespace && { namespace: options.namespace }), labels };
  return [
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: deployment(task, labels, options) },
    {
      ...{ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata },
      spec: { minAvailable: 1, selector: { matchLabels: labels } },
    },
    {
      ...{ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata },
      spec: networkPolicy(task, labels),
    },
  ];
}

function deployment(
  task: ExportedTask,
  labels: Manifest,
  { image, bufferBytes }: KubernetesOptions,
): Manifest {
  const probe = (path: string, more: Manifest): Manifest => ({
    httpGet: { path, port: 'metrics' },
    ...{ periodSeconds: 5, timeoutSeconds: 3 },
    ...more,
  });
  const container = {
    ...{ name: 'lockstep', image },
    args: [
      ...['sync', ...task.options, '--standby', '--metrics', `0.0.0.0:${METRICS_PORT}`],
      ...['--buffer-dir', '/buffer'],
    ],
    env: secretsOf(task),
    ports: [{ name: 'metrics', containerPort: METRICS_PORT }],
    startupProbe: probe('/healthz', { failureThreshold: 24 }),
    livenessProbe: probe('/healthz', { failureThreshold: 3 }),
    readinessProbe: probe('/readyz', { failureThreshold: 3 }),
    resources: {
      requests: { cpu: '250m', memory: '256Mi' },
      limits: { cpu: '2', memory: MEMORY, 'ephemeral-storage': mebibytes(bufferBytes + 2 ** 28) },
    },
    securityContext: {
      ...{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [
      { name: 'buffer', mountPath: '/buffer' },
      { name: 'tmp', mountPath: '/tmp' },
    ],
  };
  return {
    replicas: 2,
    // One at a time: the one that waits has the task while the other is replaced.
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
    selector: { matchLabels: labels },
    template: {
      metadata: {
        labels,
        annotations: { 'prometheus.io/scrape': 'true', 'prometheus.io/port': String(METRICS_PORT) },
      },
      spec: {
        ...{ automountServiceAccountToken: false, enableServiceLinks: false },
        terminationGracePeriodSeconds: STOP_WITHIN_SECONDS,
        securityContext: {
          ...{ runAsNonRoot: true, runAsUser: NOBODY, runAsGroup: NOBODY, fsGroup: NOBODY },
          seccompProfile: { type: 'RuntimeDefault' },
        },
        affinity: onTwoMachines(labels),
        containers: [container],
        volumes: [
          { name: 'buffer', emptyDir: { sizeLimit: mebibytes(bufferBytes) } },
          { name: 'tmp', emptyDir: { sizeLimit: '64Mi' } },
        ],
      },
    },
  };
}

/** A password that a server does not need is left out of the Secret. */
function secretsOf({ name, source, target }: ExportedTask): Manifest[] {
  const ofSentinels = (
    [
      ['source', source],
      ['target', target],
    ] as const
  )
    .filter(([, { sentinel }]) => sentinel)
    .map(([side]) => `${side}-sentinel-password`);
  return ['source-password', 'target-password', ...ofSentinels].map((key) => ({
    name: `LOCKSTEP_${key.toUpperCase().replaceAll('-', '_')}`,
    valueFrom: { secretKeyRef: { name, key, optional: true } },
  }));
}

const onTwoMachines = (labels: Manifest): Manifest => ({
  podAntiAffinity: {
    preferredDuringSchedulingIgnoredDuringExecution: [
      {
        weight: 100,
        podAffinityTerm: { labelSelector: { matchLabels: labels }, topologyKey: 'kubernetes.io/hostname' },
      },
    ],
  },
});

/** Out to the ports of both servers, wherever their nodes are, and to names; in to metrics and probes alone. */
const networkPolicy = ({ source, target }: ExportedTask, labels: Manifest): Manifest => ({
  podSelector: { matchLabels: labels },
  policyTypes: ['Ingress', 'Egress'],
  ingress: [{ ports: [{ protocol: 'TCP', port: METRICS_PORT }] }],
  egress: [
    {
      ports: [
        { protocol: 'UDP', port: DNS_PORT },
        { protocol: 'TCP', port: DNS_PORT },
      ],
    },
    { ports: portsOf([source, target]).map((port) => ({ protocol: 'TCP', port })) },
  ],
});

const portsOf = (endpoints: readonly Endpoint[]): number[] => [
  ...new Set(
    endpoints.flatMap(({ port, sentinel, addressMap = [] }) => [
      ...(sentinel ? [...sentinel.nodes.map((node) => node.port), REDIS_PORT] : [port]),
      ...addressMap.flatMap(({ usePort }) => (usePort === null ? [] : [usePort])),
    ]),
  ),
];

const mebibytes = (bytes: number): string => `${Math.ceil(bytes / 1024 ** 2)}Mi`;

/** As text, with what has to be there before. */
export const kubernetesText = (task: ExportedTask, options: KubernetesOptions): string => {
  const namespace = options.namespace ? ` --namespace ${options.namespace}` : '';
  const keys = secretsOf(task).map(({ name }) => String(name));
  return [
    `# Task ${task.task}: two processes, of which one waits until the other is gone; a lease on the target tells which.`,
    '# Its passwords, before, each in a file without an end of line (leave out those of servers that need none):',
    `#   kubectl create secret generic ${task.name}${namespace} ${keys.map((key) => `--from-file=${key.slice('LOCKSTEP_'.length).toLowerCase().replaceAll('_', '-')}=FILE`).join(' ')}`,
    ...kubernetesManifests(task, options).map((manifest) =>
      `---\n${stringify(manifest, { lineWidth: 0, aliasDuplicateObjects: false })}`.trimEnd(),
    ),
    '',
  ].join('\n');
};
