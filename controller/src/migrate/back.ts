import type { JsonPatchOp, KubeObject } from '../kube/types.ts'
import { same } from '../traffic/patch.ts'
import { hashLabel, managedLabel } from '../workload/view.ts'
import { argoHash, instanceLabel, managedByAnnotation, specOf } from './argo.ts'
import { deploymentSpec, handOver, hashWrites, hasTemplateOf, isPaused, replicasOf } from './deployment.ts'
import { hasPods, isOwnedBy, type Observed, servingSet, type Way, wantedOf } from './observed.ts'
import { isMade } from './preflight.ts'
import { recordAnnotation, recordOf } from './record.ts'
import { targetOf } from './scalers.ts'
import { entriesOps, patchOf, refOf, type Step, type Write } from './step.ts'

/** Why there is no way back, as sentences; empty: there is one. */
export function backRefusals(o: Observed): string[] {
  const { argo, deployment, serin } = o
  const record = recordOf(argo)
  if (!record) return [`nothing to take back: Argo Rollout ${argo.metadata.name} carries no record of a migration`]
  if (serin && isMade(serin, argo) && (serin.status as { run?: unknown } | undefined)?.run !== undefined)
    return [`a run of Serin's Rollout ${serin.metadata.name} is under way: serin abort ${serin.metadata.name}, then try again`]
  const set = servingSet(o, record)
  if (!set)
    return [`ReplicaSet ${record.set} is gone: there is nothing to give back to the Argo Rollout; roll forward, or make it anew from Git`]
  const released = deployment !== undefined && isOwnedBy(set, deployment) && !hasTemplateOf(deployment, set)
  const others = o.sets.filter((each) => each !== set && isOwnedBy(each, deployment) && hasPods(each))
  if (released || others.length > 0)
    return [
      `Deployment ${deployment?.metadata.name} has had another release since: bring the old version back first (serin undo, or its template in Git), so that ReplicaSet ${record.set} serves again`,
    ]
  return []
}

/** The way back, in its order: Serin goes first and Argo's controller wakes last, when everything is as its record says. */
export function back(o: Observed): Step[] {
  const record = recordOf(o.argo)
  const set = record && servingSet(o, record)
  if (!record || !set) return []
  const way = { o, record, set }
  return [
    unguarded(way),
    unscaled(way),
    paused(way),
    sized(way),
    servicesBack(way),
    routesBack(way),
    returned(way),
    ...deploymentBack(way),
    unlabelled(way),
    awake(way),
  ]
}

function unguarded({ o }: Way): Step {
  const { argo, serin, deployment } = o
  const made = serin && isMade(serin, argo) ? [serin] : []
  const label = deployment?.metadata.labels?.[managedLabel]
  return {
    name: "Serin's Rollout is taken away",
    because: 'nobody of Serin acts on the Deployment any more; converted templates of analyses stay, for others may use them',
    writes: made.filter(({ metadata }) => !metadata.deletionTimestamp).map(removal),
    ...(made.length > 0 || (serin === undefined && label !== undefined)
      ? { wait: `the controller of Serin to let Deployment ${deployment?.metadata.name} go (its label ${managedLabel})` }
      : {}),
  }
}

const removal = (object: KubeObject): Write => ({
  verb: 'delete',
  target: refOf(object),
  uid: object.metadata.uid ?? '',
  propagation: 'Background',
})

function unscaled({ o, record }: Way): Step {
  const writes = o.scalers.flatMap((scaler) => {
    const before = record.scalers[scaler.metadata.name]
    const away = before === undefined || same(targetOf(scaler), before)
    return away ? [] : patchOf(scaler, [{ op: 'replace', path: '/spec/scaleTargetRef', value: before }])
  })
  return { name: 'autoscalers scale the Argo Rollout again', because: 'it will soon size the pods', writes }
}

function paused({ o, set }: Way): Step {
  const { deployment } = o
  const ops: JsonPatchOp[] =
    deployment && isOwnedBy(set, deployment) && !isPaused(deployment) ? [{ op: 'add', path: '/spec/paused', value: true }] : []
  return {
    name: 'the Deployment is paused',
    because: 'it starts nothing in the place of what it gives away',
    writes: deployment ? patchOf(deployment, ops) : [],
  }
}

function sized({ o, set }: Way): Step {
  const replicas = specOf(o.argo).replicas
  return {
    name: 'the Argo Rollout has the size of the ReplicaSet',
    because: 'else its controller would begin by scaling',
    writes: replicas === wantedOf(set) ? [] : patchOf(o.argo, [{ op: 'add', path: '/spec/replicas', value: wantedOf(set) }]),
  }
}

function servicesBack({ o, record }: Way): Step {
  const writes = Object.entries(record.services).flatMap(([name, { selector, managedBy, removed }]): Write[] => {
    const service = o.services[name]
    if (!service) {
      const { namespace } = o.argo.metadata
      return removed
        ? [
            {
              verb: 'create',
              object: { apiVersion: 'v1', kind: 'Service', ...removed, metadata: { ...removed.metadata, namespace: namespace ?? '' } },
            },
          ]
        : []
    }
    const present = (service.spec as { selector?: Record<string, string> }).selector
    const ops = [
      ...entriesOps(['spec', 'selector'], present, { [argoHash]: selector[argoHash] }),
      ...entriesOps(['metadata', 'annotations'], service.metadata.annotations, { [managedByAnnotation]: managedBy }),
    ]
    return patchOf(service, ops)
  })
  return { name: `the Services select by ${argoHash} again`, because: 'the pods never lost that label', writes }
}

function routesBack({ o, record }: Way): Step {
  const writes = Object.entries(record.routes).flatMap(([key, rules]) => {
    const route = o.routes[key]
    const is = route && (route.spec as { rules?: unknown }).rules
    return !route || same(is, rules) ? [] : patchOf(route, [{ op: 'replace', path: '/spec/rules', value: rules }])
  })
  return { name: 'the routes name both Services again', because: 'with the weights 100 and 0 they had', writes }
}

function returned({ o, set }: Way): Step {
  return {
    name: `ReplicaSet ${set.metadata.name} goes back to the Argo Rollout`,
    because: 'one write changes its owner; its pods do not notice',
    writes: isOwnedBy(set, o.argo) ? [] : handOver(set, o.argo),
  }
}

function deploymentBack({ o, record }: Way): Step[] {
  const { deployment, argo } = o
  const { referenced } = record
  if (!referenced) {
    const ours = deployment && isMade(deployment, argo)
    return [
      {
        name: 'the Deployment goes',
        because: 'it owns nothing any more',
        writes: ours && !deployment.metadata.deletionTimestamp ? [{ ...removal(deployment), propagation: 'Orphan' } as Write] : [],
        ...(ours ? { wait: `Deployment ${deployment.metadata.name} to be gone` } : {}),
      },
    ]
  }
  if (!deployment) return []
  const size: JsonPatchOp[] = [{ op: 'replace', path: '/spec/replicas', value: referenced.replicas }]
  const lent = o.sets.filter((each) => referenced.sets.includes(each.metadata.name) && isOwnedBy(each, argo))
  const wasPaused: JsonPatchOp[] =
    isPaused(deployment) === referenced.paused ? [] : [{ op: 'add', path: '/spec/paused', value: referenced.paused }]
  const template: JsonPatchOp[] = same(deploymentSpec(deployment).template, referenced.template)
    ? []
    : [{ op: 'replace', path: '/spec/template', value: referenced.template }]
  const name = deployment.metadata.name
  return [
    {
      name: `Deployment ${name} is empty again`,
      because: 'it was before',
      writes: replicasOf(deployment) === referenced.replicas ? [] : patchOf(deployment, size),
    },
    {
      name: `Deployment ${name} gets its empty ReplicaSets back`,
      because: 'they are its history',
      writes: lent.flatMap((each) => handOver(each, deployment)),
    },
    {
      name: `Deployment ${name} has its own template again`,
      because: "Argo's Rollout reads it; without this it would see a new version",
      writes: patchOf(deployment, [...template, ...wasPaused]),
    },
  ]
}

function unlabelled({ o, set }: Way): Step {
  const notes = entriesOps(['metadata', 'annotations'], set.metadata.annotations, nativeNotes(set))
  return {
    name: `the pods of ReplicaSet ${set.metadata.name} lose ${hashLabel}`,
    because: 'they had none; what the native controller noted on the set goes too',
    writes: hashWrites(o, set, undefined, notes),
  }
}

/** What the native controller wrote on the set while it was the Deployment's. */
function nativeNotes({ metadata: { annotations = {} } }: KubeObject): Record<string, undefined> {
  const notes = Object.keys(annotations).filter((key) => key.startsWith('deployment.kubernetes.io/'))
  return Object.fromEntries(notes.map((key) => [key, undefined]))
}

function awake({ o: { argo }, record }: Way): Step {
  const { instance, paused: was } = record
  const isPausedNow = specOf(argo).paused
  const resume: JsonPatchOp[] =
    isPausedNow === was
      ? []
      : was === undefined
        ? [{ op: 'remove', path: '/spec/paused' }]
        : [{ op: 'add', path: '/spec/paused', value: was }]
  return {
    name: `Argo Rollout ${argo.metadata.name} wakes`,
    because: 'everything is as its record says; its controller finds nothing to do',
    writes: patchOf(argo, [
      ...resume,
      ...entriesOps(['metadata', 'labels'], argo.metadata.labels, { [instanceLabel]: instance }),
      ...entriesOps(['metadata', 'annotations'], argo.metadata.annotations, { [recordAnnotation]: undefined }),
    ]),
  }
}
