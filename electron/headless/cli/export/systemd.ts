import { EXIT } from '../../../../shared/errors/catalogue.ts';
import { describeEndpoint } from '../../../../shared/model/endpoint.ts';
import type { ExportedTask } from './exported-task.ts';

/** What nothing but a person can mend: starting again would fail in the same way. */
const NEVER_AGAIN = [EXIT.usage, EXIT.data];

export interface SystemdOptions {
  /** Where the command is there. */
  readonly program: string;
  readonly metrics: string;
}

/** A unit of systemd that runs a task; on a second machine the same unit waits. */
export function systemdUnit(
  { task, name, source, target, options }: ExportedTask,
  { program, metrics }: SystemdOptions,
): string {
  const args = [
    ...['sync', ...options, '--standby', '--metrics', metrics],
    ...['--buffer-dir', `/var/cache/lockstep/${name}`],
  ];
  return `# Task ${task}. As /etc/systemd/system/${name}.service on one machine, or on two: then one waits until the other is gone.
# Its passwords, in /etc/lockstep/${name}.env (mode 0600, of root):
#   LOCKSTEP_SOURCE_PASSWORD=…
#   LOCKSTEP_TARGET_PASSWORD=…
[Unit]
Description=Lockstep: ${inLine(describeEndpoint(target))} in step with ${inLine(describeEndpoint(source))}
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0

[Service]
Type=exec
ExecStart=${[program, ...args].map(word).join(' ')}
EnvironmentFile=-/etc/lockstep/${name}.env
Restart=always
RestartSec=2
RestartPreventExitStatus=${NEVER_AGAIN.join(' ')}
# The engine is told by the command line, which lets it come to its checkpoint.
KillMode=mixed
TimeoutStopSec=120
MemoryMax=1G
DynamicUser=yes
CacheDirectory=lockstep/${name}
CacheDirectoryMode=0700
NoNewPrivileges=yes
PrivateDevices=yes
PrivateTmp=yes
ProtectControlGroups=yes
ProtectHome=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectSystem=strict
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictRealtime=yes
RestrictSUIDSGID=yes
CapabilityBoundingSet=
LockPersonality=yes

[Install]
WantedBy=multi-user.target
`;
}

const inLine = (text: string): string => text.replaceAll('%', '%%');

/** One word of ExecStart: a percent sign and a dollar sign mean something there, and so do quotes and backslashes. */
function word(text: string): string {
  const plain = inLine(text).replaceAll('$', '$$$$');
  return /^[\w@%+=:,./*-]+$/.test(plain)
    ? plain
    : `"${plain.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
