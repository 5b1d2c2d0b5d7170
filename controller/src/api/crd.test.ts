import fc from 'fast-check'
import { expect, describe as group, test } from 'vitest'
import type { z } from 'zod'
import { crdProblems } from '../../../sandbox/src/objects/crd.ts'
import type { JsonMap } from '../../../sandbox/src/objects/json.ts'
import { pruned } from '../../../sandbox/src/objects/prune.ts'
import type { Schema } from '../../../sandbox/src/objects/schema.ts'
import { validate as invalidities } from '../../../sandbox/src/objects/validate.ts'
import { AnalysisRunStatus } from './analysisRun.ts'
import { crdOf, type StructuralSchema } from './crd.ts'
import { kindNamed, kinds } from './kinds.ts'
import { MetricSourceStatus } from './metricSource.ts'
import { RolloutSpec, type RolloutSpecInput } from './rollout.ts'
import { RolloutStatus } from './rolloutStatus.ts'
import { arbitrarySpec } from './testing/arbitraryRollout.ts'

function schemaOf(kind: string): StructuralSchema {
  const [version] = crdOf(kindNamed(kind)).spec.versions
  if (!version) throw new Error('a CRD has a version')
  return version.schema.openAPIV3Schema
}

function every(schema: StructuralSchema, path = ''): { path: string; schema: StructuralSchema }[] {
  const inner = Object.entries(schema.properties ?? {}).flatMap(([name, property]) => every(property, `${path}.${name}`))
  const items = schema.items ? every(schema.items, `${path}[]`) : []
  const entries = schema.additionalProperties ? every(schema.additionalProperties, `${path}.*`) : []
  return [{ path, schema }, ...inner, ...items, ...entries]
}

/** Fills in defaults as the API server does: top down, so that a defaulted object's own fields get theirs. */
function filled(schema: StructuralSchema, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => (schema.items ? filled(schema.items, item) : item))
  if (typeof value !== 'object' || value === null || !schema.properties) return value
  const result: Record<string, unknown> = { ...value }
  for (const [name, property] of Object.entries(schema.properties)) {
    const given = result[name] ?? structuredClone(property.default)
    if (given !== undefined) result[name] = filled(property, given)
  }
  return result
}

const allowedKeys = new Set(
  `type format description properties additionalProperties items required default enum minimum maximum exclusiveMinimum exclusiveMaximum
  minLength maxLength minItems maxItems maxProperties pattern x-kubernetes-preserve-unknown-fields x-kubernetes-list-type x-kubernetes-list-map-keys x-kubernetes-map-type x-kubernetes-validations`.split(
    /\s+/,
  ),
)

group.each(kinds.map((kind) => kind.kind))('the CRD of %s', (name) => {
  const schemas = every(schemaOf(name))

  test('is structural: a type everywhere, and no word that Kubernetes does not take', () => {
    const strange = schemas.flatMap(({ path, schema }) =>
      Object.keys(schema)
        .filter((key) => !allowedKeys.has(key))
        .map((key) => `${path}: ${key}`),
    )
    expect(strange).toEqual([])
    const untyped = schemas.filter(({ schema }) => !schema.type && !schema['x-kubernetes-preserve-unknown-fields'])
    expect(untyped.map(({ path }) => path)).toEqual([])
  })

  test('has a status of one writer, who writes all of it', () => {
    const { status } = schemaOf(name).properties ?? {}
    expect(status?.['x-kubernetes-map-type']).toBe(status && 'atomic')
  })

  test('is one that an API server takes: its rules compile and their cost is bounded', () => {
    expect(crdProblems(JSON.parse(JSON.stringify(crdOf(kindNamed(name)))))).toEqual([])
  })

  test('never describes fields of an object that it also leaves open', () => {
    const both = schemas.filter(({ schema }) => schema.properties && schema.additionalProperties)
    expect(both.map(({ path }) => path)).toEqual([])
  })

  test('bounds every list and every text under spec, so that rules have a known cost', () => {
    const unbounded = schemas.filter(
      ({ path, schema }) =>
        path.startsWith('.spec') &&
        ((schema.type === 'array' && schema.maxItems === undefined) ||
          (schema.type === 'string' && !schema.enum && schema.maxLength === undefined && !path.endsWith('.*'))),
    )
    expect(unbounded.map(({ path }) => path)).toEqual([])
  })

  test('gives integers a format, and no bounds that nobody set', () => {
    for (const { schema } of schemas.filter((one) => one.schema.type === 'integer')) {
      expect(['int32', 'int64']).toContain(schema.format)
      expect(schema.minimum).not.toBe(Number.MIN_SAFE_INTEGER)
      expect(schema.maximum).not.toBe(Number.MAX_SAFE_INTEGER)
    }
  })

  /** Without one an API server keeps what JavaScript cannot count exactly, and lint refuses it. */
  test('bounds every integer that people write', () => {
    const unbounded = schemas.filter(
      ({ path, schema }) =>
        path.startsWith('.spec') && schema.type === 'integer' && (schema.minimum === undefined || schema.maximum === undefined),
    )
    expect(unbounded.map(({ path }) => path)).toEqual([])
  })

  test('leaves metadata to Kubernetes', () => {
    expect(schemaOf(name).properties?.metadata).toEqual({ type: 'object' })
  })

  test('describes every field that acts', () => {
    const silent = schemas.filter(({ path, schema }) => {
      if (!/^\.(spec|status)\./.test(path) || path.endsWith('[]') || path.endsWith('.*')) return false
      return !schema.description
    })
    const notYet = schemas.flatMap(({ path, schema }) =>
      (schema['x-kubernetes-validations'] ?? []).flatMap(({ rule }) => {
        const field = /^!has\(self\.(\w+)\)$/.exec(rule)?.[1]
        return field ? [`${path}.${field}`] : []
      }),
    )
    expect(silent.map(({ path }) => path).filter((path) => !notYet.some((inactive) => path.startsWith(inactive)))).toEqual([])
  })
})

test.each(kinds.map(({ kind }) => kind))('%s is in a namespace unless its name begins with Cluster', (kind) => {
  expect(crdOf(kindNamed(kind)).spec.scope).toBe(kind.startsWith('Cluster') ? 'Cluster' : 'Namespaced')
})

test('names, plurals and short names are each used once', () => {
  const names = kinds.flatMap(({ kind, plural, shortNames }) => [kind, plural, ...shortNames])
  expect(new Set(names).size).toBe(names.length)
})

const at = '2026-01-31T12:00:00Z'
const version = { hash: 'a', template: 'b', set: 'web-a' }
const statuses: [kind: string, status: z.ZodType, given: unknown][] = [
  ['Rollout', RolloutStatus, { phase: 'Healthy', message: 'ok', stable: { ...version, since: at } }],
  [
    'Rollout',
    RolloutStatus,
    {
      phase: 'Progressing',
      message: 'releasing web:2',
      run: {
        id: 1,
        startedAt: at,
        trigger: 'Template',
        from: version,
        to: { ...version, hash: 'c' },
        mode: 'Routes',
        spec: {},
        stage: 'Stepping',
        stageSince: at,
        analysis: { name: 'web-1', stage: 'Background', phase: 'Running', verdict: 'Running', message: 'more is needed' },
        baseline: { set: 'web-fresh', hash: 'd', replicas: 2, available: 1 },
      },
      history: [
        { id: 1, from: version, to: version, result: 'RolledBack', because: 'errors', analysis: 'web-1', startedAt: at, endedAt: at },
      ],
    },
  ],
  ['AnalysisRun', AnalysisRunStatus, { phase: 'Pending', message: 'waits for its first interval' }],
  [
    'AnalysisRun',
    AnalysisRunStatus,
    {
      phase: 'Fail',
      message: 'errors: 2.1 times the baseline',
      verdict: 'Fail',
      by: 'errors',
      intervals: 12,
      ramp: [{ weight: 5, passed: true }],
      metrics: [
        {
          name: 'errors',
          verdict: 'Fail',
          because: '2.1 times the baseline',
          ratio: { estimate: 2.1, low: 1.4 },
          evidence: { harm: 5.2, harmNeeds: 4.6, passNeeds: 3 },
          needed: { intervals: 7, requests: 1250.5 },
        },
      ],
      problems: [{ what: 'MetricSource default', kind: 'SourceDown', because: 'no answer', since: at }],
      learned: ['errors: pods differ by 12 %'],
      record: 'H4sIAAAA',
    },
  ],
  ['MetricSource', MetricSourceStatus, { state: 'Ready', message: 'answers', since: at, lastAnswer: at }],
]

test.each(statuses)('a status of %s is stored as its type has it', (kind, type, given) => {
  const schema = schemaOf(kind).properties?.status ?? {}
  expect(invalidities(schema as Schema, given as JsonMap)).toEqual([])
  expect(pruned(schema as Schema, given as JsonMap).unknown).toEqual([])
  expect(filled(schema, given)).toEqual(type.parse(given))
})

group('the CRD of Rollout', () => {
  const spec = () => schemaOf('Rollout').properties?.spec ?? {}

  test('has its names, columns and the status subresource', () => {
    const { metadata, spec: crd } = crdOf(kindNamed('Rollout'))
    expect(metadata.name).toBe('rollouts.serin.dev')
    expect(crd.names).toMatchObject({ plural: 'rollouts', singular: 'rollout', shortNames: ['sro'], categories: ['serin', 'all'] })
    const [version] = crd.versions
    expect(version?.subresources).toEqual({ status: {} })
    expect(version?.additionalPrinterColumns.map((column) => column.name)).toEqual(['Phase', 'Step', 'Weight', 'Stable', 'Message', 'Age'])
  })

  test('refuses what this version does not act on, with a sentence', () => {
    expect(spec()['x-kubernetes-validations']).toContainEqual({
      rule: '!has(self.windows)',
      message: 'spec.windows is not acted on by this version of Serin: runs start at any time: remove spec.windows',
    })
    expect(spec().properties?.canary?.properties?.steps?.items?.['x-kubernetes-validations']?.map(({ rule }) => rule)).toContain(
      '!has(self.approve)',
    )
  })

  test('keeps opaque objects whole', () => {
    const run = schemaOf('Rollout').properties?.status?.properties?.run?.properties
    expect(run?.spec).toMatchObject({ type: 'object', 'x-kubernetes-preserve-unknown-fields': true })
    expect(run?.originals?.properties?.routes?.items?.properties?.original).toMatchObject({ 'x-kubernetes-preserve-unknown-fields': true })
  })

  test('lets a workload never change', () => {
    expect(spec().properties?.workload?.['x-kubernetes-validations']).toContainEqual({
      rule: 'self == oldSelf',
      message: 'spec.workload cannot change: make a new Rollout for another workload',
    })
    expect(schemaOf('Rollout').required).toContain('spec')
    expect(spec().required).toContain('workload')
  })

  test('fills in the same defaults as the types do', () => {
    const minimal: RolloutSpecInput = { workload: { name: 'web' } }
    expect(filled(spec(), minimal)).toEqual(RolloutSpec.parse(minimal))
    fc.assert(
      fc.property(arbitrarySpec, (given) => {
        expect(filled(spec(), given)).toEqual(RolloutSpec.parse(given))
      }),
    )
  })
})
