import { describe, expect, test } from 'vitest'
import { Normaliser } from './normalise.ts'

const uid = (digit: number) => `${`${digit}`.repeat(8)}-0000-0000-0000-000000000000`
const normaliser = () => new Normaliser({ 'room-7': '<namespace>' }, { managedFields: false })

describe('Normaliser', () => {
  test('names uids by their first appearance, and knows them again', () => {
    const normalise = normaliser()
    expect(normalise.normalise([uid(5), `owned by ${uid(3)}`, uid(5)])).toEqual(['<uid 1>', 'owned by <uid 2>', '<uid 1>'])
    expect(normalise.normalise(uid(3))).toBe('<uid 2>')
  })

  test('tells versions of one object apart, and takes those of lists away', () => {
    const object = (version: string) => ({ metadata: { uid: uid(1), resourceVersion: version } })
    const result = normaliser().normalise([object('7'), object('9'), object('7'), { metadata: { resourceVersion: '9' } }])
    expect(result.map((item: { metadata: { resourceVersion: string } }) => item.metadata.resourceVersion)).toEqual([
      '<version 1>',
      '<version 2>',
      '<version 1>',
      '<version>',
    ])
  })

  test('replaces what was learnt from other answers', () => {
    const normalise = normaliser()
    normalise.learn({ items: [{ metadata: { name: 'web-abc-xyz', generateName: 'web-abc-', labels: { 'pod-template-hash': 'abc' } } }] })
    expect(normalise.normalise('pod web-abc-xyz of web-abc in room-7')).toBe('pod web-<hash 1>-<random> of web-<hash 1> in <namespace>')
  })

  test('puts the causes of a refusal in order, in the message too', () => {
    const causes = [
      { field: 'spec.b', message: 'bad' },
      { field: 'spec.a', message: 'worse' },
    ]
    const status = { kind: 'Status', message: 'x is invalid: [spec.b: bad, spec.a: worse]', details: { causes } }
    expect(normaliser().normalise(status)).toEqual({
      kind: 'Status',
      message: 'x is invalid: [spec.a: worse, spec.b: bad]',
      details: { causes: [causes[1], causes[0]] },
    })
  })

  test('drops managed fields unless they are asked for', () => {
    const object = { metadata: { name: 'a', managedFields: [{ manager: 'x', time: '2026-01-01T00:00:00Z' }] } }
    expect(normaliser().normalise(object)).toEqual({ metadata: { name: 'a' } })
    expect(new Normaliser({}, { managedFields: true }).normalise(object)).toEqual({
      metadata: { name: 'a', managedFields: [{ manager: 'x', time: '<time>' }] },
    })
  })
})
