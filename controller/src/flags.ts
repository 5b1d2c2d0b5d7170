import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { defaultWorkers } from './controller.ts'
import type { Shard } from './kube/shard.ts'
import { addressPolicy } from './metrics/addresses.ts'

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
  listen: { host: string; port: number }
  sourceAllow: string[]
  sourceDeny: string[]
  logLevel: string
}

export type Parsed = { do: 'run'; flags: Flags } | { do: 'help'; text: string } | { do: 'refuse'; because: string }

/** Where the defaults of some flags come from. */
export interface Surroundings {
  env: Record<string, string | undefined>
  /** This machine's name. */
  host: string
}

/** Reads the command line of the controller, without the program's name. Whatever is wrong with it is one line: what, where, and what to write instead. */
export function parseFlags(args: readonly string[], { env, host }: Surroundings): Parsed {
  let text = ''
  const command = new Command('serin-controller')
    .description('Guards the releases of Deployments that have a Rollout.')
    .exitOverride()
    .configureOutput({
      writeOut(piece) {
        text += piece
      },
      writeErr() {},
    })
    .allowExcessArguments(false)
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
  try {
    return { do: 'run', flags: command.parse(args, { from: 'user' }).opts<Flags>() }
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.code === 'commander.helpDisplayed') return { do: 'help', text }
    return { do: 'refuse', because: error.message.replace(/^error: /, '').replaceAll('\n', ' ') }
  }
}

function labelValue(text: string): string {
  if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(text))
    throw new InvalidArgumentError('Write a name of lower-case letters, digits and hyphens.')
  return text
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

function cidrs(text: string, before: readonly string[]): string[] {
  try {
    addressPolicy({ deny: [text] })
  } catch {
    throw new InvalidArgumentError('It is no address and no CIDR: write one like 10.0.0.0/8, fd00::/8 or 10.1.2.3.')
  }
  return [...before, text]
}

function listenIn(text: string): Flags['listen'] {
  const found = /^(?:\[([\da-fA-F:.]+)\]|([^:[\]\s]*)):(\d{1,5})$/.exec(text)
  const port = Number(found?.[3])
  if (!found || port > 65_535)
    throw new InvalidArgumentError('Write an address and a port from 0 to 65535: :8080, 127.0.0.1:8080 or [::1]:8080.')
  return { host: found[1] || found[2] || '0.0.0.0', port }
}
