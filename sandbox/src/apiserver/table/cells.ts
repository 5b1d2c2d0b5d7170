import type { Obj } from '../../types.ts'
import { age } from './age.ts'

/** Cells that take more than a look-up. */

interface ContainerStatus {
  ready?: boolean
  restartCount?: number
  state?: { waiting?: { reason?: string }; terminated?: { reason?: string; exitCode?: number; signal?: number }; running?: unknown }
}

/** What `kubectl get pods` says of a pod: ready containers, one word, restarts. */
export function podCells(pod: Obj): { ready: string; status: string; restarts: string } {
  const statuses: ContainerStatus[] = pod.status?.containerStatuses ?? []
  const total: number = pod.spec?.containers?.length ?? 0
  const ready = statuses.filter((status) => status.ready).length
  const restarts = statuses.reduce((sum, status) => sum + (status.restartCount ?? 0), 0)
  return { ready: `${ready}/${total}`, status: podStatus(pod, statuses), restarts: String(restarts) }
}

function podStatus(pod: Obj, statuses: readonly ContainerStatus[]): string {
  if (pod.metadata.deletionTimestamp) return pod.status?.reason === 'NodeLost' ? 'Unknown' : 'Terminating'
  let word: string = pod.status?.reason ?? pod.status?.phase ?? 'Unknown'
  for (const { state } of statuses) {
    if (state?.waiting?.reason) word = state.waiting.reason
    else if (state?.terminated)
      word =
        state.terminated.reason ??
        (state.terminated.signal ? `Signal:${state.terminated.signal}` : `ExitCode:${state.terminated.exitCode ?? 0}`)
  }
  return word
}

/** Its last word, by the conditions that say most. */
export function jobStatus({ metadata, status }: Obj): string {
  const conditions: { type: string; status: string }[] = status?.conditions ?? []
  const holds = (type: string) => conditions.some((condition) => condition.type === type && condition.status === 'True')
  const final = ['Complete', 'Failed'].find(holds)
  if (final) return final
  if (metadata.deletionTimestamp) return 'Terminating'
  return ['Suspended', 'FailureTarget', 'SuccessCriteriaMet'].find(holds) ?? 'Running'
}

export function completionsCell({ spec, status }: Obj): string {
  const succeeded: number = status?.succeeded ?? 0
  if (spec?.completions !== undefined) return `${succeeded}/${spec.completions}`
  return spec?.parallelism > 1 ? `${succeeded}/1 of ${spec?.parallelism}` : `${succeeded}/1`
}

/** From its start to its completion, or to now. */
export function durationCell({ status }: Obj, nowMs: number): string {
  if (!status?.startTime) return ''
  return age(Date.parse(status.startTime), status.completionTime ? Date.parse(status.completionTime) : nowMs)
}

export function servicePorts(service: Obj): string {
  const ports: { port: number; nodePort?: number; protocol?: string }[] = service.spec?.ports ?? []
  if (ports.length === 0) return '<none>'
  return ports.map(({ port, nodePort, protocol = 'TCP' }) => `${port}${nodePort ? `:${nodePort}` : ''}/${protocol}`).join(',')
}

export function labelsCell(labels: unknown): string {
  const entries = Object.entries((labels ?? {}) as Record<string, string>)
  return (
    entries
      .map(([key, value]) => `${key}=${value}`)
      .sort()
      .join(',') || '<none>'
  )
}

export function endpointsCell(endpoints: Obj): string {
  const subsets: { addresses?: { ip: string }[]; ports?: { port: number }[] }[] = endpoints.subsets ?? []
  const all = subsets.flatMap(({ addresses = [], ports = [] }) =>
    addresses.flatMap(({ ip }) => (ports.length === 0 ? [ip] : ports.map(({ port }) => `${ip}:${port}`))),
  )
  if (all.length === 0) return '<none>'
  return all.length > 3 ? `${all.slice(0, 3).join(',')} + ${all.length - 3} more...` : all.join(',')
}

export function subjectsCell(binding: Obj, kind: string): string {
  const subjects: { kind: string; name: string; namespace?: string }[] = binding.subjects ?? []
  const names = subjects
    .filter((subject) => subject.kind === kind)
    .map(({ name, namespace }) => (namespace ? `${namespace}/${name}` : name))
  return names.join(', ')
}

/** Current and wished value of each metric of an autoscaler. */
export function targetsCell(autoscaler: Obj): string {
  const metrics: { type: string; resource?: { name: string; target?: { averageUtilization?: number; averageValue?: string } } }[] =
    autoscaler.spec?.metrics ?? []
  const current: { resource?: { name: string; current?: { averageUtilization?: number; averageValue?: string } } }[] =
    autoscaler.status?.currentMetrics ?? []
  const texts = metrics.map(({ type, resource }) => {
    if (!resource) return `<unknown>/${type}`
    const now = current.find((metric) => metric.resource?.name === resource.name)?.resource?.current
    if (resource.target?.averageUtilization !== undefined) {
      const value = now?.averageUtilization === undefined ? '<unknown>' : `${now.averageUtilization}%`
      return `${resource.name}: ${value}/${resource.target.averageUtilization}%`
    }
    return `${resource.name}: ${now?.averageValue ?? '<unknown>'}/${resource.target?.averageValue ?? '<auto>'}`
  })
  return texts.join(', ') || '<none>'
}
