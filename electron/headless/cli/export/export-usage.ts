import type { Command } from 'commander';
import { EXIT } from '../../../../shared/errors/catalogue.ts';
import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import { packageVersion } from '../../package-version.ts';
import type { SyncFlags } from '../target-specs.ts';
import { parseBytes } from '../units.ts';
import type { CliContext } from '../usage/context.ts';
import { addRunOptions } from '../usage/sync-usage.ts';
import { exportedTasks } from './exported-task.ts';
import { kubernetesText } from './kubernetes.ts';
import { systemdUnit } from './systemd.ts';

interface KubernetesFlags extends SyncFlags {
  readonly image?: string;
  readonly namespace?: string;
}

interface SystemdFlags extends SyncFlags {
  readonly program: string;
  readonly metrics: string;
}

/** `lockstep export kubernetes` and `systemd`: to standard output, with the options of `sync`. */
export function addExport(program: Command, { finish }: CliContext): void {
  const exports = program
    .command('export')
    .description('print what has a scheduler run a task, with a second process that waits');
  const kubernetes = exports.command('kubernetes').description('manifests for Kubernetes, for each target');
  addRunOptions(kubernetes)
    .option('--image <name>', 'the image of the container (default: lockstep of this version)')
    .option('--namespace <name>', 'where it is to run (default: where it is applied)')
    .action((flags: KubernetesFlags) => {
      refuseFolder(flags);
      const options = {
        image: flags.image ?? `lockstep:${packageVersion()}`,
        namespace: flags.namespace,
        bufferBytes: parseBytes(flags.bufferMax, '--buffer-max'),
      };
      const tasks = exportedTasks(kubernetes, flags);
      process.stdout.write(tasks.map((task) => kubernetesText(task, options)).join(''));
      finish(EXIT.ok);
    });
  const systemd = exports.command('systemd').description('a unit of systemd, for one target');
  addRunOptions(systemd)
    .option('--program <path>', 'where the command is on that machine', '/usr/local/bin/lockstep')
    .option('--metrics <address>', 'where it tells metrics and health', '127.0.0.1:9121')
    .action((flags: SystemdFlags) => {
      refuseFolder(flags);
      const options = { program: flags.program, metrics: flags.metrics };
      const [task, another] = exportedTasks(systemd, flags);
      if (!task || another) throw new LockstepError('USAGE', 'a unit is for one target: print one for each');
      process.stdout.write(systemdUnit(task, options));
      finish(EXIT.ok);
    });
}

function refuseFolder({ bufferDir }: SyncFlags): void {
  if (bufferDir !== undefined)
    throw new LockstepError('USAGE', '--buffer-dir is decided by where the task is to run');
}
