import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isMap, type Json, type JsonMap } from './json.ts'

// Run by hand: node generate.ts FOLDER, with a folder of the OpenAPI v3 documents of a real API server (apis__apps__v1.json, …).
// Writes ../generated/builtin.json: the schemas of the kinds below and of all they refer to, each once.

const kinds: Record<string, readonly string[]> = {
  v1: ['Namespace', 'Pod', 'Service', 'Secret', 'ConfigMap', 'ServiceAccount', 'Event', 'Endpoints', 'Node'],
  'apps/v1': ['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'ControllerRevision'],
  'batch/v1': ['Job'],
  'discovery.k8s.io/v1': ['EndpointSlice'],
  'coordination.k8s.io/v1': ['Lease'],
  'events.k8s.io/v1': ['Event'],
  'autoscaling/v1': ['Scale'],
  'autoscaling/v2': ['HorizontalPodAutoscaler'],
  'policy/v1': ['PodDisruptionBudget', 'Eviction'],
  'rbac.authorization.k8s.io/v1': ['Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding'],
  'authentication.k8s.io/v1': ['TokenReview', 'SelfSubjectReview', 'TokenRequest'],
  'authorization.k8s.io/v1': ['SelfSubjectAccessReview', 'SubjectAccessReview', 'LocalSubjectAccessReview', 'SelfSubjectRulesReview'],
  'admissionregistration.k8s.io/v1': [
    'MutatingAdmissionPolicy',
    'MutatingAdmissionPolicyBinding',
    'ValidatingAdmissionPolicy',
    'ValidatingAdmissionPolicyBinding',
  ],
  'apiextensions.k8s.io/v1': ['CustomResourceDefinition'],
}

const refPrefix = '#/components/schemas/'

/** Kinds of Go whose JSON is free, though the document calls them plain objects. */
const freeForm = /\.(FieldsV1|RawExtension)$/

function readSchemas(folder: string): Map<string, JsonMap> {
  const out = new Map<string, JsonMap>()
  for (const file of readdirSync(folder).sort()) {
    if (!file.endsWith('.json')) continue
    const document = JSON.parse(readFileSync(join(folder, file), 'utf8'))
    for (const [name, schema] of Object.entries<JsonMap>(document.components?.schemas ?? {})) out.set(name, schema)
  }
  return out
}

/** Times that Go holds by pointer, or leaves out by order. All others are written even when nobody set them: as null. */
const absentTimes = new Set([
  'creationTimestamp',
  'deletionTimestamp',
  'startTime',
  'completionTime',
  'timeAdded',
  'lastScaleTime',
  'acquireTime',
  'renewTime',
  'time',
])
const isTime = (field: JsonMap): boolean => /\.(Micro)?Time$/.test(field.$ref ?? field.allOf?.[0]?.$ref ?? '')

const firstSentence = (text: string): string => (/^[\s\S]*?[.!?](?=\s|$)/.exec(text)?.[0] ?? text).replace(/\s+/g, ' ').trim()

/** Go's zero values stand as defaults in the document; they are no defaults of the API. */
const isZero = (value: unknown): boolean => value === '' || value === 0 || value === false

/** A required list is written even when it is empty, and so are required numbers and words of a status. */
function isAlways(raw: JsonMap, name: string, inStatus: boolean): boolean {
  const { type } = raw.properties[name]
  return raw.required?.includes(name) && (type === 'array' || (inStatus && (type === 'integer' || type === 'string' || type === 'boolean')))
}

function simplified(raw: JsonMap, always: boolean, inStatus = false): JsonMap {
  const [only] = raw.allOf ?? []
  const refs: string | undefined = raw.$ref ?? (raw.allOf?.length === 1 ? only.$ref : undefined)
  const out: JsonMap = {}
  if (refs) out.$ref = refs.slice(refPrefix.length)
  for (const [key, value] of Object.entries<Json>(raw)) {
    if (key === '$ref' || (key === 'allOf' && refs) || key === 'x-kubernetes-group-version-kind') continue
    if (key === 'description') out.description = firstSentence(value)
    else if (key === 'properties') {
      out.properties = Object.fromEntries(
        Object.entries<JsonMap>(value).map(([name, field]) => {
          const made = simplified(field, isAlways(raw, name, inStatus))
          return [name, isTime(field) && !absentTimes.has(name) ? { ...made, 'x-null-when-unset': true } : made]
        }),
      )
    } else if (key === 'items' || key === 'additionalProperties') out[key] = isMap(value) ? simplified(value, false) : value
    else if (key === 'default') {
      if (isMap(value) && Object.keys(value).length === 0) out['x-always-present'] = true
      else if (!isZero(value)) out.default = value
    } else if (key === 'oneOf') out['x-kubernetes-int-or-string'] = true
    else out[key] = value
  }
  if (always) out['x-always-present'] = true
  return out
}

function reachable(schemas: Map<string, JsonMap>, roots: readonly string[]): Record<string, JsonMap> {
  const out: Record<string, JsonMap> = {}
  const queue = [...roots]
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    const raw = schemas.get(name)
    if (name in out || !raw) continue
    const schema = simplified(raw, false, name.endsWith('Status'))
    if (name.endsWith('.Quantity')) schema.format = 'quantity'
    if (freeForm.test(name)) schema['x-free-form'] = true
    out[name] = schema
    JSON.stringify(schema, (key, value) => {
      if (key === '$ref') queue.push(value)
      return value
    })
  }
  return Object.fromEntries(Object.entries(out).sort(([a], [b]) => (a < b ? -1 : 1)))
}

function main(folder: string): void {
  const schemas = readSchemas(folder)
  const index: Record<string, string> = {}
  for (const [name, schema] of schemas) {
    for (const { group, version, kind } of schema['x-kubernetes-group-version-kind'] ?? []) {
      const apiVersion = group ? `${group}/${version}` : version
      if (kinds[apiVersion]?.includes(kind)) index[`${apiVersion}/${kind}`] = name
    }
  }
  for (const [apiVersion, names] of Object.entries(kinds)) {
    for (const kind of names) if (!index[`${apiVersion}/${kind}`]) throw new Error(`no schema for ${apiVersion} ${kind}`)
  }
  const text = JSON.stringify({ kinds: index, schemas: reachable(schemas, Object.values(index)) })
  writeFileSync(new URL('../generated/builtin.json', import.meta.url), `${text}\n`)
  console.log(`${Object.keys(index).length} kinds, ${Math.round(text.length / 1000)} kB`)
}

const [folder] = process.argv.slice(2)
if (!folder) throw new Error('usage: node generate.ts FOLDER')
main(folder)
