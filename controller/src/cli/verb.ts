import { z } from 'zod'
import { Duration, milliseconds } from '../api/fields.ts'
import type { Cluster, Clusters } from './cluster.ts'
import { CliError, type ExitCode } from './exit.ts'
import type { Io } from './io.ts'
import { type Format, formats } from './output.ts'

/** A flag of a verb, in commander's writing: `-w, --watch` or `--reason <text>`. */
export interface Flag {
  flags: string
  about: string
  default?: string
  required?: true
  /** May be given several times; its value is a list. */
  repeat?: true
  /** The values it takes, when they can be counted. */
  choices?: readonly string[]
}

/** One verb of the command. Entered in verbs.ts; help, errors and completion are made from this. */
export interface Verb {
  name: string
  about: string
  /** Positional argument, e.g. `<name>`. */
  argument?: {
    name: string
    about: string
    choices?: readonly string[]
    /** Completed with AnalysisRuns besides the Rollouts. */
    analyses?: true
  }
  /**
   * Which of the common flags it takes: `rollout`, `named` and `list` talk to the cluster about namespaced things; `list` also takes -A, and
   * `named` says itself how it prints.
   */
  scope: 'rollout' | 'named' | 'list' | 'cluster' | 'none'
  flags: readonly Flag[]
  /** Further text of its help. */
  help?: string
  hidden?: true
  run(call: Call): Promise<ExitCode>
}

/** One use of a verb. */
export interface Call {
  io: Io
  clusters: Clusters
  /** All there are. */
  verbs: readonly Verb[]
  args: readonly string[]
  /** Values by flag name in camel case, as commander gives them. */
  options: Readonly<Record<string, unknown>>
  /** Connects on first use; the same cluster afterwards. */
  cluster(): Promise<Cluster>
}

export const reasonFlag: Flag = { flags: '--reason <text>', about: 'why; kept with the command as part of the audit trail' }
export const dryRunFlag: Flag = { flags: '--dry-run', about: 'show what would be sent, let the API server check it, change nothing' }

export function text(call: Pick<Call, 'options'>, name: string): string | undefined {
  const value = call.options[name]
  return typeof value === 'string' ? value : undefined
}

/** Values of a flag that may be given several times. */
export function texts(call: Pick<Call, 'options'>, name: string): readonly string[] {
  const value = call.options[name]
  return Array.isArray(value) ? value.map(String) : []
}

export function isSet(call: Pick<Call, 'options'>, name: string): boolean {
  return call.options[name] === true
}

/** A duration flag in milliseconds. Anything but `30s`, `10m`, `1h30m` is a CliError. */
export function duration(call: Pick<Call, 'options'>, name: string, otherwise: string): number {
  const value = text(call, name) ?? otherwise
  const checked = Duration.safeParse(value)
  if (!checked.success) throw new CliError(`--${name} ${value} is not a duration`, ['Write it like 30s, 10m or 1h30m.'])
  return milliseconds(checked.data)
}

export function format(call: Pick<Call, 'options'>): Format {
  const value = text(call, 'output') ?? 'table'
  const known = z.enum(['table', 'json', 'yaml']).safeParse(value)
  if (!known.success) throw new CliError(`-o ${value} is not a format`, [`Write one of ${formats.join(', ')}.`])
  return known.data
}

/** The namespace meant: that of -n, else of the context. */
export async function namespace(call: Call): Promise<string> {
  return text(call, 'namespace') ?? (await call.cluster()).namespace
}
