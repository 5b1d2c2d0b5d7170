import type { Obj } from '../types.ts'
import { builtinSchema } from './builtinSchemas.ts'
import { defaulted } from './defaults.ts'
import { copy, fill, isMap, type Json, type JsonMap, put } from './json.ts'
import { defaultPodSpec, defaultPodTemplate, defaultRequests } from './podDefaults.ts'
import type { Schema } from './schema.ts'
import { fieldSchema, fieldsThat, zeroOf } from './schemaWalk.ts'
import { defaultService } from './serviceDefaults.ts'

const defaults: Record<string, (object: JsonMap) => void> = {
  'v1/Pod': ({ spec }) => {
    defaultPodSpec(spec)
    defaultRequests(spec)
    fill(spec, 'enableServiceLinks', true)
  },
  'v1/Service': defaultService,
  'v1/Secret': (secret) => {
    fill(secret, 'type', 'Opaque')
    for (const [key, text] of Object.entries(secret.stringData ?? {})) {
      fill<JsonMap>(secret, 'data', {})[key] = Buffer.from(String(text)).toString('base64')
    }
    delete secret.stringData
  },
  'v1/Namespace': (namespace) => {
    if (namespace.metadata.name) fill<JsonMap>(namespace.metadata, 'labels', {})['kubernetes.io/metadata.name'] = namespace.metadata.name
  },
  'v1/Endpoints': ({ subsets = [] }) => {
    for (const subset of subsets) for (const port of subset.ports ?? []) fill(port, 'protocol', 'TCP')
  },
  'apps/v1/Deployment': ({ spec }) => {
    fill(spec, 'replicas', 1)
    fill(spec.strategy, 'type', 'RollingUpdate')
    if (spec.strategy.type === 'RollingUpdate') {
      const rolling = fill<JsonMap>(spec.strategy, 'rollingUpdate', {})
      fill(rolling, 'maxUnavailable', '25%')
      fill(rolling, 'maxSurge', '25%')
    }
    fill(spec, 'revisionHistoryLimit', 10)
    fill(spec, 'progressDeadlineSeconds', 600)
    defaultPodTemplate(spec.template)
  },
  'apps/v1/ReplicaSet': ({ spec }) => {
    fill(spec, 'replicas', 1)
    defaultPodTemplate(spec.template)
  },
  'apps/v1/StatefulSet': ({ spec }) => {
    fill(spec, 'podManagementPolicy', 'OrderedReady')
    if (!spec.updateStrategy.type) {
      spec.updateStrategy.type = 'RollingUpdate'
      fill(spec.updateStrategy, 'rollingUpdate', {})
    }
    if (spec.updateStrategy.rollingUpdate) {
      fill(spec.updateStrategy.rollingUpdate, 'partition', 0)
    }
    const retention = fill<JsonMap>(spec, 'persistentVolumeClaimRetentionPolicy', {})
    fill(retention, 'whenDeleted', 'Retain')
    fill(retention, 'whenScaled', 'Retain')
    fill(spec, 'replicas', 1)
    fill(spec, 'revisionHistoryLimit', 10)
    for (const claim of spec.volumeClaimTemplates ?? []) fill(claim.spec, 'volumeMode', 'Filesystem')
    defaultPodTemplate(spec.template)
  },
  'apps/v1/DaemonSet': ({ spec }) => {
    fill(spec.updateStrategy, 'type', 'RollingUpdate')
    if (spec.updateStrategy.type === 'RollingUpdate') {
      const rolling = fill<JsonMap>(spec.updateStrategy, 'rollingUpdate', {})
      fill(rolling, 'maxUnavailable', 1)
      fill(rolling, 'maxSurge', 0)
    }
    fill(spec, 'revisionHistoryLimit', 10)
    defaultPodTemplate(spec.template)
  },
  'batch/v1/Job': ({ spec }) => {
    if (spec.parallelism === undefined) fill(spec, 'completions', 1)
    fill(spec, 'parallelism', 1)
    fill(spec, 'backoffLimit', spec.backoffLimitPerIndex === undefined ? 6 : 2 ** 31 - 1)
    fill(spec, 'completionMode', 'NonIndexed')
    fill(spec, 'suspend', false)
    fill(spec, 'podReplacementPolicy', spec.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed')
    fill(spec, 'manualSelector', false)
    defaultPodTemplate(spec.template)
  },
  'discovery.k8s.io/v1/EndpointSlice': ({ ports }) => {
    for (const port of ports ?? []) {
      fill(port, 'name', '')
      fill(port, 'protocol', 'TCP')
    }
  },
  'autoscaling/v2/HorizontalPodAutoscaler': ({ spec }) => {
    fill(spec, 'minReplicas', 1)
    if (!spec.metrics?.length) {
      spec.metrics = [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }]
    }
    if (!spec.behavior) return
    const scaling = (policies: unknown[]) => ({ selectPolicy: 'Max', policies })
    const percent = { type: 'Percent', value: 100, periodSeconds: 15 }
    const up = { stabilizationWindowSeconds: 0, ...scaling([{ type: 'Pods', value: 4, periodSeconds: 15 }, percent]) }
    spec.behavior.scaleUp = { ...up, ...spec.behavior.scaleUp }
    spec.behavior.scaleDown = { ...scaling([percent]), ...spec.behavior.scaleDown }
  },
  'rbac.authorization.k8s.io/v1/RoleBinding': defaultBinding,
  'rbac.authorization.k8s.io/v1/ClusterRoleBinding': defaultBinding,
  'admissionregistration.k8s.io/v1/MutatingAdmissionPolicy': defaultPolicy,
  'admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy': defaultPolicy,
  'admissionregistration.k8s.io/v1/MutatingAdmissionPolicyBinding': ({ spec }) => defaultMatching(spec.matchResources),
  'admissionregistration.k8s.io/v1/ValidatingAdmissionPolicyBinding': ({ spec }) => defaultMatching(spec.matchResources),
  'apiextensions.k8s.io/v1/CustomResourceDefinition': (crd) => {
    const { names, conversion } = crd.spec
    const kind = String(names.kind ?? '')
    const singular = names.singular || kind.toLowerCase()
    const listKind = names.listKind || (kind && `${kind}List`)
    // Not filled in: the schemas beside them are large, and stay the same values.
    crd.spec = {
      ...crd.spec,
      names: { ...names, singular, ...(listKind ? { listKind } : {}) },
      conversion: conversion ?? { strategy: 'None' },
    }
  },
}

function defaultBinding({ roleRef, subjects = [] }: JsonMap): void {
  if (!roleRef.apiGroup) roleRef.apiGroup = 'rbac.authorization.k8s.io'
  for (const subject of subjects) if (!subject.apiGroup && subject.kind !== 'ServiceAccount') subject.apiGroup = 'rbac.authorization.k8s.io'
}

function defaultPolicy({ spec }: JsonMap): void {
  fill(spec, 'failurePolicy', 'Fail')
  defaultMatching(spec.matchConstraints)
}

function defaultMatching(match: JsonMap | undefined): void {
  if (!match) return
  fill(match, 'matchPolicy', 'Equivalent')
  fill(match, 'namespaceSelector', {})
  fill(match, 'objectSelector', {})
  for (const rule of [...(match.resourceRules ?? []), ...(match.excludeResourceRules ?? [])]) fill(rule, 'scope', '*')
}

/** What a kind's defaults are filled into; of most its spec. */
const places: Record<string, readonly string[]> = {
  'apiextensions.k8s.io/v1/CustomResourceDefinition': [],
  'v1/Namespace': ['metadata'],
  'v1/Secret': ['type', 'data', 'stringData'],
  'v1/Endpoints': ['subsets'],
  'discovery.k8s.io/v1/EndpointSlice': ['ports'],
  'rbac.authorization.k8s.io/v1/RoleBinding': ['roleRef', 'subjects'],
  'rbac.authorization.k8s.io/v1/ClusterRoleBinding': ['roleRef', 'subjects'],
}

const alwaysPresent = fieldsThat(
  (field) => (field['x-always-present'] === true && field.type !== 'array') || field['x-null-when-unset'] === true,
)

/** Without nulls, and with the parts that a built-in kind shows even when nobody wrote them (`status: {}`, `lastProbeTime: null`). */
function normalized(schema: Schema, value: Json, live: Json): Json {
  if (value === live) return value
  if (Array.isArray(value)) {
    const { items } = schema
    if (!items) return value
    const out = value.map((item, at) => normalized(items, item, live?.[at]))
    return out.some((item, at) => item !== value[at]) ? out : value
  }
  if (!isMap(value)) return value
  let out: JsonMap = value
  const change = (): JsonMap => {
    if (out === value) out = { ...value }
    return out
  }
  for (const key of Object.keys(value)) {
    const field = fieldSchema(schema, key)
    const inner = value[key]
    // Raw JSON keeps its nulls: there they may mean something.
    const isNull = inner === null && field && !field.nullable && (field.type ?? field['x-kubernetes-int-or-string'])
    const next = isNull ? undefined : field ? normalized(field, inner, live?.[key]) : inner
    if (next === undefined) delete change()[key]
    else if (next !== inner) put(change(), key, next)
  }
  for (const [name, field] of alwaysPresent(schema))
    if (out[name] === undefined) change()[name] = normalized(field, zeroOf(field), undefined)
  return out
}

/**
 * A built-in object with everything the real server fills in when it reads one, whether or not the schema says so; the one given
 * is not changed. What needs the cluster's state (a Service's address, a pod's node) is not done here. Other kinds come back as
 * they are. Parts that are those of `live`, which has its defaults, are not looked at.
 */
export function defaultBuiltin<T extends Partial<Obj>>(object: T, live?: Partial<Obj>): T {
  const kind = `${object.apiVersion}/${object.kind}`
  const schema = builtinSchema(String(object.apiVersion), String(object.kind))
  if (!schema) return object
  const full: JsonMap = defaulted(schema, normalized(schema, object, live), {}, live)
  const fillIn = defaults[kind]
  const own = (places[kind] ?? ['spec']).filter((name) => full[name] !== undefined)
  if (!fillIn || (live && own.length > 0 && own.every((name) => full[name] === live[name]))) return full as T
  const out: JsonMap = { ...full }
  for (const name of own) out[name] = copy(full[name])
  fillIn(out)
  return out as T
}
