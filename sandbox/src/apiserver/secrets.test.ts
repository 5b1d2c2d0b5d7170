import { expect, test } from 'vitest'
import { cluster } from '../controllers/testing/cluster.ts'
import type { Obj } from '../types.ts'

test('a Secret is written as text and read in base64, and its text is never shown', () => {
  const c = cluster()
  const target = { apiVersion: 'v1', kind: 'Secret', namespace: 'default', name: 'token' }
  const made = c.api.create({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'token', namespace: 'default' } as Obj['metadata'],
    stringData: { key: 'grün', other: '' },
    data: { key: 'b2xk', kept: 'b2xk' },
  })
  const encoded = { key: Buffer.from('grün').toString('base64'), other: '', kept: 'b2xk' }
  expect(made).toMatchObject({ type: 'Opaque', data: encoded })
  expect(made.stringData).toBeUndefined()
  const changed = c.api.patch(target, { type: 'merge', body: { stringData: { key: 'new' } } })
  expect(changed.stringData).toBeUndefined()
  expect(c.api.get('v1', 'Secret', 'default', 'token')?.data).toEqual({ ...encoded, key: 'bmV3' })
  c.stop()
})
