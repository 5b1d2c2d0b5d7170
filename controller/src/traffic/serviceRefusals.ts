import type { KubeObject } from '../kube/types.ts'
import { heldBy } from './runLabels.ts'
import { hashLabel, type ServiceSpec, specOf } from './services.ts'

/**
 * Says why a Service cannot be a run's root, or undefined. To be asked before the run: a Service in a run is pinned.
 * `routed`: routes carry the weights (the default); without one a headless Service will do, its pin moves what DNS answers.
 */
export function refusesService(service: KubeObject, { routed = true }: { routed?: boolean } = {}): string | undefined {
  const spec = specOf(service)
  const me = `Service ${service.metadata.name}`
  if (spec.type === 'ExternalName') return `${me} is of type ExternalName: it has no pods behind it to split`
  if (Object.keys(spec.selector ?? {}).length === 0) return `${me} has no selector: whoever writes its endpoints decides where requests go`
  if (routed && spec.clusterIP === 'None')
    return `${me} is headless: clients pick pods by themselves, past the route; give the route a Service with a cluster IP`
  if (heldBy(service) === undefined && spec.selector?.[hashLabel] !== undefined) {
    return `the selector of ${me} names ${hashLabel}, so it follows no release; take that label out of the selector`
  }
  return undefined
}

/** Says why an existing Service stands in the way of the one that a run wants to make under its name, or undefined when it is that Rollout's own. */
export function refusesCanaryService(existing: KubeObject, rolloutUid: string): string | undefined {
  const ours = existing.metadata.ownerReferences?.some((owner) => owner.controller === true && owner.uid === rolloutUid)
  return ours ? undefined : `there is a Service ${existing.metadata.name} already, which is not this Rollout's; rename or delete it`
}

/** Whether the Service's selector matches pods with these labels. */
export function selects(service: KubeObject, podLabels: Readonly<Record<string, string>>): boolean {
  const selector: NonNullable<ServiceSpec['selector']> = specOf(service).selector ?? {}
  const wanted = Object.entries(selector)
  return wanted.length > 0 && wanted.every(([key, value]) => podLabels[key] === value)
}
