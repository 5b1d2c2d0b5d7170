import { Argument, Command, CommanderError, Option } from 'commander'
import type { Cluster, Clusters } from './cluster.ts'
import { flagsOf } from './commonFlags.ts'
import { CliError, type ExitCode, exit } from './exit.ts'
import { type Io, lookOf } from './io.ts'
import { explainFailure } from './kubeErrors.ts'
import { programVersion } from './programVersion.ts'
import { paint } from './render/paint.ts'
import { type Call, text, type Verb } from './verb.ts'
import { verbs } from './verbs.ts'

export interface Invocation {
  /** What was typed, without the program's name. */
  args: readonly string[]
  /** How it was called: `serin`, or `kubectl serin` as a plugin. */
  program: string
  io: Io
  clusters: Clusters
}

/** Runs one command line and gives its exit code. Never throws: what goes wrong is written to `io.err` as sentences. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const { io } = invocation
  let code: ExitCode = exit.ok
  const program = programOf(invocation, (result) => {
    code = result
  })
  try {
    await program.parseAsync([...invocation.args], { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exit.ok : exit.usage
    return report(io, error)
  }
}

/** The whole command, with help and suggestions for what was mistyped. */
function programOf(invocation: Invocation, finished: (code: ExitCode) => void): Command {
  const { io } = invocation
  const program = new Command(invocation.program)
    .description('Progressive delivery of the Deployments you already have: watch, judge and steer their releases.')
    .helpCommand('help [verb]', 'help for a verb')
    .version(programVersion, '-V, --version', 'version of this program')
    .exitOverride()
    .configureOutput({
      writeOut: (words) => io.out(words),
      writeErr: (words) => io.err(words),
      outputError: (words, write) => write(`${words.trimEnd()}\n\`${invocation.program} --help\` shows verbs and flags.\n`),
      getOutHelpWidth: () => (io.columns > 40 ? io.columns : 100),
      getErrHelpWidth: () => (io.columns > 40 ? io.columns : 100),
      getOutHasColors: () => lookOf(io).colour,
      getErrHasColors: () => lookOf(io).colour,
    })
  for (const verb of verbs) program.addCommand(commandOf(verb, program, invocation, finished), { hidden: verb.hidden ?? false })
  return program
}

function commandOf(verb: Verb, program: Command, invocation: Invocation, finished: (code: ExitCode) => void): Command {
  const command = new Command(verb.name).description(verb.about).copyInheritedSettings(program)
  if (verb.argument) {
    const argument = new Argument(verb.argument.name, verb.argument.about)
    command.addArgument(verb.argument.choices ? argument.choices(verb.argument.choices) : argument)
  }
  if (verb.hidden) command.allowUnknownOption().helpOption(false)
  for (const flag of flagsOf(verb)) {
    const option = new Option(flag.flags, flag.about).makeOptionMandatory(flag.required ?? false)
    if (flag.default !== undefined) option.default(flag.default)
    if (flag.choices) option.choices(flag.choices)
    if (flag.repeat) option.argParser((value: string, before: readonly string[] = []) => [...before, value])
    command.addOption(option)
  }
  if (verb.help) command.addHelpText('after', `\n${verb.help}`)
  return command.action(async () => {
    finished(await perform(verb, command, invocation))
  })
}

/** Runs the verb with a cluster that is connected on first use and closed at the end. */
async function perform(verb: Verb, command: Command, { io, clusters }: Invocation): Promise<ExitCode> {
  let cluster: Cluster | undefined
  const options: Record<string, unknown> = command.opts()
  const call: Call = {
    io,
    clusters,
    verbs,
    args: command.args,
    options,
    async cluster() {
      cluster ??= await clusters.connect(targetOf({ options }))
      return cluster
    },
  }
  try {
    return await verb.run(call)
  } catch (error) {
    const explained = cluster && explainFailure(error, cluster)
    throw explained ?? error
  } finally {
    await cluster?.close()
  }
}

/** Which cluster the flags ask for. */
function targetOf(call: Pick<Call, 'options'>): { kubeconfig?: string; context?: string } {
  const kubeconfig = text(call, 'kubeconfig')
  const context = text(call, 'context')
  return { ...(kubeconfig === undefined ? {} : { kubeconfig }), ...(context === undefined ? {} : { context }) }
}

function report(io: Io, error: unknown): ExitCode {
  const look = lookOf(io)
  if (error instanceof CliError) {
    io.err(`${paint(look, 'bad', 'error:')} ${error.message}\n`)
    for (const line of error.advice) io.err(`${line}\n`)
    return error.code
  }
  const message = error instanceof Error ? error.message : String(error)
  io.err(`${paint(look, 'bad', 'error:')} this is a bug in serin: ${message}\n`)
  if (io.env.SERIN_DEBUG && error instanceof Error) io.err(`${error.stack ?? ''}\n`)
  else io.err('SERIN_DEBUG=1 shows where it happened; please report it with that.\n')
  return exit.usage
}
