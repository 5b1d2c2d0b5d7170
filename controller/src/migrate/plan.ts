import { back, backRefusals } from './back.ts'
import { forward, isTaken, stillOwned } from './forward.ts'
import type { Observed } from './observed.ts'
import { refusals } from './preflight.ts'
import { recordAnnotation, recordOf } from './record.ts'
import { isDone, refOf, type Step } from './step.ts'

export type Direction = 'forward' | 'back' | 'finish'

export interface Plan {
  /** Why it is not begun; with any of these there are no steps. */
  refused: string[]
  /** All steps in order, those that are done included. */
  steps: Step[]
}

export interface PlanOptions {
  direction: Direction
  /** How long Argo's controller has to stay silent until it counts as gone. */
  settleMs: number
  /** What is in Git has been changed: nothing brings the Argo Rollout back. */
  gitChanged?: boolean
}

/**
 * What is left to do, from what is observed alone: the same world gives the same plan, whatever happened before.
 * Before the first write everything unsafe is refused; after it the steps are what they are, and each says when it cannot go on.
 */
export function plan(o: Observed, { direction, settleMs, gitChanged = false }: PlanOptions): Plan {
  if (direction === 'back') {
    const refused = backRefusals(o)
    return { refused, steps: refused.length > 0 ? [] : back(o) }
  }
  if (direction === 'finish') return finish(o, settleMs, gitChanged)
  const refused = recordOf(o.argo) ? [] : refusals(o)
  return { refused, steps: refused.length > 0 ? [] : forward(o, settleMs) }
}

function finish(o: Observed, settleMs: number, gitChanged: boolean): Plan {
  const name = o.argo.metadata.name
  const refused: string[] = []
  const owned = stillOwned(o)
  const open = recordOf(o.argo) ? forward(o, settleMs).find((step) => !isDone(step)) : undefined
  const keeper = gitOpsOf(o)
  if (!recordOf(o.argo) || !isTaken(o))
    refused.push(`the migration of Argo Rollout ${name} is not complete: serin migrate argo ${name} first`)
  else if (open) refused.push(`a step of the migration is open (${open.name}): serin migrate argo ${name} first`)
  if (owned.length > 0) refused.push(`Argo Rollout ${name} still owns ${owned.join(', ')}, which has pods: they would be deleted with it`)
  if (keeper !== undefined && !gitChanged)
    refused.push(
      `${keeper} keeps Argo Rollout ${name}: it would make it again, awake, with pods of its own. Put the Deployment and Serin's Rollout in its place in Git, then say --git-changed`,
    )
  const { uid = '' } = o.argo.metadata
  return {
    refused,
    steps:
      refused.length > 0
        ? []
        : [
            {
              name: `Argo Rollout ${name} is deleted, with its empty ReplicaSets and its AnalysisRuns`,
              because: 'it owns nothing that runs; after this there is no --back',
              writes: [{ verb: 'delete', target: refOf(o.argo), uid, propagation: 'Background' }],
            },
          ],
  }
}

/** The tool that applies the Rollout from somewhere else, as far as it leaves a mark. */
export function gitOpsOf({ argo: { metadata } }: Pick<Observed, 'argo'>): string | undefined {
  const { labels = {}, annotations = {} } = metadata
  if (annotations['argocd.argoproj.io/tracking-id'] !== undefined || labels['argocd.argoproj.io/instance'] !== undefined) return 'Argo CD'
  if (labels['kustomize.toolkit.fluxcd.io/name'] !== undefined || labels['helm.toolkit.fluxcd.io/name'] !== undefined) return 'Flux'
  if (annotations['meta.helm.sh/release-name'] !== undefined) return `the Helm release ${annotations['meta.helm.sh/release-name']}`
  return undefined
}

/** The first step that is not done. */
export function nextStep({ steps }: Plan): Step | undefined {
  return steps.find((step) => !isDone(step))
}

/** The way back has come to its end: the record is gone. */
export const isWoken = ({ argo }: Pick<Observed, 'argo'>): boolean => argo.metadata.annotations?.[recordAnnotation] === undefined
