import { validateAutoscaler } from './autoscalerValidation.ts'
import { builtinSchema } from './builtinSchemas.ts'
import { type Cause, child, forbidden, invalid, keyed, required, unsupported } from './causes.ts'
import { validateJob } from './jobValidation.ts'
import { equal, type JsonMap } from './json.ts'
import { validateMetadata } from './metadata.ts'
import { validatePod } from './podValidation.ts'
import { validateService } from './serviceValidation.ts'
import { validateShape } from './validate.ts'
import { validateDaemonSet, validateDeployment, validateReplicaSet, validateStatefulSet } from './workloadValidation.ts'

type Check = (object: JsonMap, old: JsonMap | undefined) => Cause[]

const checks: Record<string, Check> = {
  'v1/Pod': validatePod,
  'v1/Service': validateService,
  'v1/ConfigMap': validateData,
  'v1/Secret': (secret, old) => [...validateData(secret, old), ...unchanged(secret, old, ['type'])],
  'apps/v1/Deployment': validateDeployment,
  'apps/v1/ReplicaSet': validateReplicaSet,
  'apps/v1/StatefulSet': validateStatefulSet,
  'apps/v1/DaemonSet': validateDaemonSet,
  'apps/v1/ControllerRevision': (revision, old) => unchanged(revision, old, ['data']),
  'batch/v1/Job': validateJob,
  'discovery.k8s.io/v1/EndpointSlice': validateEndpointSlice,
  'coordination.k8s.io/v1/Lease': ({ spec = {} }) => [
    ...(spec.leaseDurationSeconds !== undefined && spec.leaseDurationSeconds <= 0
      ? [invalid('spec.leaseDurationSeconds', spec.leaseDurationSeconds, 'must be greater than 0')]
      : []),
    ...(spec.leaseTransitions < 0 ? [invalid('spec.leaseTransitions', spec.leaseTransitions, 'must be greater than or equal to 0')] : []),
  ],
  'policy/v1/PodDisruptionBudget': ({ spec }) =>
    spec.minAvailable !== undefined && spec.maxUnavailable !== undefined
      ? [invalid('spec', spec, 'minAvailable and maxUnavailable cannot be both set')]
      : [],
  'autoscaling/v2/HorizontalPodAutoscaler': validateAutoscaler,
  'rbac.authorization.k8s.io/v1/Role': validateRules,
  'rbac.authorization.k8s.io/v1/ClusterRole': validateRules,
  'rbac.authorization.k8s.io/v1/RoleBinding': validateBinding,
  'rbac.authorization.k8s.io/v1/ClusterRoleBinding': validateBinding,
}

/** Refuses a change of fields that are fixed once the object is there. */
function unchanged(object: JsonMap, old: JsonMap | undefined, paths: readonly string[]): Cause[] {
  if (!old) return []
  const at = (root: JsonMap, path: string) => path.split('.').reduce<JsonMap | undefined>((node, name) => node?.[name], root)
  return paths
    .filter((path) => !equal(at(object, path), at(old, path)))
    .map((path) => invalid(path, at(object, path), 'field is immutable'))
}

function validateData(object: JsonMap, old: JsonMap | undefined): Cause[] {
  const causes: Cause[] = []
  for (const field of ['data', 'binaryData', 'stringData']) {
    for (const key of Object.keys(object[field] ?? {})) {
      if (!/^[-._a-zA-Z0-9]+$/.test(key)) {
        const what = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'"
        causes.push(
          invalid(
            keyed(field, key),
            key,
            `${what} (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')`,
          ),
        )
      }
    }
  }
  if (!old?.immutable) return causes
  if (object.immutable !== true) causes.push(forbidden('immutable', 'field is immutable when `immutable` is set'))
  for (const field of ['data', 'binaryData']) {
    if (!equal(object[field] ?? {}, old[field] ?? {})) causes.push(forbidden(field, 'field is immutable when `immutable` is set'))
  }
  return causes
}

const addressTypes = ['FQDN', 'IPv4', 'IPv6']

function validateEndpointSlice(slice: JsonMap, old: JsonMap | undefined): Cause[] {
  const causes = unchanged(slice, old, ['addressType'])
  if (!slice.addressType) causes.push(required('addressType'))
  else if (!addressTypes.includes(slice.addressType)) causes.push(unsupported('addressType', slice.addressType, addressTypes))
  for (const [i, { addresses = [] }] of (slice.endpoints ?? []).entries()) {
    const path = child(keyed('endpoints', i), 'addresses')
    if (addresses.length === 0) causes.push(required(path, 'must contain at least 1 item'))
    for (const [j, address] of addresses.entries()) {
      if (/^127\./.test(address)) causes.push(invalid(keyed(path, j), address, 'may not be in the loopback range (127.0.0.0/8, ::1/128)'))
    }
  }
  const names = (slice.ports ?? []).map(({ name }: JsonMap) => name ?? '')
  for (const [i, name] of names.entries()) {
    if (names.indexOf(name) < i)
      causes.push({ field: child(keyed('ports', i), 'name'), reason: 'FieldValueDuplicate', message: `Duplicate value: "${name}"` })
  }
  return causes
}

function validateRules(role: JsonMap): Cause[] {
  const causes: Cause[] = []
  for (const [i, rule] of (role.rules ?? []).entries()) {
    const path = keyed('rules', i)
    if (!rule.verbs?.length) causes.push(required(child(path, 'verbs'), 'verbs must contain at least one value'))
    if (rule.nonResourceURLs?.length) {
      if (role.kind === 'Role')
        causes.push(invalid(child(path, 'nonResourceURLs'), rule.nonResourceURLs, 'namespaced rules cannot apply to non-resource URLs'))
      continue
    }
    if (!rule.apiGroups?.length) causes.push(required(child(path, 'apiGroups'), 'resource rules must supply at least one api group'))
    if (!rule.resources?.length) causes.push(required(child(path, 'resources'), 'resource rules must supply at least one resource'))
  }
  return causes
}

function validateBinding(binding: JsonMap, old: JsonMap | undefined): Cause[] {
  const causes: Cause[] = []
  const { roleRef = {}, subjects = [] } = binding
  const kinds = binding.kind === 'RoleBinding' ? ['Role', 'ClusterRole'] : ['ClusterRole']
  if (!kinds.includes(roleRef.kind)) causes.push(unsupported('roleRef.kind', roleRef.kind ?? '', kinds))
  if (!roleRef.name) causes.push(required('roleRef.name'))
  if (old && !equal(old.roleRef, binding.roleRef)) causes.push(invalid('roleRef', printedRole(binding.roleRef), 'cannot change roleRef'))
  for (const [i, subject] of subjects.entries()) {
    const path = keyed('subjects', i)
    const subjectKinds = ['ServiceAccount', 'User', 'Group']
    if (!subject.name) causes.push(required(child(path, 'name')))
    if (!subjectKinds.includes(subject.kind)) causes.push(unsupported(child(path, 'kind'), subject.kind ?? '', subjectKinds))
    if (subject.kind === 'ServiceAccount' && !subject.namespace && binding.kind === 'ClusterRoleBinding')
      causes.push(required(child(path, 'namespace')))
  }
  return causes
}

/** The internal struct, under Go's names. */
const printedRole = ({ apiGroup = '', kind = '', name = '' }: JsonMap = {}) => ({ APIGroup: apiGroup, Kind: kind, Name: name })

function withoutStatus({ status: _, ...rest }: JsonMap): JsonMap {
  return rest
}

/**
 * What is wrong with a built-in object that has its defaults: metadata, the schema's own demands, and those that only code knows.
 * With `old`, what may not change. Whether something exists elsewhere (a namespace, a role) is not looked at.
 */
export function validateBuiltin(object: JsonMap, old?: JsonMap): Cause[] {
  const schema = builtinSchema(String(object.apiVersion), String(object.kind))
  if (!schema) return []
  // A definition's schemas are looked at by crdProblems, which knows better what to say.
  const custom = object.kind === 'CustomResourceDefinition'
  // What stands in status is the controllers' business, and half of it at first.
  const shape = custom ? [] : validateShape(schema, withoutStatus(object), old && withoutStatus(old))
  const metadata = validateMetadata(object, old)
  // Values of the wrong type would only confuse the checks below.
  if (shape.some(({ reason }) => reason === 'FieldValueTypeInvalid')) return [...metadata, ...shape]
  // The checks know in which order supported values are told, and why something is required.
  const lesser = ['FieldValueNotSupported', 'FieldValueRequired']
  const seen = new Set(shape.filter(({ reason }) => !lesser.includes(reason)).map(({ field }) => field))
  const special = (checks[`${object.apiVersion}/${object.kind}`]?.(object, old) ?? []).filter(({ field }) => !seen.has(field))
  // A strategy is refused as a whole where its schema would refuse its type.
  const told = shape.filter(({ field }) => !special.some((cause) => field === cause.field || field === `${cause.field}.type`))
  return [...metadata, ...told, ...special]
}
