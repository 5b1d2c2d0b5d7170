import type { KubeObject } from '../../kube/types.ts'
import { follow, isOver } from '../analyses/follow.ts'
import { analysisRunType } from '../analyses/read.ts'
import { analysisName } from '../analyses/whose.ts'
import { CliError, type ExitCode, exit } from '../exit.ts'
import { print } from '../output.ts'
import { type Call, dryRunFlag, type Flag, format, isSet, namespace, text, texts, type Verb } from '../verb.ts'

const asking: readonly Flag[] = [
  {
    flags: '--template <name>',
    about: 'AnalysisTemplate, or cluster/NAME; may be given several times. Default: those of the Rollout',
    repeat: true,
  },
  { flags: '--rollout <name>', about: 'compare the new version of its run under way with stable' },
  { flags: '--canary <set>', about: 'rs/NAME: the pods of a ReplicaSet are judged' },
  { flags: '--baseline <set>', about: 'rs/NAME: what they are compared with' },
  { flags: '--canary-pods <regex>', about: 'pods that are judged, by a pattern (RE2) of their whole names' },
  { flags: '--baseline-pods <regex>', about: 'pods that they are compared with' },
  { flags: '--canary-hash <hash>', about: 'for queries with {{arm.hash}}' },
  { flags: '--baseline-hash <hash>', about: 'the same for the baseline' },
  { flags: '--canary-service <name>', about: 'for queries with {{arm.service}}' },
  { flags: '--baseline-service <name>', about: 'the same for the baseline' },
  { flags: '--arg <name=value>', about: 'argument of the templates; may be given several times', repeat: true },
  { flags: '--interval <duration>', about: "length of an interval; default: the templates'" },
  { flags: '--bake <duration>', about: 'no pass before; default 5m' },
  { flags: '--deadline <duration>', about: 'undecided after that is inconclusive; default 1h, with --since that long' },
  { flags: '--alpha <share>', about: 'chance of failing a healthy version; default 5%' },
  { flags: '--since <duration>', about: 'begin that long ago: what is past is judged at once' },
]

const usual: readonly Flag[] = [
  dryRunFlag,
  { flags: '--no-wait', about: 'make it and do not follow it' },
  { flags: '--keep', about: 'keep it when it has ended (as usual): serin record prints what it judged; gone after 30 days' },
  { flags: '--delete', about: 'delete it when it has ended' },
]

export const analyze: Verb = {
  name: 'analyze',
  about: 'compare two versions by a template, now or in the past, and follow the analysis until it ends',
  scope: 'rollout',
  flags: [...asking, { flags: '--follow <name>', about: 'follow an AnalysisRun that is there, whoever made it' }, ...usual],
  help: [
    'Makes an AnalysisRun, which the controller measures and judges; it moves no traffic and ends no run.',
    'Without a baseline only thresholds, jobs and webhooks decide.',
    '',
    'Examples:',
    '  serin analyze --template http --rollout checkout',
    '  serin analyze --template http --canary rs/checkout-7f9c --baseline rs/checkout-5d4b --since 30m',
    "  serin analyze --template cluster/http --canary-pods 'web-a-.*' --baseline-pods 'web-b-.*' --arg limit=0.02 --deadline 20m",
    '  serin analyze --follow checkout-7',
    '',
    'Exit code:',
    '  0  pass',
    '  1  fail',
    '  2  inconclusive, stopped, or left with Ctrl-C',
    '  3  it cannot be measured as it is written, wrong usage, or no way to ask the cluster',
  ].join('\n'),
  async run(call) {
    const followed = text(call, 'follow')
    if (followed !== undefined) return followOnly(call, followed)
    if (isSet(call, 'keep') && isSet(call, 'delete')) throw new CliError('--keep and --delete do not go together')
    if (isSet(call, 'delete') && !isSet(call, 'wait'))
      throw new CliError('--delete needs to see the end, and --no-wait does not wait for it', ['Leave one of them out.'])
    const as = format(call)
    // Reading templates takes much that the other verbs need not load.
    const { draftOf } = await import('../analyses/draft.ts')
    const draft = await draftOf(call)
    const { client } = await call.cluster()
    if (isSet(call, 'dryRun')) {
      await client.create(draft, { dryRun: true })
      print(call.io, as === 'json' ? 'json' : 'yaml', draft)
      call.io.err('dry run: the API server would take it; nothing was sent\n')
      return exit.ok
    }
    return started(call, await client.create(draft))
  },
}

async function started(call: Call, made: KubeObject): Promise<ExitCode> {
  const { io } = call
  const as = format(call)
  const { name, namespace: where = '' } = made.metadata
  if (!isSet(call, 'wait')) {
    if (as !== 'table') print(io, as, made)
    else io.out(`AnalysisRun ${name} is made; serin analyze --follow ${name} -n ${where}\n`)
    return exit.ok
  }
  ;(as === 'table' && !io.isTty ? io.out : io.err)(`AnalysisRun ${name} is made\n`)
  const { code, last } = await follow(call, { namespace: where, name })
  if (!last || !isOver(last)) return code
  if (isSet(call, 'delete')) {
    const { uid } = made.metadata
    await (await call.cluster()).client.delete(
      { ...analysisRunType, namespace: where, name },
      { ...(uid === undefined ? {} : { uid }), propagation: 'Background' },
    )
  } else io.err(`All that it judged: serin record sar/${name} -n ${where}\n`)
  return code
}

async function followOnly(call: Call, typed: string): Promise<ExitCode> {
  for (const { flags } of [...asking, ...usual]) {
    const key = (/--([a-z-]+)/.exec(flags)?.[1] ?? '').replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())
    const given = key === 'noWait' ? !isSet(call, 'wait') : text(call, key) !== undefined || texts(call, key).length > 0 || isSet(call, key)
    if (given) throw new CliError(`--follow only follows what is there: --${/--([a-z-]+)/.exec(flags)?.[1]} means nothing with it`)
  }
  const { code } = await follow(call, { namespace: await namespace(call), name: analysisName(typed) ?? typed })
  return code
}
