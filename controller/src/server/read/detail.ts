import type { HistoryEntry, RolloutStatus } from '../../api/rolloutStatus.ts'
import type { KubeObject } from '../../kube/types.ts'
import { sharesOf } from '../../traffic/backendRefs.ts'
import type { AnalysisSummary, Arm, HistoryItem, Offer, ReleaseDetail } from '../dto/detail.ts'
import { aheadOf } from './ahead.ts'
import type { Situation } from './offers.ts'
import { releaseOf, versionOf } from './release.ts'
import type { AnalysisSeen } from './seen.ts'
import { runSpec, stepViews } from './steps.ts'

/** Everything of one release: its Rollout, what hangs on it, and what can be done. Pure. */
export function detailOf(
  situation: Situation,
  { analyses, offers, teamLabel }: { analyses: readonly AnalysisSummary[]; offers: readonly Offer[]; teamLabel: string },
): ReleaseDetail {
  const { rollout, sets, now } = situation
  const { spec, status, metadata } = rollout
  const run = status?.run
  const ahead = aheadOf(spec, status, metadata.name)
  // A run follows the spec as it was when it began.
  const followed = (run && runSpec(run)) ?? spec
  return {
    ...releaseOf(rollout.object, { teamLabel, now }),
    ...(run ? { trigger: run.trigger } : {}),
    ...(run?.outcome ? { outcome: outcomeOf(run.outcome) } : {}),
    ...(ahead ? { next: ahead } : {}),
    steps: stepViews(spec, run),
    arms: armsOf(status, sets),
    routes: followed.traffic.routes.map(({ kind, name }) => ({ kind, name })),
    ...(run ? { shifts: run.shifts.map(({ at, weight }) => ({ at, weight })) } : {}),
    ...(followed.service === undefined ? {} : { service: followed.service }),
    conditions: (status?.conditions ?? []).map(({ type, status: on, reason, message, lastTransitionTime }) => ({
      type,
      status: on,
      reason,
      message,
      since: lastTransitionTime,
    })),
    ...(status?.refused ? { refused: { because: status.refused.because, result: status.refused.result } } : {}),
    ...(status?.kept ? { keptUntil: status.kept.until } : {}),
    discarded: run?.discarded ?? [],
    analyses: [...analyses],
    history: historyOf(status),
    offers: [...offers],
    labels: Object.entries(metadata.labels ?? {}).map(([key, value]) => ({ key, value })),
  }
}

/** Runs that ended, the newest first. */
export function historyOf(status: RolloutStatus | undefined): HistoryItem[] {
  return [...(status?.history ?? [])].sort((a, b) => b.id - a.id).map(historyItem)
}

export function historyItem({ id, from, to, result, because, by, analysis, startedAt, endedAt }: HistoryEntry): HistoryItem {
  return {
    id,
    from: versionOf(from),
    to: versionOf(to),
    result,
    because,
    ...(by === undefined ? {} : { by }),
    ...(analysis === undefined ? {} : { analysis }),
    startedAt,
    endedAt,
  }
}

export function analysisSummary({ metadata, spec, status }: AnalysisSeen): AnalysisSummary {
  const { for: purpose } = spec
  return {
    name: metadata.name,
    ...(purpose ? { run: purpose.run } : {}),
    stage: purpose?.stage ?? 'ByHand',
    ...(purpose?.step === undefined ? {} : { step: purpose.step }),
    phase: status?.phase ?? 'Pending',
    ...(status?.verdict === undefined ? {} : { verdict: status.verdict }),
    message: status?.message ?? 'the controller has not looked at it yet',
    ...(status?.startedAt === undefined ? {} : { startedAt: status.startedAt }),
    ...(status?.endedAt === undefined ? {} : { endedAt: status.endedAt }),
  }
}

function outcomeOf({ result, because, by }: NonNullable<NonNullable<RolloutStatus['run']>['outcome']>) {
  return { result, because, ...(by === undefined ? {} : { by }) }
}

/** Which set plays which part; a set has the first part that fits. */
export function partsPlayed(
  status: RolloutStatus | undefined,
): { arm: Arm['arm']; set: string; version: Arm['version']; share?: number }[] {
  if (!status) return []
  const { run, stable, kept } = status
  const parts: ReturnType<typeof partsPlayed> = []
  if (run) {
    const { root, canary, baseline } = sharesOf({ weight: run.weight.actual, ...(run.baseline ? { baseline: run.baseline.set } : {}) })
    parts.push({ arm: 'canary', set: run.to.set, version: versionOf(run.to), share: canary })
    if (run.baseline)
      parts.push({ arm: 'baseline', set: run.baseline.set, version: { ...versionOf(run.from), hash: run.baseline.hash }, share: baseline })
    parts.push({ arm: 'stable', set: run.from.set, version: versionOf(run.from), share: root })
  } else if (stable) parts.push({ arm: 'stable', set: stable.set, version: versionOf(stable), share: 100 })
  if (kept) parts.push({ arm: 'kept', set: kept.version.set, version: versionOf(kept.version), share: 0 })
  return parts.filter(({ set }, at) => parts.findIndex((other) => other.set === set) === at)
}

function armsOf(status: RolloutStatus | undefined, sets: readonly KubeObject[]): Arm[] {
  return partsPlayed(status).map(({ set, ...part }) => {
    const object = sets.find(({ metadata }) => metadata.name === set)
    const { replicas } = (object?.spec ?? {}) as { replicas?: number }
    const { availableReplicas = 0 } = (object?.status ?? {}) as { availableReplicas?: number }
    return { ...part, set, ...(object ? { replicas: replicas ?? 1, available: availableReplicas } : {}) }
  })
}
