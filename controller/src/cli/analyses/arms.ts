import type { AnalysisRunSpecInput } from '../../api/analysisRun.ts'
import { RolloutSpec } from '../../api/rollout.ts'
import { closest } from '../../api/suggest.ts'
import { podPattern as patternOf } from '../../collect/podPattern.ts'
import { PatternError } from '../../collect/podPatternParser.ts'
import type { RolloutFields } from '../../evidence/resolveArgs.ts'
import { baselineServiceOf, canaryServiceOf } from '../../rollout/routing.ts'
import { podPattern } from '../../workload/podNames.ts'
import { CliError, exit } from '../exit.ts'
import { hashOf, plainName, type RolloutSeen, readRollout } from '../read.ts'
import { lastEntry } from '../render/words.ts'
import { type Call, namespace, text } from '../verb.ts'
import { glimpseAnalysis } from './read.ts'

type Arms = AnalysisRunSpecInput['arms']
type Arm = Arms['canary']

/** What is compared, and for which Rollout. */
export interface Compared {
  readonly arms: Arms
  readonly baseline?: 'fresh'
  readonly canaryPods?: number
  readonly rollout?: RolloutSeen
  /** What arguments of templates may take of the Rollout. */
  readonly fields?: RolloutFields
  /** The spec that the run under way follows. */
  readonly use?: RolloutSpec['analysis']
}

const ways = [
  '--rollout checkout: the new version of its run under way against stable',
  '--canary rs/NAME --baseline rs/NAME: the pods of two ReplicaSets',
  "--canary-pods 'web-7f9c-.*' --baseline-pods 'web-5d4b-.*': pods by name",
]

/** The two sides that the flags name. None, or several ways at once, is a CliError. */
export async function comparedBy(call: Call): Promise<Compared> {
  const given = (name: string) => text(call, name) !== undefined
  const byRollout = given('rollout')
  const bySets = given('canary') || given('baseline')
  const byPods = [...armFlags('canary'), ...armFlags('baseline')].some(({ key }) => given(key))
  if ([byRollout, bySets, byPods].filter(Boolean).length > 1)
    throw new CliError('--rollout, --canary rs/NAME and --canary-pods are three ways to say what is compared', [
      'Write one of them:',
      ...ways,
    ])
  if (byRollout) return ofRollout(call)
  if (bySets) return ofSets(call)
  if (byPods) return ofPods(call)
  throw new CliError('what is to be compared?', ['Write one of:', ...ways])
}

async function ofRollout(call: Call): Promise<Compared> {
  const named = { namespace: await namespace(call), name: plainName(text(call, 'rollout') ?? '') }
  const rollout = await readRollout(await call.cluster(), named)
  const run = rollout.status?.run
  if (!run) throw nothingNew(rollout)
  const spec = RolloutSpec.parse(run.spec)
  const routed = run.mode !== 'Pods' && spec.service !== undefined
  const arm = (set: string, hash: string, service: string): Arm => ({ pods: podPattern(set), hash, ...(routed ? { service } : {}) })
  const stable = arm(run.from.set, run.from.hash, spec.service ?? '')
  const { baseline } = run
  // Whose past is looked at, the run's own analysis knows: pods of earlier versions too.
  const own = await glimpseAnalysis(await call.cluster(), named.namespace, run.analysis?.name)
  const history = own?.spec.arms.history ?? (baseline ? stable : undefined)
  return {
    arms: {
      canary: arm(run.to.set, run.to.hash, canaryServiceOf(spec)),
      baseline: baseline ? arm(baseline.set, baseline.hash, baselineServiceOf(spec)) : stable,
      ...(history ? { history } : {}),
    },
    ...(baseline ? { baseline: 'fresh' as const } : {}),
    canaryPods: Math.max(1, run.canary?.replicas ?? 1),
    rollout,
    fields: { ...named, service: spec.service, workload: spec.workload.name },
    use: spec.analysis,
  }
}

function nothingNew({ metadata: { name, namespace }, status }: RolloutSeen): CliError {
  const last = status && lastEntry(status)
  const past = last
    ? [
        `To look back at run ${last.id}: serin analyze --template NAME --canary rs/${last.to.set} --baseline rs/${last.from.set} --since 30m -n ${namespace}`,
      ]
    : []
  return new CliError(
    `no run of ${name} is under way: there is no new version to compare with stable`,
    [...past, 'To compare any other pods, name both sides: --canary rs/NAME --baseline rs/NAME, or --canary-pods and --baseline-pods.'],
    exit.failed,
  )
}

async function ofSets(call: Call): Promise<Compared> {
  const canary = await setNamed(call, 'canary')
  const baseline = await setNamed(call, 'baseline')
  if (!canary) throw new CliError('--baseline is there, and --canary is missing', ['Write --canary rs/NAME too: it is what is judged.'])
  if (canary.pods === baseline?.pods)
    throw new CliError(`--canary and --baseline are both ${text(call, 'canary')}: its pods would be compared with themselves`, [
      'Name two ReplicaSets.',
    ])
  const { replicas, ...arm } = canary
  return {
    arms: { canary: arm, ...(baseline ? { baseline: { pods: baseline.pods, hash: baseline.hash } } : {}) },
    canaryPods: Math.max(1, replicas),
  }
}

async function setNamed(call: Call, flag: 'canary' | 'baseline'): Promise<{ pods: string; hash: string; replicas: number } | undefined> {
  const typed = text(call, flag)
  if (typed === undefined) return undefined
  const name = /^(?:rs|replicasets?(?:\.apps)?)\/(.+)$/i.exec(typed)?.[1]
  if (name === undefined)
    throw new CliError(`--${flag} ${typed} is not a ReplicaSet`, [
      `Write --${flag} rs/${typed.split('/').at(-1)}, or choose pods by name with --${flag}-pods.`,
    ])
  const { client } = await call.cluster()
  const where = await namespace(call)
  const ref = { apiVersion: 'apps/v1', kind: 'ReplicaSet' }
  const found = await client.get({ ...ref, namespace: where, name })
  if (found) return { pods: podPattern(name), hash: hashOf(found), replicas: (found.spec as { replicas?: number }).replicas ?? 1 }
  const there = (await client.list(ref, { namespace: where })).map(({ metadata }) => metadata.name)
  const meant = closest(name, there)
  throw new CliError(`--${flag} rs/${name}: there is no ReplicaSet of that name in namespace ${where}`, [
    meant
      ? `Did you mean rs/${meant}?`
      : `There are ${
          there
            .slice(0, 20)
            .map((one) => `rs/${one}`)
            .join(', ') || 'none'
        }. One that is gone can still be named by its pods: --${flag}-pods '${name}-.*'`,
  ])
}

const armFlags = (arm: 'canary' | 'baseline') => [
  { key: `${arm}Pods`, field: 'pods' } as const,
  { key: `${arm}Hash`, field: 'hash' } as const,
  { key: `${arm}Service`, field: 'service' } as const,
]

function ofPods(call: Call): Compared {
  const arm = (name: 'canary' | 'baseline'): Arm | undefined => {
    const said = Object.fromEntries(
      armFlags(name).flatMap(({ key, field }) => (text(call, key) === undefined ? [] : [[field, text(call, key)]])),
    )
    if (Object.keys(said).length === 0) return undefined
    const { pods } = said
    if (pods === undefined)
      throw new CliError(`--${name}-pods is missing`, [
        `The pods of the ${name} are told by a pattern of their names, like --${name}-pods 'web-7f9c-.*'`,
      ])
    checkPattern(pods, `--${name}-pods`)
    return { ...said, pods }
  }
  const [canary, baseline] = [arm('canary'), arm('baseline')]
  if (!canary) throw new CliError('--canary-pods is missing', ["It is what is judged: write --canary-pods 'web-7f9c-.*'"])
  if (baseline && JSON.stringify(canary) === JSON.stringify(baseline))
    throw new CliError('both sides are the same pods: they would be compared with themselves', [
      'Name different pods in --canary-pods and --baseline-pods.',
    ])
  return { arms: { canary, ...(baseline ? { baseline } : {}) } }
}

function checkPattern(pattern: string, flag: string): void {
  try {
    patternOf(pattern)
  } catch (error) {
    if (error instanceof PatternError) throw new CliError(`${flag}: ${error.message}`)
    throw error
  }
}
