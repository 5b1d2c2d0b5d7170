import { type Cause, child, forbidden, invalid, keyed, required } from './causes.ts'
import { equal, isMap, type JsonMap } from './json.ts'
import { dnsLabel, dnsSubdomain, labelValue, pathSegment, qualifiedName } from './names.ts'

/** The most bytes that all annotations of an object may take. */
const maxAnnotationBytes = 256 * 1024

/** What names an object of a kind may have; most are DNS subdomains. */
function nameCheck({ apiVersion, kind }: JsonMap): (name: string) => string | undefined {
  if (apiVersion === 'v1' && (kind === 'Namespace' || kind === 'Service')) return dnsLabel
  return String(apiVersion).startsWith('rbac.authorization.k8s.io/') ? pathSegment : dnsSubdomain
}

/** What is wrong with an object's metadata, whatever its kind; with `old`, what may not change as well. */
export function validateMetadata(object: JsonMap, old?: JsonMap): Cause[] {
  const metadata: JsonMap = object.metadata ?? {}
  const causes: Cause[] = []
  const { name, generateName } = metadata
  if (!name && !generateName) causes.push(required('metadata.name', 'name or generateName is required'))
  const problem = name && !old ? nameCheck(object)(String(name)) : undefined
  if (problem) causes.push(invalid('metadata.name', name, problem))
  // What was let in before is as good as it was.
  const before: JsonMap = old?.metadata ?? {}
  if (metadata.labels !== before.labels) causes.push(...labelCauses(metadata.labels, 'metadata.labels'))
  if (metadata.annotations !== before.annotations) causes.push(...annotationCauses(metadata.annotations))
  for (const owner of metadata.ownerReferences ?? []) causes.push(...ownerCauses(owner, 'metadata.ownerReferences'))
  const controllers = (metadata.ownerReferences ?? []).filter(({ controller }: JsonMap) => controller)
  if (controllers.length > 1) {
    const [first, second] = controllers.map((owner: JsonMap) => `${owner.kind}/${owner.name}`)
    const why = `Only one reference can have Controller set to true. Found "true" in references for ${first} and ${second}`
    causes.push(invalid('metadata.ownerReferences', metadata.ownerReferences, why))
  }
  for (const [i, finalizer] of (metadata.finalizers ?? []).entries()) {
    const why = qualifiedName(String(finalizer))
    if (why) causes.push(invalid(keyed('metadata.finalizers', i), finalizer, why))
    else if (!finalizer.includes('/') && !['orphan', 'foregroundDeletion', 'kubernetes'].includes(finalizer)) {
      causes.push(
        invalid(keyed('metadata.finalizers', i), finalizer, 'name is neither a standard finalizer name nor is it fully qualified'),
      )
    }
  }
  return old ? [...causes, ...changeCauses(metadata, old.metadata ?? {})] : causes
}

const fixed = ['name', 'namespace', 'uid', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds']

function changeCauses(metadata: JsonMap, old: JsonMap): Cause[] {
  const causes: Cause[] = []
  for (const key of fixed) {
    // The server fills in what a client left out; only another value is a change.
    if (metadata[key] !== undefined && metadata[key] !== null && !equal(metadata[key], old[key])) {
      causes.push(invalid(child('metadata', key), metadata[key], 'field is immutable'))
    }
  }
  if (old.deletionTimestamp) {
    const added = (metadata.finalizers ?? []).filter((finalizer: string) => !old.finalizers?.includes(finalizer))
    if (added.length > 0)
      causes.push(
        forbidden(
          'metadata.finalizers',
          `no new finalizers can be added if the object is being deleted, found new finalizers []string{${added.map((name: string) => JSON.stringify(name)).join(', ')}}`,
        ),
      )
  }
  return causes
}

function ownerCauses(owner: JsonMap, path: string): Cause[] {
  const causes: Cause[] = []
  if (!owner.apiVersion) causes.push(invalid(child(path, 'apiVersion'), '', 'version must not be empty'))
  for (const key of ['kind', 'name', 'uid']) if (!owner[key]) causes.push(invalid(child(path, key), '', 'must not be empty'))
  return causes
}

export function labelCauses(labels: unknown, path: string): Cause[] {
  const causes: Cause[] = []
  if (!isMap(labels)) return causes
  for (const [key, value] of Object.entries(labels)) {
    const badKey = qualifiedName(key)
    if (badKey) causes.push(invalid(path, key, badKey))
    const badValue = labelValue(String(value))
    if (badValue) causes.push(invalid(path, value, badValue))
  }
  return causes
}

function annotationCauses(annotations: unknown): Cause[] {
  const causes: Cause[] = []
  if (!isMap(annotations)) return causes
  let bytes = 0
  for (const [key, value] of Object.entries(annotations)) {
    const why = qualifiedName(key.toLowerCase())
    if (why) causes.push(invalid('metadata.annotations', key, why))
    bytes += Buffer.byteLength(key) + Buffer.byteLength(String(value))
  }
  if (bytes > maxAnnotationBytes) {
    causes.push({
      field: 'metadata.annotations',
      reason: 'FieldValueTooLong',
      message: `Too long: may not be more than ${maxAnnotationBytes} bytes`,
    })
  }
  return causes
}
