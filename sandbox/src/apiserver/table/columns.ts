import type { Obj } from '../../types.ts'
import { selectorText } from '../verbs/scale.ts'
import { ageOf } from './age.ts'
import {
  completionsCell,
  durationCell,
  endpointsCell,
  jobStatus,
  labelsCell,
  podCells,
  servicePorts,
  subjectsCell,
  targetsCell,
} from './cells.ts'

/** One column of kubectl's tables. Wide ones are shown with `-o wide` only. */
export interface Column {
  name: string
  type?: string
  format?: string
  wide?: boolean
  cell(object: Obj, nowMs: number): unknown
}

const name: Column = { name: 'Name', format: 'name', cell: (object) => object.metadata.name }
const ageColumn: Column = { name: 'Age', cell: (object, now) => ageOf(object.metadata.creationTimestamp, now) }
const createdAt: Column = { name: 'Created At', format: 'date-time', cell: (object) => object.metadata.creationTimestamp }

function column(title: string, cell: (object: Obj) => unknown, wide = false): Column {
  return { name: title, cell, ...(wide ? { wide } : {}) }
}

function number(title: string, cell: (object: Obj) => unknown): Column {
  return { name: title, type: 'integer', cell: (object) => cell(object) ?? 0 }
}

const containers = column(
  'Containers',
  (object) =>
    containersOf(object)
      .map((container) => container.name)
      .join(','),
  true,
)
const images = column(
  'Images',
  (object) =>
    containersOf(object)
      .map((container) => container.image)
      .join(','),
  true,
)
const selector = column('Selector', (object) => selectorText(object.spec?.selector), true)

function containersOf(object: Obj): { name: string; image: string }[] {
  return object.spec?.template?.spec?.containers ?? []
}

function desired(object: Obj): number {
  return object.spec?.replicas ?? 0
}

const param = (object: Obj): string =>
  object.spec?.paramKind ? `${object.spec.paramKind.apiVersion}/${object.spec.paramKind.kind}` : '<unset>'
const paramRef = (object: Obj): string => {
  const ref = object.spec?.paramRef
  return ref ? (ref.namespace ? `${ref.namespace}/${ref.name}` : (ref.name ?? '*')) : '<unset>'
}

const table: Record<string, Column[]> = {
  Namespace: [name, column('Status', (object) => object.status?.phase), ageColumn],
  Pod: [
    name,
    column('Ready', (pod) => podCells(pod).ready),
    column('Status', (pod) => podCells(pod).status),
    { name: 'Restarts', cell: (pod) => podCells(pod).restarts },
    ageColumn,
    column('IP', (pod) => pod.status?.podIP ?? '<none>', true),
    column('Node', (pod) => pod.spec?.nodeName ?? '<none>', true),
    column('Nominated Node', (pod) => pod.status?.nominatedNodeName ?? '<none>', true),
    column('Readiness Gates', () => '<none>', true),
  ],
  Service: [
    name,
    column('Type', (service) => service.spec?.type),
    column('Cluster-IP', (service) => service.spec?.clusterIP ?? '<none>'),
    column('External-IP', (service) => service.spec?.externalName ?? (service.spec?.type === 'LoadBalancer' ? '<pending>' : '<none>')),
    column('Port(s)', (service) => servicePorts(service)),
    ageColumn,
    column('Selector', (service) => labelsCell(service.spec?.selector), true),
  ],
  Secret: [name, column('Type', (secret) => secret.type), column('Data', (secret) => Object.keys(secret.data ?? {}).length), ageColumn],
  ConfigMap: [name, column('Data', (map) => Object.keys(map.data ?? {}).length + Object.keys(map.binaryData ?? {}).length), ageColumn],
  ServiceAccount: [name, column('Secrets', (account) => account.secrets?.length ?? 0), ageColumn],
  Event: [
    {
      name: 'Last Seen',
      cell: (event, now) =>
        ageOf(event.lastTimestamp ?? event.series?.lastObservedTime ?? event.eventTime ?? event.metadata.creationTimestamp, now),
    },
    column('Type', (event) => event.type),
    column('Reason', (event) => event.reason),
    column('Object', (event) => objectCell(event.involvedObject ?? event.regarding)),
    column('Subobject', (event) => (event.involvedObject ?? event.regarding)?.fieldPath ?? '', true),
    column('Source', (event) => event.source?.component ?? event.reportingComponent ?? event.reportingController ?? '', true),
    column('Message', (event) => (event.message ?? event.note ?? '').trim()),
    {
      name: 'First Seen',
      wide: true,
      cell: (event, now) => ageOf(event.firstTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp, now),
    },
    { name: 'Count', wide: true, cell: (event) => event.series?.count ?? event.count ?? 1 },
    { ...name, wide: true },
  ],
  Endpoints: [name, column('Endpoints', (object) => endpointsCell(object)), ageColumn],
  Node: [
    name,
    column('Status', (node) => nodeStatus(node)),
    column('Roles', (node) => nodeRoles(node)),
    ageColumn,
    column('Version', (node) => node.status?.nodeInfo?.kubeletVersion ?? ''),
  ],
  Deployment: [
    name,
    column('Ready', (object) => `${object.status?.readyReplicas ?? 0}/${desired(object)}`),
    column('Up-to-date', (object) => object.status?.updatedReplicas ?? 0),
    column('Available', (object) => object.status?.availableReplicas ?? 0),
    ageColumn,
    containers,
    images,
    selector,
  ],
  ReplicaSet: [
    name,
    number('Desired', desired),
    number('Current', (object) => object.status?.replicas),
    number('Ready', (object) => object.status?.readyReplicas),
    ageColumn,
    containers,
    images,
    selector,
  ],
  StatefulSet: [
    name,
    column('Ready', (object) => `${object.status?.readyReplicas ?? 0}/${desired(object)}`),
    ageColumn,
    containers,
    images,
  ],
  DaemonSet: [
    name,
    number('Desired', (object) => object.status?.desiredNumberScheduled),
    number('Current', (object) => object.status?.currentNumberScheduled),
    number('Ready', (object) => object.status?.numberReady),
    number('Up-to-date', (object) => object.status?.updatedNumberScheduled),
    number('Available', (object) => object.status?.numberAvailable),
    column('Node Selector', (object) => labelsCell(object.spec?.template?.spec?.nodeSelector)),
    ageColumn,
    containers,
    images,
    selector,
  ],
  Job: [
    name,
    column('Status', (job) => jobStatus(job)),
    column('Completions', (job) => completionsCell(job)),
    { name: 'Duration', cell: (job, now) => durationCell(job, now) },
    ageColumn,
    containers,
    images,
    selector,
  ],
  ControllerRevision: [
    name,
    column('Controller', (object) => {
      const owner = object.metadata.ownerReferences?.find((reference) => reference.controller)
      return owner ? `${owner.kind.toLowerCase()}.apps/${owner.name}` : '<none>'
    }),
    number('Revision', (object) => object.revision),
    ageColumn,
  ],
  EndpointSlice: [
    name,
    column('AddressType', (slice) => slice.addressType),
    column('Ports', (slice) =>
      shortList(
        (slice.ports ?? []).map((port: { port?: number }) => String(port.port ?? '*')),
        '<unset>',
      ),
    ),
    column('Endpoints', (slice) =>
      shortList(
        (slice.endpoints ?? []).flatMap((endpoint: { addresses?: string[] }) => endpoint.addresses ?? []),
        '<unset>',
      ),
    ),
    ageColumn,
  ],
  Lease: [name, column('Holder', (lease) => lease.spec?.holderIdentity ?? ''), ageColumn],
  HorizontalPodAutoscaler: [
    name,
    column('Reference', (object) => `${object.spec?.scaleTargetRef?.kind}/${object.spec?.scaleTargetRef?.name}`),
    column('Targets', (object) => targetsCell(object)),
    column('MinPods', (object) => String(object.spec?.minReplicas ?? '<unset>')),
    number('MaxPods', (object) => object.spec?.maxReplicas),
    number('Replicas', (object) => object.status?.currentReplicas),
    ageColumn,
  ],
  PodDisruptionBudget: [
    name,
    column('Min Available', (object) => String(object.spec?.minAvailable ?? 'N/A')),
    column('Max Unavailable', (object) => String(object.spec?.maxUnavailable ?? 'N/A')),
    number('Allowed Disruptions', (object) => object.status?.disruptionsAllowed),
    ageColumn,
  ],
  RoleBinding: bindingColumns(),
  ClusterRoleBinding: bindingColumns(),
  ValidatingAdmissionPolicy: [
    name,
    number('Validations', (object) => object.spec?.validations?.length),
    column('ParamKind', param),
    ageColumn,
  ],
  MutatingAdmissionPolicy: [name, number('Mutations', (object) => object.spec?.mutations?.length), column('ParamKind', param), ageColumn],
  ValidatingAdmissionPolicyBinding: policyBindingColumns(),
  MutatingAdmissionPolicyBinding: policyBindingColumns(),
}

function policyBindingColumns(): Column[] {
  return [name, column('PolicyName', (object) => object.spec?.policyName), column('ParamRef', paramRef), ageColumn]
}

function bindingColumns(): Column[] {
  return [
    name,
    column('Role', (object) => `${object.roleRef?.kind}/${object.roleRef?.name}`),
    ageColumn,
    column('Users', (object) => subjectsCell(object, 'User'), true),
    column('Groups', (object) => subjectsCell(object, 'Group'), true),
    column('ServiceAccounts', (object) => subjectsCell(object, 'ServiceAccount'), true),
  ]
}

function objectCell(about: { kind?: string; name?: string } | undefined): string {
  return about?.kind ? `${about.kind.toLowerCase()}/${about.name}` : '<unknown>'
}

/** The first three, and how many more. */
function shortList(items: string[], none: string): string {
  if (items.length === 0) return none
  const shown = items.slice(0, 3).join(',')
  return items.length > 3 ? `${shown} + ${items.length - 3} more...` : shown
}

function nodeStatus(node: Obj): string {
  const ready = (node.status?.conditions ?? []).find((condition: { type: string }) => condition.type === 'Ready')
  const status = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady'
  return node.spec?.unschedulable ? `${status},SchedulingDisabled` : status
}

function nodeRoles(node: Obj): string {
  const prefix = 'node-role.kubernetes.io/'
  const roles = Object.keys(node.metadata.labels ?? {}).filter((label) => label.startsWith(prefix))
  return (
    roles
      .map((label) => label.slice(prefix.length))
      .sort()
      .join(',') || '<none>'
  )
}

/** The columns of a built-in kind. */
export function builtinColumns(kind: string): readonly Column[] {
  return table[kind] ?? [name, createdAt]
}

export const customDefaultColumns: readonly Column[] = [name, ageColumn]
export const nameColumn = name
