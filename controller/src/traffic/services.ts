import type { JsonPatchOp, KubeObject, OwnerReference } from '../kube/types.ts'
import { isObject, pointer } from './patch.ts'
import { markOps, rolloutLabel, runLabel, unmarkOps } from './runLabels.ts'

/** On every pod of a ReplicaSet, with the hash of its template: what a pin selects by. */
export const hashLabel = 'pod-template-hash'
const maxName = 63

export interface ServiceSpec {
  selector?: Record<string, string>
  type?: string
  clusterIP?: string
  ports?: Record<string, unknown>[]
  [other: string]: unknown
}

export function specOf(service: KubeObject): ServiceSpec {
  return isObject(service.spec) ? service.spec : {}
}

/**
 * Patches that point the Service at the pods of one version and hold it there for the run; empty when it is so already.
 * They fail when somebody changed the selector since it was read.
 */
export function pin(service: KubeObject, hash: string, runId: string, rolloutName: string): JsonPatchOp[] {
  const selector = specOf(service).selector ?? {}
  const move: JsonPatchOp[] =
    selector[hashLabel] === hash
      ? []
      : [
          ...asRead(service),
          { op: 'test', path: '/spec/selector', value: selector },
          { op: 'add', path: pointer('spec', 'selector', hashLabel), value: hash },
        ]
  return [...move, ...markOps(service, { runId, rollout: rolloutName })]
}

/**
 * Patches that give the Service its own selector back and let go of it, in one write; empty when that is done. A selector that names the hash by
 * itself is refused before any run, so nothing has to be remembered.
 */
export function unpin(service: KubeObject): JsonPatchOp[] {
  const { selector } = specOf(service)
  const move: JsonPatchOp[] =
    selector?.[hashLabel] === undefined
      ? []
      : [
          { op: 'test', path: '/spec/selector', value: selector },
          { op: 'remove', path: pointer('spec', 'selector', hashLabel) },
        ]
  const ops = [...move, ...unmarkOps(service)]
  return ops.length > 0 ? [...asRead(service), ...ops] : []
}

/** A write that was long on its way, while others moved the selector on and back, comes too late. */
function asRead({ metadata: { resourceVersion } }: KubeObject): JsonPatchOp[] {
  return resourceVersion === undefined ? [] : [{ op: 'test', path: '/metadata/resourceVersion', value: resourceVersion }]
}

/** The template hash that the Service is pinned to, or undefined. */
export function pinnedTo(service: KubeObject): string | undefined {
  return specOf(service).selector?.[hashLabel]
}

/**
 * `<root>-<suffix>`. A name longer than a Service may have is cut, and a hash of the whole root put in, so that two long roots do not meet.
 */
export function canaryServiceName(root: string, suffix: string): string {
  const name = `${root}-${suffix}`
  if (name.length <= maxName) return name
  const tail = `-${fnv1a(root)}-${suffix}`
  return `${root.slice(0, maxName - tail.length).replace(/-+$/, '')}${tail}`
}

/** FNV-1a, 32 bits, as seven base-36 digits: tells names apart, guards against nobody. */
function fnv1a(text: string): string {
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  return hash.toString(36).padStart(7, '0')
}

/**
 * The Service in front of the canary's pods: the root's ports, session affinity and IP families, its selector with the canary's hash.
 * Always a ClusterIP, so nothing outside the cluster (a load balancer, a node port, a DNS record) is made twice.
 */
export function canaryService(of: {
  root: KubeObject
  name: string
  hash: string
  rollout: Pick<OwnerReference, 'apiVersion' | 'kind' | 'name' | 'uid'>
  runId: string
}): KubeObject {
  const { labels, annotations, namespace } = of.root.metadata
  const spec = specOf(of.root)
  const { apiVersion, kind, name, uid } = of.rollout
  const kept = entries(annotations, forDataPlane)
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: of.name,
      ...(namespace !== undefined && { namespace }),
      labels: { ...entries(labels, isDescriptive), [runLabel]: of.runId, [rolloutLabel]: name },
      ...(Object.keys(kept).length > 0 && { annotations: kept }),
      ownerReferences: [{ apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: false }],
    },
    spec: {
      type: 'ClusterIP',
      selector: { ...spec.selector, [hashLabel]: of.hash },
      ports: (spec.ports ?? []).map(({ nodePort: _, ...port }) => port),
      ...pick(spec, ['sessionAffinity', 'sessionAffinityConfig', 'ipFamilyPolicy', 'ipFamilies', 'trafficDistribution']),
    },
  }
}

/** Labels by which tools find what they installed; they would prune a copy, or count it theirs. */
const ownersLabels =
  /^(app\.kubernetes\.io\/(instance|managed-by)|(.*\.)?helm\.sh\/.*|argocd\.argoproj\.io\/.*|.*\.toolkit\.fluxcd\.io\/.*|kapp\.k14s\.io\/.*|objectset\.rio\.cattle\.io\/.*|service\.kubernetes\.io\/headless|serin\.dev\/.*)$/

/** The other labels are what a ServiceMonitor selects by: without them nobody scrapes the canary's pods, which the pinned root has no more. */
export function isDescriptive(key: string): boolean {
  return !ownersLabels.test(key)
}

/** How proxies talk to the pods behind a Service; both versions must be talked to alike to be compared. Everything else stays with the root. */
const dataPlanePrefixes = [
  'service.kubernetes.io/topology-mode',
  'cloud.google.com/app-protocols',
  'config.linkerd.io/',
  'balancer.linkerd.io/',
  'retry.linkerd.io/',
  'timeout.linkerd.io/',
  'konghq.com/',
  'networking.istio.io/',
  'projectcontour.io/',
  'traefik.ingress.kubernetes.io/service.',
]

function forDataPlane(key: string): boolean {
  return dataPlanePrefixes.some((prefix) => key.startsWith(prefix))
}

function entries(of: Record<string, string> | undefined, keep: (key: string) => boolean): Record<string, string> {
  return Object.fromEntries(Object.entries(of ?? {}).filter(([key]) => keep(key)))
}

function pick(spec: ServiceSpec, fields: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(fields.filter((field) => spec[field] !== undefined).map((field) => [field, spec[field]]))
}
