import type { Instant } from '../clock.ts'
import type { JsonPatchOp, KubeObject } from '../kube/types.ts'
import { same } from '../traffic/patch.ts'
import { canaryServiceName } from '../traffic/services.ts'
import { hashLabel, rolloutLabel } from '../workload/view.ts'
import { argoHash, deploymentName, instanceLabel, managedByAnnotation, servicesOf, specOf, statusOf } from './argo.ts'
import { deploymentFor, handOver, hashWrites, hasTemplateOf, isPaused, replicasOf, templateFor } from './deployment.ts'
import { hasPods, isComplete, isOwnedBy, type Observed, servingSet, type Way, wantedOf } from './observed.ts'
import { isMade, newRecord } from './preflight.ts'
import { type MigrationRecord, recordAnnotation, recordOf } from './record.ts'
import { isScalerOf } from './scalers.ts'
import { entriesOps, patchOf, refOf, type Step, type Write } from './step.ts'

/** What the Rollout's label says while it sleeps. No controller of Argo has this id. */
const sleeping = 'serin-migration'

/**
 * The way from Argo's Rollout to a Deployment with Serin's Rollout, in its order:
 * first Argo's controller lets go, so that whatever follows has one hand on it; then the set changes its owner under a Deployment that is paused and
 * already shows just what the set has; only then what steers traffic and size, and Serin last.
 */
export function forward(o: Observed, settleMs: number): Step[] {
  const record = recordOf(o.argo) ?? newRecord(o)
  const set = servingSet(o, record)
  if (!set) return [gone(record)]
  const way = { o, record, set }
  const handing = [labelled(way), ...deploymentSteps(way), given(way), resumed(way)]
  return [
    letGo(way),
    heard(way, settleMs),
    ...(isTaken(o) ? handing.map(({ name, because }): Step => ({ name, because, writes: [] })) : handing),
    scaled(way),
    unpinned(way),
    rerouted(way),
    cleared(way),
    guarded(way),
  ]
}

/** Serin has seen the Deployment serve: from here on releases are its affair. */
export function isTaken({ serin, argo }: Observed): boolean {
  return serin !== undefined && isMade(serin, argo) && (serin.status as { stable?: unknown } | undefined)?.stable !== undefined
}

function gone({ set }: MigrationRecord): Step {
  const blocked = `ReplicaSet ${set}, which served when the migration began, is gone: --back is not possible either; look at what serves now`
  return { name: 'find the pods', because: 'they stay as they are', writes: [], blocked }
}

function letGo({ o: { argo }, record }: Way): Step {
  const { labels, annotations } = argo.metadata
  const ops = recordOf(argo)
    ? []
    : [
        ...entriesOps(['metadata', 'annotations'], annotations, { [recordAnnotation]: JSON.stringify(record) }),
        ...entriesOps(['metadata', 'labels'], labels, { [instanceLabel]: sleeping }),
        { op: 'add', path: '/spec/paused', value: true } as const,
      ]
  return {
    name: `Argo Rollout ${argo.metadata.name} falls asleep`,
    because: 'with an instance id that no controller of Argo has, nobody acts on it; it stays where it is, with the record of how all was',
    writes: patchOf(argo, ops),
  }
}

function heard({ o, record }: Way, settleMs: number): Step {
  const { observedGeneration } = statusOf(o.argo)
  const awake = recordOf(o.argo) !== undefined && (observedGeneration ?? '') !== record.observed
  const label = o.argo.metadata.labels?.[instanceLabel]
  const changed = recordOf(o.argo) !== undefined && label !== sleeping
  const left = instantOf(record.at) + settleMs - o.now
  return {
    name: "Argo's controller has let go",
    because: 'the change of its spec stays unanswered: status.observedGeneration does not follow',
    writes: [],
    ...(changed
      ? {
          blocked: `somebody took the label ${instanceLabel} off Argo Rollout ${o.argo.metadata.name}: what applies it? Suspend that, then --back`,
        }
      : awake
        ? {
            blocked: `a controller of Argo still answers for Rollout ${o.argo.metadata.name}: is one started with --instance-id ${sleeping}? --back`,
          }
        : left > 0
          ? { wait: `silence of Argo's controller for ${Math.ceil(left / 1000)} s more` }
          : {}),
  }
}

const instantOf = (time: string): Instant => Date.parse(time)

function labelled({ o, record, set }: Way): Step {
  return {
    name: `the pods of ReplicaSet ${set.metadata.name} carry ${hashLabel}`,
    because: 'a run of Serin pins the Service by it; a label restarts nothing',
    writes: hashWrites(o, set, record.hash),
  }
}

const harmless = 'paused, and with just the template and size of the ReplicaSet: there is nothing it could change'

function deploymentSteps(way: Way): Step[] {
  const { o, set } = way
  const { argo, deployment } = o
  const name = deploymentName(argo)
  if (specOf(argo).workloadRef === undefined)
    return [
      {
        name: `Deployment ${name} is there`,
        because: harmless,
        writes: deployment ? [] : [{ verb: 'create', object: deploymentFor(argo, set) }],
      },
    ]
  if (!deployment) return []
  const steps = referencedSteps(way, deployment)
  return isOwnedBy(set, deployment) ? steps.map((step) => ({ ...step, writes: [] })) : steps
}

/** The Deployment that workloadRef names becomes one that shows just the set. */
function referencedSteps({ o, set }: Way, deployment: KubeObject): Step[] {
  const name = deployment.metadata.name
  const ops: JsonPatchOp[] = [
    ...(isPaused(deployment) ? [] : [{ op: 'add', path: '/spec/paused', value: true } as const]),
    ...(hasTemplateOf(deployment, set) ? [] : [{ op: 'replace', path: '/spec/template', value: templateFor(set) } as const]),
  ]
  const lent = o.sets.filter((each) => each !== set && isOwnedBy(each, deployment))
  const size: JsonPatchOp[] = [{ op: 'replace', path: '/spec/replicas', value: wantedOf(set) }]
  return [
    { name: `Deployment ${name} is paused and has the template of the ReplicaSet`, because: harmless, writes: patchOf(deployment, ops) },
    {
      name: `the empty ReplicaSets of Deployment ${name} are lent to the Argo Rollout`,
      because: 'a paused Deployment without any starts no pod when it gets its size',
      writes: lent.flatMap((each) => handOver(each, o.argo)),
    },
    {
      name: `Deployment ${name} has the size of the ReplicaSet`,
      because: harmless,
      writes: replicasOf(deployment) === wantedOf(set) ? [] : patchOf(deployment, size),
    },
  ]
}

function given({ o, set }: Way): Step {
  const to = o.deployment ?? { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: deploymentName(o.argo) } }
  const done = isOwnedBy(set, o.deployment)
  const fits = !o.deployment || (isPaused(o.deployment) && hasTemplateOf(o.deployment, set) && replicasOf(o.deployment) === wantedOf(set))
  return {
    name: `ReplicaSet ${set.metadata.name} goes from the Argo Rollout to Deployment ${to.metadata.name}`,
    because: 'one write changes its owner; its pods do not notice',
    writes: done || !fits ? [] : handOver(set, to),
    ...(!done && !fits
      ? {
          blocked: `Deployment ${to.metadata.name} does not fit ReplicaSet ${set.metadata.name} any more: somebody changed one of them; --back`,
        }
      : done && o.deployment && isPaused(o.deployment) && !isComplete(o.deployment, set)
        ? { wait: `Deployment ${to.metadata.name} to count these pods as its own and up to date` }
        : {}),
  }
}

function resumed({ o, set }: Way): Step {
  const { deployment } = o
  const held = !deployment || (isPaused(deployment) && hasTemplateOf(deployment, set))
  const target = deployment ?? deploymentFor(o.argo, set)
  return {
    name: `Deployment ${target.metadata.name} is resumed`,
    because: 'it counts all of its pods as up to date: there is nothing to roll out',
    writes: held ? patchOf(target, [{ op: 'replace', path: '/spec/paused', value: false }]) : [],
  }
}

function scaled({ o }: Way): Step {
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: deploymentName(o.argo) }
  const writes = o.scalers
    .filter((scaler) => isScalerOf(scaler, o.argo))
    .flatMap((scaler) => patchOf(scaler, [{ op: 'replace', path: '/spec/scaleTargetRef', value: scaleTargetRef }]))
  return { name: 'autoscalers scale the Deployment', because: 'nobody acts on the size of the Argo Rollout any more', writes }
}

function unpinned({ o, record }: Way): Step {
  const writes = Object.keys(record.services).flatMap((name) => {
    const service = o.services[name]
    return service ? patchOf(service, unpinOps(service)) : []
  })
  return {
    name: `the Services select without ${argoHash}`,
    because: 'there is one version, so they go on selecting the same pods; a release of Serin pins by its own label',
    writes,
  }
}

function unpinOps(service: KubeObject): JsonPatchOp[] {
  const { selector = {} } = service.spec as { selector?: Record<string, string> }
  return [
    ...entriesOps(['spec', 'selector'], selector, { [argoHash]: undefined }),
    ...entriesOps(['metadata', 'annotations'], service.metadata.annotations, { [managedByAnnotation]: undefined }),
  ]
}

function rerouted({ o }: Way): Step {
  const { root, others } = servicesOf(o.argo)
  const writes = Object.values(o.routes).flatMap((route): Write[] => {
    const { rules = [] } = route.spec as { rules?: { backendRefs?: { name: string }[] }[] }
    const plain = rules.map((rule) => {
      const refs = rule.backendRefs
      if (!refs?.some(({ name }) => name === root)) return rule
      return { ...rule, backendRefs: refs.filter(({ name }) => !others.includes(name)) }
    })
    return same(plain, rules) ? [] : patchOf(route, [{ op: 'replace', path: '/spec/rules', value: plain }])
  })
  return {
    name: `the routes name Service ${root} alone`,
    because: 'the other one has no share; Serin adds its own for the time of a run',
    writes,
  }
}

/** Names that runs of Serin's Rollout give to Services of their own. */
function neededNames({ rollout }: Observed['translation']): string[] {
  const { service, blueGreen, canary } = rollout.spec as {
    service?: string
    blueGreen?: { previewService?: string }
    canary?: { baseline?: string }
  }
  if (service === undefined) return []
  const baseline = canary?.baseline === 'fresh' ? [canaryServiceName(service, 'baseline')] : []
  return [blueGreen?.previewService ?? canaryServiceName(service, 'canary'), ...baseline]
}

function cleared({ o }: Way): Step {
  const inTheWay = servicesOf(o.argo).others.filter((name) => neededNames(o.translation).includes(name))
  const writes = inTheWay.flatMap((name): Write[] => {
    const service = o.services[name]
    const ours = service?.metadata.labels?.[rolloutLabel] !== undefined
    return service && !ours ? [{ verb: 'delete', target: refOf(service), uid: service.metadata.uid ?? '', propagation: 'Background' }] : []
  })
  return { name: 'the names of Services that a run makes are free', because: 'a release makes them anew, pinned to its version', writes }
}

function guarded({ o }: Way): Step {
  const { rollout, others } = o.translation
  const missing = others.filter(
    ({ kind, metadata }) => !o.others.some((there) => there.kind === kind && there.metadata.name === metadata.name),
  )
  const writes = [...missing, ...(o.serin ? [] : [rollout])].map((object): Write => ({ verb: 'create', object }))
  const { phase, message } = (o.serin?.status ?? {}) as { phase?: string; message?: string }
  return {
    name: `Serin's Rollout ${rollout.metadata.name} guards Deployment ${deploymentName(o.argo)}`,
    because: 'what serves now is its stable version; the next changed template is a run',
    writes,
    ...(o.serin && phase !== 'Healthy' && !isTaken(o)
      ? { wait: `it to be Healthy (${message ?? 'no controller of Serin has looked at it yet'})` }
      : {}),
  }
}

/** What the Argo Rollout still owns that runs; it must be nothing before it may go. */
export function stillOwned(o: Observed): string[] {
  return o.sets.filter((set) => isOwnedBy(set, o.argo) && hasPods(set)).map(({ metadata }) => metadata.name)
}
