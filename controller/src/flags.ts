import { InvalidArgumentError, Option } from 'commander'
import { defaultWorkers } from './controller.ts'
import { type Address, cidrs, flagCommand, labelValue, listenIn, type ParsedFlags, readFlags } from './flagValues.ts'
import type { Shard } from './kube/shard.ts'

export interface Flags {
  kubeconfig?: string
  context?: string
  namespace?: string
  shard?: Shard
  leaseNamespace: string
  leaseName: string
  identity: string
  leaderElection: boolean
  workers: number
  gate: 'auto' | 'paused'
  listen: Address
  sourceAllow: string[]
  sourceDeny: string[]
  logLevel: string
}

/** Where the defaults of some flags come from. */
export interface Surroundings {
  env: Record<string, string | undefined>
  /** This machine's name. */
  host: string
}

/** Reads the command line of the controller, without the program's name. Whatever is wrong with it is one line: what, where, and what to write instead. */
export function parseFlags(args: readonly string[], { env, host }: Surroundings): ParsedFlags<Flags> {
  const command = flagCommand('serin-controller', 'Guards the releases of Deployments that have a Rollout.')
    .option('--kubeconfig <file>', 'how to reach the cluster; left out: in the cluster, else $KUBECONFIG or ~/.kube/config')
    .option('--context <name>', 'context of the kubeconfig')
    .option('--namespace <name>', 'watch this namespace only', labelValue)
    .option('--shard <i/n>', 'look only after the namespaces of shard i of n, counted from 0; the lease is then <lease-name>-<i>', shardIn)
    .option('--lease-namespace <name>', 'where the leader lease is', labelValue, env.POD_NAMESPACE || 'serin-system')
    .option('--lease-name <name>', 'two installations with their leases in one namespace need two', labelValue, 'serin')
    .option('--identity <name>', 'tells replicas apart', env.POD_NAME || host)
    .option('--no-leader-election', 'for a single process on a laptop')
    .option('--workers <n>', 'Rollouts looked at side by side', workersIn, defaultWorkers)
    .addOption(
      new Option('--gate <how>', 'how changed templates are held: by the admission policies if they are there, or by pausing')
        .choices(['auto', 'paused'])
        .default('auto'),
    )
    .option(
      '--source-allow <cidrs...>',
      'addresses that metric sources and webhooks may reach although they are refused otherwise',
      cidrs,
      [],
    )
    .option(
      '--source-deny <cidrs...>',
      'addresses that they may not reach, besides those of the machine, its link, and cloud metadata',
      cidrs,
      [],
    )
    .option('--listen <address>', 'where /healthz, /readyz and /metrics are (default ":8080")', listenIn, listenIn(':8080'))
    .addOption(new Option('--log-level <level>').choices(['debug', 'info', 'warn', 'error']).default('info'))
  return readFlags<Flags>(command, args)
}

function whole(text: string, most: number): number | undefined {
  return /^\d{1,6}$/.test(text) && Number(text) <= most ? Number(text) : undefined
}

function workersIn(text: string): number {
  const workers = whole(text, 1_000)
  if (!workers) throw new InvalidArgumentError(`Write a whole number from 1 to 1000, as --workers ${defaultWorkers}.`)
  return workers
}

function shardIn(text: string): Shard {
  const [first = '', second = '', ...rest] = text.split('/')
  const of = whole(second, 1_000)
  const index = whole(first, 1_000)
  if (rest.length > 0 || !of || index === undefined)
    throw new InvalidArgumentError('Write which one of how many, counted from 0: --shard 0/3, --shard 1/3 and --shard 2/3.')
  if (index >= of) throw new InvalidArgumentError(`Shards are counted from 0: the last of ${of} is --shard ${of - 1}/${of}.`)
  return { index, of }
}
