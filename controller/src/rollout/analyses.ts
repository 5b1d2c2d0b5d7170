import type { AnalysisRunSpec, AnalysisRunStatus } from '../api/analysisRun.ts'
import { argProblems } from '../api/analysisUses.ts'
import { type RolloutSpec, rampOf } from '../api/rollout.ts'
import type { Run } from '../api/rolloutStatus.ts'
import { type Resolved, resolve } from '../evidence/resolve.ts'
import type { KubeObject } from '../kube/types.ts'
import { canonical, shortHash } from '../workload/hash.ts'
import { podPattern } from '../workload/podNames.ts'
import { rolloutLabel } from '../workload/view.ts'
import { canarySize } from './canary.ts'
import { type AnalysisObject, type Observed, ownerOf } from './observed.ts'
import { baselineServiceOf, canaryServiceOf } from './routing.ts'
import { fails, inOrder, type Move, type Part, type Scene, satisfied, somebodyDecides, waits } from './scene.ts'
import { type PlannedStep, stepsOf } from './steps/planned.ts'

type Stage = NonNullable<AnalysisRunSpec['for']>['stage']
type Refs = NonNullable<NonNullable<RolloutSpec['analysis']>['templates']>

/** One analysis that a run asks for. */
interface Use {
  name: string
  stage: Stage
  step?: number
  templates: Refs
  deadline: string
}

/** The analyses of a run, in the order of their time. A run that skips its steps has none. */
function usesOf(o: Observed, run: Pick<Run, 'id' | 'fast' | 'trigger'>, spec: RolloutSpec): Use[] {
  if (run.fast || run.trigger === 'Undo') return []
  const base = `${o.rollout.metadata.name}-${run.id}`
  const { analysis } = spec
  const uses: Use[] = []
  if (analysis?.templates && !spec.blueGreen)
    uses.push({ name: base, stage: 'Background', templates: analysis.templates, deadline: analysis.deadline })
  stepsOf(spec).forEach(({ analyze }, step) => {
    if (!analyze?.templates) return
    const told = shortHash(canonical(analyze)).slice(0, 5)
    uses.push({ name: `${base}-step${step + 1}-${told}`, stage: 'Step', step, templates: analyze.templates, deadline: analyze.atMost })
  })
  for (const stage of ['before', 'after'] as const) {
    const own = analysis?.[stage]
    if (own && spec.blueGreen)
      uses.push({
        name: `${base}-${stage}`,
        stage: stage === 'before' ? 'Before' : 'After',
        templates: own.templates,
        deadline: own.deadline,
      })
  }
  return uses
}

/** What its templates cannot be used for, looked at before a run begins. */
export function unusable(o: Observed): string | undefined {
  const { spec } = o.rollout
  for (const use of usesOf(o, { id: 1, fast: false, trigger: 'Template' }, spec)) {
    const resolved = resolvedFor(o, spec, use)
    if ('problem' in resolved) return resolved.problem
  }
  return argProblems(spec, o.templateOf)[0]?.message
}

function resolvedFor(o: Observed, spec: RolloutSpec, use: Use): Resolved | { problem: string } {
  const { name, namespace } = o.rollout.metadata
  return resolve({
    use: { templates: use.templates, args: spec.analysis?.args, shared: true },
    find: o.templateOf,
    rollout: { name, namespace, service: spec.service, workload: spec.workload.name },
  })
}

/** The analyses stand there from the beginning, as their templates are now: an edit of a template does not change a run under way. */
export const analysesExist: Part = (scene) => inOrder(usesOf(scene.o, scene.run, scene.spec).map(exists))(scene)

const exists =
  (use: Use): Part =>
  (scene) => {
    const { o, spec } = scene
    if (o.analyses.some(({ metadata }) => metadata.name === use.name)) return satisfied(scene)
    const resolved = resolvedFor(o, spec, use)
    if ('problem' in resolved) return waits(scene, { for: 'the templates of its analysis to be usable', because: resolved.problem })
    const object = analysisObject(scene, use, resolved)
    return waits(scene, { for: 'its analysis to be made', because: 'it keeps the templates as they are now' }, [
      { verb: 'create', object, because: 'what is measured in this run is written down before it begins' },
    ])
  }

function analysisObject(scene: Scene, use: Use, resolved: Resolved): KubeObject {
  const { o, run, spec } = scene
  const { analysis, canary } = spec
  const owner = ownerOf(o.rollout)
  const routed = run.mode !== 'Pods'
  const ramp = use.stage === 'Background' && !canary?.steps ? rampOf(spec) : undefined
  const fresh = run.baseline !== undefined
  const stable = { pods: podPattern(run.from.set), hash: run.from.hash, ...(routed && spec.service ? { service: spec.service } : {}) }
  const weights = ramp?.weights.filter((weight) => weight > 0) ?? []
  const { metrics, judge, interval, templates, args, secretArgs } = resolved
  const body: AnalysisRunSpec = {
    for: { rollout: o.rollout.metadata.name, run: run.id, stage: use.stage, ...(use.step === undefined ? {} : { step: use.step }) },
    templates,
    metrics,
    args,
    secretArgs,
    arms: {
      canary: { pods: podPattern(run.to.set), hash: run.to.hash, ...(routed && spec.service ? { service: canaryServiceOf(spec) } : {}) },
      baseline: fresh ? freshArm(scene) : stable,
      history: { ...stable, pods: formerPods(scene) },
    },
    judge,
    interval,
    baseline: fresh ? 'fresh' : 'stable',
    routed,
    ...(ramp && weights.length > 0 ? { ramp: { weights, budget: ramp.budget } } : {}),
    warmup: use.stage === 'Background' ? (analysis?.warmup ?? '0s') : '0s',
    // Each interval is judged by the requests counted in it, and a weight counts only once it has settled: nothing has to be left out.
    settle: 0,
    bake: use.stage === 'Background' ? (analysis?.bake ?? '0s') : '0s',
    deadline: use.deadline,
    alpha: analysis?.alpha ?? 0.05,
    beta: analysis?.beta ?? 0.05,
    ignoreMissing: analysis?.onNoData === 'ignore',
    history: '12h',
    canaryPods: Math.max(1, canarySize(scene, weights[0] ?? 1)),
  }
  return {
    apiVersion: 'serin.dev/v1alpha1',
    kind: 'AnalysisRun',
    metadata: {
      name: use.name,
      namespace: o.rollout.metadata.namespace,
      labels: { [rolloutLabel]: o.rollout.metadata.name },
      ownerReferences: [{ ...owner, controller: true, blockOwnerDeletion: false }],
    },
    spec: body,
  }
}

/** Pods of the versions that served in the past: a service that is released often would know little of itself by the last one alone. */
function formerPods({ o, run }: Scene): string {
  const promoted = (o.rollout.status?.history ?? []).filter(({ result }) => result === 'Promoted')
  const sets = [...new Set([run.from.set, ...promoted.flatMap(({ to, from }) => [to.set, from.set])])].filter((set) => set !== run.to.set)
  const patterns = sets.slice(0, mostFormer).map(podPattern)
  while (patterns.join('|').length > 1000) patterns.pop()
  return patterns.join('|')
}

const mostFormer = 6

function freshArm({ run, spec }: Scene): AnalysisRunSpec['arms']['canary'] {
  const set = freshSetOf(run)
  return { pods: podPattern(set.name), hash: set.hash, ...(spec.service ? { service: baselineServiceOf(spec) } : {}) }
}

/** Name and hash label of the fresh pods of the old version. */
export function freshSetOf({ from, id }: Pick<Run, 'from' | 'id'>): { name: string; hash: string } {
  return { name: `${from.set}-b${id}`, hash: `${from.hash}-b${id}`.slice(-63) }
}

/** The analysis of the run that is for this, if there is one. */
export function analysisFor(scene: Scene, stage: Stage, step?: number): AnalysisObject | undefined {
  const use = usesOf(scene.o, scene.run, scene.spec).find((one) => one.stage === stage && (step === undefined || one.step === step))
  return use && scene.o.analyses.find(({ metadata }) => metadata.name === use.name)
}

/** Why the run may not go on: something it watches has failed. Not after a person has decided to skip what is left. */
export function harmFound(scene: Scene): string | undefined {
  if (scene.run.fast) return undefined
  const names = new Set(usesOf(scene.o, scene.run, scene.spec).map(({ name }) => name))
  const failed = scene.o.analyses.find(({ metadata, status }) => names.has(metadata.name) && wordOf(status) === 'Fail')
  return failed?.status && plain(failed.status.message)
}

/** As a part of a sentence. */
export function plain(message: string): string {
  return message.replace(/\.$/, '')
}

/** Its word, whether it goes on or has ended. */
function wordOf(status: AnalysisRunStatus | undefined): 'Running' | 'Pass' | 'Fail' | 'Inconclusive' {
  switch (status?.phase) {
    case 'Pass':
    case 'Fail':
    case 'Inconclusive':
      return status.phase
    default:
      return status?.verdict ?? 'Running'
  }
}

/** What a step waits for until `enough`: evidence, or what the policies say of its lack. */
export function judged(
  scene: Scene,
  analysis: AnalysisObject | undefined,
  enough: (status: AnalysisRunStatus) => boolean,
  because: string,
): Move {
  const { spec, o } = scene
  const status = analysis?.status
  if (!analysis || !status) return waits(scene, { for: 'its analysis to begin', because })
  const { onInconclusive = 'pause', onNoData = 'pause' } = spec.analysis ?? {}
  if (status.phase === 'Error')
    return waits(scene, { for: somebodyDecides, because: `it cannot be measured: ${status.message}; ${ask(o)}` })
  const down = status.problems.find(({ kind }) => kind === 'SourceDown')
  if (down && status.phase !== 'Pass') return waits(scene, { for: sourceToAnswer(down.what), because: down.because })
  const idle = new Set(status.metrics.filter(({ gate, dryRun }) => gate === false || dryRun).map(({ name }) => name))
  const lacking = status.problems.find(({ kind, what }) => kind !== 'SourceDown' && kind !== 'Remark' && !idle.has(what))
  if ((!lacking || onNoData === 'ignore') && enough(status)) return satisfied(scene)
  if (lacking && onNoData === 'rollback') return fails(scene, `${lacking.what}: ${lacking.because}`)
  if (lacking && onNoData === 'pause')
    return waits(scene, { for: somebodyDecides, because: `${lacking.what}: ${lacking.because}; ${ask(o)}` })
  if (wordOf(status) === 'Inconclusive') {
    if (onInconclusive === 'rollback') return fails(scene, status.message)
    if (onInconclusive === 'promote' && status.calm) return satisfied(scene)
    const calm = onInconclusive === 'promote' ? 'something looked like harm; ' : ''
    return waits(scene, { for: somebodyDecides, because: `${status.message} ${calm}${ask(o)}`.trim() })
  }
  if (status.phase === 'Stopped')
    return waits(scene, { for: somebodyDecides, because: `its analysis was stopped: ${status.message}; ${ask(o)}` })
  if (analysis.spec.for?.stage === 'Background' && scene.run.weight.wanted === 0 && status.phase === 'Pending')
    return waits(scene, {
      for: somebodyDecides,
      because: `no step before this one gives the new version any traffic, so there is nothing to measure: write a weight first; ${ask(o)}`,
    })
  return waits(scene, { for: `evidence: ${plain(status.message)}`, because })
}

const sourceToAnswer = (source: string) => `${source} to answer`
/** Whether a run that waits for this waits for a source that does not answer. */
export const isSourceToAnswer = (what: string): boolean => what.endsWith(sourceToAnswer(''))

const ask = (o: Observed) => `serin promote ${o.rollout.metadata.name} goes on, serin abort goes back`

/** Blue/green: what is measured after the switch has passed, while there is still a way back. One that somebody deleted is made again, and measures anew. */
export const afterPassed: Part = (scene) => {
  const use = usesOf(scene.o, scene.run, scene.spec).find(({ stage }) => stage === 'After')
  if (!use) return satisfied(scene)
  const because = 'what is measured after the switch must pass before the old version goes'
  return inOrder([exists(use), (at) => judged(at, analysisFor(at, 'After'), passed, because)])(scene)
}

export const passed = (status: AnalysisRunStatus): boolean => wordOf(status) === 'Pass'

/** The run's status of what it waits for just now. */
export function shownAnalysis(scene: Scene): Run['analysis'] {
  const { run } = scene
  const step: PlannedStep | undefined = run.step && stepsOf(scene.spec)[run.step.index]
  const of =
    scene.o.analyses.find(({ status }) => wordOf(status) === 'Fail') ??
    (run.stage === 'Promoting' ? analysisFor(scene, 'After') : undefined) ??
    (step?.analyze?.templates ? analysisFor(scene, 'Step', run.step?.index) : undefined) ??
    (step?.before ? analysisFor(scene, 'Before') : undefined) ??
    analysisFor(scene, 'Background') ??
    analysisFor(scene, 'Before')
  if (!of?.spec.for) return undefined
  const { phase = 'Pending', verdict, message = 'it was just made' } = of.status ?? {}
  return { name: of.metadata.name, stage: of.spec.for.stage, phase, ...(verdict ? { verdict } : {}), message }
}
