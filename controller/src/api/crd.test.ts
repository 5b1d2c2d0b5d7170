import fc from 'fast-check'
import { expect, describe as group, test } from 'vitest'
import { crdProblems } from '../../../sandbox/src/objects/crd.ts'
import { crdOf, type StructuralSchema } from './crd.ts'
import { kindNamed, kinds } from './kinds.ts'
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
  minLength maxLength minItems maxItems pattern x-kubernetes-preserve-unknown-fields x-kubernetes-list-type x-kubernetes-list-map-keys x-kubernetes-validations`.split(
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
    const status = { phase: 'Healthy', message: 'ok', stable: { hash: 'a', template: 'b', set: 'c', since: 'd' } }
    expect(filled(schemaOf('Rollout').properties?.status ?? {}, status)).toEqual(RolloutStatus.parse(status))
  })
})
