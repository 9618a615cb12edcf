import type { Command } from 'commander';
import { runClusterDemo } from '../../demo/run-cluster-demo.ts';
import { runDemo } from '../../demo/run-demo.ts';
import type { CliContext } from './context.ts';

/** `lockstep demo`. */
export function addDemo(program: Command, context: CliContext): void {
  const { finish } = context;
  program
    .command('demo')
    .description('show everything once, on two Redis servers of its own')
    .option(
      '--cluster',
      'from a server to a cluster, and on to another one, which moves slots and fails over',
    )
    .action(async ({ cluster }: { readonly cluster?: true }) => {
      finish(await (cluster ? runClusterDemo() : runDemo()));
    });
}
