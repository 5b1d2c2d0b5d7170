import type { Json } from '../cluster/apiClient.ts'

/** The words of kstatus, which Flux, Helm 4 and `kubectl apply` of kpt wait by. */
export type Kstatus = 'InProgress' | 'Current' | 'Failed' | 'Terminating'

const conditionOf = (object: Json, type: string): Json | undefined => object.status?.conditions?.find((one: Json) => one.type === type)
const is = (object: Json, type: string, value: string): boolean => conditionOf(object, type)?.status === value

/** What kstatus makes of an object: its rules for every kind first, then those of the kind. */
export function kstatusOf(object: Json): Kstatus {
  const general = generalRules(object)
  if (general) return general
  return object.kind === 'Deployment' ? ofDeployment(object) : byReady(object)
}

function generalRules(object: Json): Kstatus | undefined {
  if (object.metadata.deletionTimestamp) return 'Terminating'
  const { observedGeneration } = object.status ?? {}
  if (observedGeneration !== undefined && observedGeneration !== object.metadata.generation) return 'InProgress'
  if (is(object, 'Reconciling', 'True')) return 'InProgress'
  if (is(object, 'Stalled', 'True')) return 'Failed'
  return undefined
}

/** Kinds that it does not know: only Ready counts, and who has no Ready is current. */
function byReady(object: Json): Kstatus {
  const ready = conditionOf(object, 'Ready')
  return ready === undefined || ready.status === 'True' ? 'Current' : 'InProgress'
}

function ofDeployment({ spec, status = {} }: Json): Kstatus {
  const progressing = status.conditions?.find((one: Json) => one.type === 'Progressing')
  if (progressing?.reason === 'ProgressDeadlineExceeded') return 'Failed'
  const { replicas = 1 } = spec
  const { replicas: all = 0, updatedReplicas = 0, readyReplicas = 0, availableReplicas = 0 } = status
  // It waits for the reason that a finished rolling update leaves; without a deadline there is no such condition.
  const finished = spec.progressDeadlineSeconds === 2 ** 31 - 1 || progressing?.reason === 'NewReplicaSetAvailable'
  if (replicas > all || replicas > updatedReplicas || all > replicas) return 'InProgress'
  if (updatedReplicas > availableReplicas || replicas > readyReplicas) return 'InProgress'
  const available = status.conditions?.some((one: Json) => one.type === 'Available' && one.status === 'True') ?? false
  return finished && available ? 'Current' : 'InProgress'
}
