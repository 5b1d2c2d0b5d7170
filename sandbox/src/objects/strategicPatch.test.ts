import { describe, expect, it } from 'vitest'
import { builtinSchema } from './builtin.ts'
import { strategicPatch } from './patch.ts'

const deployment = builtinSchema('apps/v1', 'Deployment')

const pod = (spec: object) => ({ spec: { template: { spec } } })

describe('strategicPatch', () => {
  it('merges containers by name and env by name, what the patch names in its order and new ones first', () => {
    const live = pod({
      containers: [
        { name: 'a', image: '1', env: [{ name: 'X', value: '1' }] },
        { name: 'b', image: '1' },
      ],
    })
    const patch = pod({
      containers: [
        { name: 'a', env: [{ name: 'Y', value: '2' }] },
        { name: 'c', image: '3' },
      ],
    })
    expect(strategicPatch(live, patch, deployment)).toEqual(
      pod({
        containers: [
          {
            name: 'a',
            image: '1',
            env: [
              { name: 'Y', value: '2' },
              { name: 'X', value: '1' },
            ],
          },
          { name: 'c', image: '3' },
          { name: 'b', image: '1' },
        ],
      }),
    )
  })

  it('deletes an item by directive and a field by null', () => {
    const live = pod({
      containers: [
        { name: 'a', image: '1' },
        { name: 'b', image: '1' },
      ],
      nodeName: 'n',
    })
    const patch = pod({ containers: [{ name: 'b', $patch: 'delete' }], nodeName: null })
    expect(strategicPatch(live, patch, deployment)).toEqual(pod({ containers: [{ name: 'a', image: '1' }] }))
  })

  it('replaces a list or a map by directive', () => {
    const live = pod({ containers: [{ name: 'a' }], nodeSelector: { a: 'b' } })
    const patch = pod({ containers: [{ $patch: 'replace' }, { name: 'z' }], nodeSelector: { $patch: 'replace', c: 'd' } })
    expect(strategicPatch(live, patch, deployment)).toEqual(pod({ containers: [{ name: 'z' }], nodeSelector: { c: 'd' } }))
  })

  it('keeps only the retained keys', () => {
    const live = { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } } }
    const patch = { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } }
    expect(strategicPatch(live, patch, deployment)).toEqual({ spec: { strategy: { type: 'Recreate' } } })
  })

  it('puts items in the order it is told, the others before what they stood before', () => {
    const live = pod({ containers: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] })
    const patch = pod({ '$setElementOrder/containers': [{ name: 'c' }, { name: 'a' }], containers: [{ name: 'c', image: 'x' }] })
    expect(strategicPatch(live, patch, deployment)).toEqual(pod({ containers: [{ name: 'b' }, { name: 'c', image: 'x' }, { name: 'a' }] }))
  })

  it('adds to and deletes from a list of words', () => {
    const live = { metadata: { finalizers: ['a/x', 'b/x'] } }
    const patch = { metadata: { finalizers: ['c/x'], '$deleteFromPrimitiveList/finalizers': ['a/x'] } }
    expect(strategicPatch(live, patch, deployment)).toEqual({ metadata: { finalizers: ['c/x', 'b/x'] } })
  })

  it('replaces a list that has no merge key', () => {
    expect(strategicPatch(pod({ tolerations: [{ key: 'a' }] }), pod({ tolerations: [{ key: 'b' }] }), deployment)).toEqual(
      pod({ tolerations: [{ key: 'b' }] }),
    )
  })

  it('refuses an item without its merge key', () => {
    expect(() => strategicPatch(pod({ containers: [] }), pod({ containers: [{ image: 'x' }] }), deployment)).toThrow(
      'does not contain declared merge key: name',
    )
  })
})
