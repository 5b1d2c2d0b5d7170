import { TableError } from '@serin/analysis'
import { KayentaError } from '@serin/analysis/kayenta'
import { parseDocument } from 'yaml'
import { AnalysisRunSpec, type AnalysisRunSpecInput } from '../../api/analysisRun.ts'
import { AnalysisTemplateSpec } from '../../api/analysisTemplate.ts'
import { requestIdAnnotation } from '../../api/commandObject.ts'
import { milliseconds } from '../../api/fields.ts'
import { apiVersion } from '../../api/rollout.ts'
import type { Instant } from '../../clock.ts'
import { partsOf } from '../../evidence/parts.ts'
import { type Resolved, resolve } from '../../evidence/resolve.ts'
import type { Ref } from '../../evidence/resolveTemplates.ts'
import type { KubeClient, KubeObject } from '../../kube/types.ts'
import { baselineServiceOf, canaryServiceOf } from '../../rollout/routing.ts'
import { podPattern, podPrefix } from '../../workload/podNames.ts'
import type { TryRequest } from '../dto/measuring.ts'
import { Refusal } from '../problems.ts'
import { checked, mustGet, type RolloutSeen } from './seen.ts'
import { runSpec } from './steps.ts'
import { checkTemplate } from './templates.ts'

/** Of which release a try is: its plan follows from that one's spec. */
export const tryOfAnnotation = 'serin.dev/try-of'

type Arms = AnalysisRunSpecInput['arms']
export interface Compared {
  arms: Arms
  baseline?: 'fresh'
  canaryPods: number
}

/** Under a run the new version is compared with the old one; else half of the old one's pods with the other half, where nothing can differ. */
export function comparedIn(rollout: RolloutSeen, pods: readonly KubeObject[]): Compared {
  const { status, metadata } = rollout
  const run = status?.run
  const spec = run && runSpec(run)
  if (run && spec && run.canary && run.canary.available > 0) {
    const routed = run.mode !== 'Pods' && spec.service !== undefined
    const arm = (set: string, hash: string, service: string) => ({ pods: podPattern(set), hash, ...(routed ? { service } : {}) })
    const stable = arm(run.from.set, run.from.hash, spec.service ?? '')
    const { baseline } = run
    return {
      arms: {
        canary: arm(run.to.set, run.to.hash, canaryServiceOf(spec)),
        baseline: baseline ? arm(baseline.set, baseline.hash, baselineServiceOf(spec)) : stable,
        ...(baseline ? { history: stable } : {}),
      },
      ...(baseline ? { baseline: 'fresh' } : {}),
      canaryPods: Math.max(1, run.canary.replicas),
    }
  }
  const { stable } = status ?? {}
  if (!stable) throw input(`Rollout ${metadata.name} has no stable version yet: there is nothing to measure. Try again when it is Healthy.`)
  return halves(stable.set, pods, metadata.name)
}

/** What a pattern of pods may have, with some room. */
const longestPattern = 1000

/** Two halves of a set's pods, as large as each other: what differs between them is chance. */
function halves(set: string, pods: readonly KubeObject[], rollout: string): Compared {
  const prefix = podPrefix(set)
  const endings = pods
    .map(({ metadata }) => metadata.name)
    .filter((name) => name.startsWith(prefix) && name.length > prefix.length)
    .map((name) => name.slice(prefix.length))
    .sort()
  if (endings.length < 2)
    throw input(
      `The stable version of ${rollout} has ${endings.length === 0 ? 'no pods' : 'one pod'}, and no run is under way: there are not two sides to compare. Scale it to 2 pods or more, or try during a run.`,
    )
  const most = Math.floor((longestPattern - prefix.length) / ((endings[0]?.length ?? 5) + 1))
  const half = Math.min(Math.floor(endings.length / 2), most)
  const pattern = (some: readonly string[]) => `${prefix.replaceAll('.', '\\.')}(${some.join('|')})`
  return {
    arms: { canary: { pods: pattern(endings.slice(0, half)) }, baseline: { pods: pattern(endings.slice(half, 2 * half)) } },
    canaryPods: half,
  }
}

/** The template that is meant and all that it names. One in a text is taken from there, the others from the cluster. */
export async function templatesFor(
  client: KubeClient,
  { namespace, template, yaml }: TryRequest,
): Promise<{ ref: Ref; find(ref: Ref): AnalysisTemplateSpec | undefined }> {
  if ((template === undefined) === (yaml === undefined)) throw input('Name a template, or send one as YAML: one of the two.')
  const known = new Map<string, AnalysisTemplateSpec>()
  const key = ({ scope, name }: Ref) => `${scope}/${name}`
  const written = yaml === undefined ? undefined : templateIn(yaml)
  const ref: Ref = written ? written.ref : { scope: template?.scope ?? 'Namespace', name: template?.name ?? '' }
  if (written) known.set(key(ref), written.spec)
  const open = written ? [...written.spec.templates] : [ref]
  for (let next = open.shift(); next && known.size < 50; next = open.shift()) {
    if (known.has(key(next))) continue
    const kind = next.scope === 'Cluster' ? 'ClusterAnalysisTemplate' : 'AnalysisTemplate'
    const object = await mustGet(client, kind, { name: next.name, ...(next.scope === 'Cluster' ? {} : { namespace }) })
    const spec = checked(object, 'spec', AnalysisTemplateSpec)
    known.set(key(next), spec)
    open.push(...spec.templates)
  }
  return { ref, find: (one) => known.get(key(one)) }
}

function templateIn(yaml: string): { ref: Ref; spec: AnalysisTemplateSpec } {
  const errors = checkTemplate(yaml).filter(({ severity }) => severity === 'error')
  if (errors.length > 0) {
    const said = errors.map(({ line, path, message }) => ({ path: line === undefined ? path : `line ${line}`, message }))
    throw new Refusal(
      'SERIN-400-INPUT',
      said
        .map(({ path, message }) => `${path}: ${message}`)
        .join('; ')
        .slice(0, 2000),
      { errors: said },
    )
  }
  const object = parseDocument(yaml).toJS() as Partial<KubeObject> | null
  const { data } = AnalysisTemplateSpec.safeParse(object?.spec)
  if (!data || !['AnalysisTemplate', 'ClusterAnalysisTemplate'].includes(object?.kind ?? ''))
    throw input('The text is no AnalysisTemplate: write apiVersion: serin.dev/v1alpha1, kind: AnalysisTemplate, metadata and spec.')
  return {
    ref: { scope: object?.kind === 'AnalysisTemplate' ? 'Namespace' : 'Cluster', name: object?.metadata?.name || 'untitled' },
    spec: data,
  }
}

/** Merged, with the arguments of the request over those of the Rollout that the templates declare. */
export function resolvedFor(
  rollout: RolloutSeen,
  { ref, find }: Awaited<ReturnType<typeof templatesFor>>,
  args: Readonly<Record<string, string>>,
): Resolved {
  const { metadata, spec } = rollout
  const own = Object.fromEntries(
    Object.entries(spec.analysis?.args ?? {}).filter(([name]) => find(ref)?.args.some((one) => one.name === name)),
  )
  const resolved = resolve({
    use: { templates: [ref], args: { ...own, ...args } },
    find,
    rollout: { name: metadata.name, namespace: metadata.namespace, service: spec.service, workload: spec.workload.name },
  })
  if (!('problem' in resolved)) return resolved
  throw input(`${resolved.problem.replace(/spec\.analysis\.args: \{([^:]+): …\}/g, 'a value for the argument $1')}.`)
}

/** The AnalysisRun of a try: it looks back and ends where it begins to look. */
export function tryObject(
  { metadata }: RolloutSeen,
  resolved: Resolved,
  compared: Compared,
  { since, now, requestId, stored }: { since: string; now: Instant; requestId: string; stored: boolean },
): KubeObject {
  const { metrics, judge, interval, templates, args, secretArgs } = resolved
  const [step, length] = [milliseconds(interval), milliseconds(since)]
  if (length < step) throw input(`since ${since} is shorter than an interval of ${interval}: look back longer.`)
  const whole = Math.floor(length / step) * step
  const seconds = (ms: number) => `${ms / 1000}s`
  const spec: AnalysisRunSpecInput = {
    templates: stored ? templates : [],
    metrics,
    ...(Object.keys(args).length > 0 ? { args } : {}),
    ...(secretArgs.length > 0 ? { secretArgs } : {}),
    arms: compared.arms,
    ...(compared.baseline ? { baseline: compared.baseline } : {}),
    judge,
    interval,
    canaryPods: compared.canaryPods,
    bake: seconds(Math.min(whole, usualBakeMs)),
    deadline: seconds(whole),
    startAt: new Date(now - length).toISOString(),
  }
  check(spec)
  const named = {
    generateName: `${metadata.name.slice(0, 200)}-try-`,
    namespace: metadata.namespace,
    annotations: { [requestIdAnnotation]: requestId, [tryOfAnnotation]: metadata.name },
  }
  // The type wants a name; with generateName an absent one is what the API server expects.
  return { apiVersion, kind: 'AnalysisRun', metadata: named as unknown as KubeObject['metadata'], spec }
}

const usualBakeMs = 300_000

/** What the API server or the judges would refuse later. */
function check(spec: AnalysisRunSpecInput): void {
  const read = AnalysisRunSpec.safeParse(spec)
  if (!read.success) {
    const [issue] = read.error.issues
    throw input(`Such an analysis cannot be: ${issue?.path.map(String).join('.')}: ${issue?.message}.`)
  }
  try {
    partsOf(read.data)
  } catch (error) {
    if (error instanceof TableError || error instanceof KayentaError) throw input(error.message)
    throw error
  }
}

const input = (detail: string) => new Refusal('SERIN-400-INPUT', detail)
