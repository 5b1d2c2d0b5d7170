import { describe, expect, it } from 'vitest'
import {
  decoded,
  difference,
  encoded,
  fieldKey,
  intersection,
  itemKey,
  members,
  printed,
  sameSet,
  setOf,
  union,
  valueKey,
} from './fieldSet.ts'

const document = {
  'f:metadata': { 'f:labels': { '.': {}, 'f:app.kubernetes.io/name': {} } },
  'f:spec': { 'f:ports': { 'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:name': {} } }, 'f:tags': { 'v:"x"': {} } },
}

describe('a set of fields', () => {
  it('reads and writes FieldsV1 without loss', () => {
    expect(encoded(decoded(document))).toEqual(document)
  })

  it('prints paths as conflicts do', () => {
    expect([...members(decoded(document))].map(printed)).toEqual([
      '.metadata.labels',
      '.metadata.labels.app.kubernetes.io/name',
      '.spec.ports[containerPort=80,protocol="TCP"]',
      '.spec.ports[containerPort=80,protocol="TCP"].name',
      '.spec.tags[="x"]',
    ])
  })

  it('tells the same item by its keys in any order', () => {
    expect(itemKey({ b: 1, a: 'x' })).toBe(itemKey({ a: 'x', b: 1 }))
    expect(valueKey({ b: 1, a: 2 })).toBe('v:{"a":2,"b":1}')
    expect(fieldKey('a')).toBe('f:a')
  })

  it('unites, intersects and subtracts by members, a parent being no member of its own accord', () => {
    const a = setOf([['f:x'], ['f:x', 'f:y'], ['f:z', 'f:w']])
    const b = setOf([['f:x', 'f:y'], ['f:z']])
    expect([...members(union(a, b))]).toHaveLength(4)
    expect([...members(intersection(a, b))]).toEqual([['f:x', 'f:y']])
    expect([...members(difference(a, b))]).toEqual([['f:x'], ['f:z', 'f:w']])
    expect(sameSet(union(difference(a, b), intersection(a, b)), a)).toBe(true)
  })
})
