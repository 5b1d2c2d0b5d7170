import type { RolloutCommandSpec } from '../../api/rolloutCommand.ts'
import type { RolloutStatus, Run } from '../../api/rolloutStatus.ts'
import type { Instant } from '../../clock.ts'
import type { KubeObject } from '../../kube/types.ts'
import { answer, usualUndo } from '../../rollout/commands.ts'
import type { Observed } from '../../rollout/observed.ts'
import { ownerOf } from '../../rollout/observed.ts'
import { kindOf } from '../../workload/registry.ts'
import type { WorkloadView } from '../../workload/view.ts'
import type { Action, Offer } from '../dto/detail.ts'
import { comesAfter } from './ahead.ts'
import type { RolloutSeen } from './seen.ts'
import { runSteps } from './steps.ts'

/** An offer before anybody in particular is asked about. */
export type Possible = Omit<Offer, 'allowed'>

const actions: readonly Action[] = ['promote', 'promoteFull', 'pause', 'resume', 'abort', 'retry', 'approve', 'reject', 'undo', 'restart']

/** What people have of a Rollout's world, read at one moment. `sets`: all ReplicaSets of the workload and of the Rollout. */
export interface Situation {
  rollout: RolloutSeen
  workload: KubeObject | undefined
  sets: readonly KubeObject[]
  now: Instant
}

/** Each action: whether it makes sense now, what it would do and what to aim it at. The controller's own answer decides, so it will not say otherwise. */
export function offersOf(situation: Situation): Possible[] {
  const { rollout, now } = situation
  const status = rollout.status
  const blocked = deafness(situation)
  const o = blocked === undefined ? observed(situation) : undefined
  const asked = (action: Action, aim: Aim): string | undefined => {
    if (!o || !status) return blocked ?? 'The controller has not looked at it yet.'
    const view = o.workload as WorkloadView
    const given = answer(o, view, status, commandOf(rollout, action, aim), now)
    return given.phase === 'Done' ? undefined : sentence(given.message)
  }
  return actions.map((action): Possible => {
    if (action === 'undo') return undoOffer(situation, o, asked)
    const aim = aimOf(action, status)
    const because = asked(action, aim)
    return {
      action,
      possible: because === undefined,
      ...(because === undefined ? {} : { because }),
      effect: effectOf(action, situation),
      ...aim,
    }
  })
}

type Aim = Pick<Offer, 'run' | 'step' | 'revision'>

/** At the run, the version and, where it ends a step, the step that people see. */
function aimOf(action: Action, status: RolloutStatus | undefined): Aim {
  const run = status?.run
  if (!run) {
    const refused = action === 'retry' ? status?.history[0]?.to.hash : undefined
    return refused === undefined ? {} : { revision: refused }
  }
  const step = action === 'promote' || action === 'approve' ? run.step?.index : undefined
  return { run: run.id, revision: run.to.hash, ...(step === undefined ? {} : { step }) }
}

/** Why the controller would not even answer, if it would not. */
function deafness({ rollout, workload }: Situation): string | undefined {
  const { metadata, spec, status } = rollout
  if (metadata.deletionTimestamp) return 'The Rollout is being deleted.'
  if (!workload) return `${spec.workload.kind} ${spec.workload.name} does not exist.`
  const stalled = status?.conditions.find(({ type, status: on }) => type === 'Stalled' && on === 'True')
  return stalled && ['WorkloadTaken', 'GateNotOurs'].includes(stalled.reason) ? sentence(stalled.message) : undefined
}

/** As the controller sees it, as far as its answers to commands depend on it. */
function observed({ rollout, workload, sets }: Situation): Observed | undefined {
  if (!workload) return undefined
  const kind = kindOf(rollout.spec.workload.kind)
  const { metadata, spec, status } = rollout
  const object = { metadata, spec, ...(status ? { status } : {}) }
  return {
    rollout: object,
    kind,
    workload: kind.view(workload, [...sets], ownerOf(object)),
    orphanSets: [],
    takenBy: undefined,
    gate: 'policies',
    service: 'unread',
    canaryService: undefined,
    baselineService: undefined,
    obstacles: [],
    slices: { root: [], canary: [], baseline: [] },
    routes: 'unread',
    setsComplete: true,
    analyses: [],
    templateOf: () => undefined,
    crashes: undefined,
    trouble: undefined,
    commands: [],
  }
}

function commandOf({ metadata }: RolloutSeen, action: Action, aim: Aim) {
  const spec: RolloutCommandSpec = { rollout: metadata.name, action, ...aim, requestedBy: { username: 'somebody' } }
  return { metadata: { name: 'asked', namespace: metadata.namespace, uid: 'asked' }, spec }
}

function undoOffer(situation: Situation, o: Observed | undefined, asked: (action: Action, aim: Aim) => string | undefined): Possible {
  const { status } = situation.rollout
  const view = o?.workload as WorkloadView | undefined
  const usual = status && view && usualUndo(status, view)
  const seen = new Set<string>()
  const versions = (view?.sets ?? [])
    .filter(({ hash }) => hash !== '' && asked('undo', { revision: hash }) === undefined && !seen.has(hash) && seen.add(hash))
    .sort((a, b) => Number(b.hash === usual) - Number(a.hash === usual) || b.revision - a.revision)
    .map(({ hash, revision, object }) => {
      const promotedAt = status?.history.find(({ result, to }) => result === 'Promoted' && to.hash === hash)?.endedAt
      return { hash, revision, images: imagesOf(object), ...(promotedAt === undefined ? {} : { promotedAt }) }
    })
  const [first] = versions
  const because = first ? undefined : (asked('undo', usual === undefined ? {} : { revision: usual }) ?? 'There is no other version.')
  const warm = first && status?.kept?.version.hash === first.hash
  return {
    action: 'undo',
    possible: first !== undefined,
    ...(because === undefined ? {} : { because }),
    effect: warm
      ? `Goes back to version ${first.hash} (${first.images.join(', ')}) at once: its pods are still there.`
      : `Writes the template of ${first ? `version ${first.hash} (${first.images.join(', ')})` : 'an earlier version'} back to the Deployment, which releases it as any other change.`,
    ...(first ? { revision: first.hash } : {}),
    versions,
  }
}

function imagesOf(set: KubeObject): string[] {
  const { template } = (set.spec ?? {}) as { template?: { spec?: { containers?: { image?: string }[] } } }
  return (template?.spec?.containers ?? []).map(({ image }) => image ?? '')
}

function effectOf(action: Exclude<Action, 'undo'>, { rollout }: Situation): string {
  const { status, metadata } = rollout
  const run = status?.run
  const to = run ? named(run.to) : 'the new version'
  const from = run ? named(run.from) : 'the stable version'
  switch (action) {
    case 'promote':
    case 'approve':
      return run?.step && run.stage === 'Stepping'
        ? `Ends step ${run.step.index + 1} of ${run.steps}: ${afterStep(run)}.`
        : 'Ends a pause, or the waiting for evidence.'
    case 'promoteFull':
      return `Leaves out all steps that are left and gives ${to} all traffic as soon as its pods are there, whatever the evidence says.`
    case 'pause':
      return `Stops the run where it is${run ? `, with ${run.weight.actual} % of the traffic on ${to}` : ''}. Evidence of harm still takes it back.`
    case 'resume':
      return 'Lets the run go on where it was stopped.'
    case 'abort':
    case 'reject':
      return `Gives all traffic back to ${from} and removes the pods of ${to}. The changed template stays held.`
    case 'retry': {
      const refused = status?.history[0]?.to
      return `Begins a new run of ${refused && status?.refused ? named(refused) : 'the version that was refused'}, from the first step.`
    }
    case 'restart':
      return `Replaces all pods of ${metadata.name} by new ones of the same version, by way of a run with all its steps.`
  }
}

function afterStep(run: Run): string {
  const steps = runSteps(run)
  return steps ? comesAfter(steps, run.step?.index ?? -1) : 'the next one is taken'
}

const named = ({ hash, images }: { hash: string; images: readonly string[] }) =>
  `version ${hash}${images.length > 0 ? ` (${images.join(', ')})` : ''}`

function sentence(text: string): string {
  const first = text.slice(0, 1).toUpperCase() + text.slice(1)
  return /[.!?]$/.test(first) ? first : `${first}.`
}
