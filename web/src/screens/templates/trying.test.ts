import { describe, expect, it } from 'vitest'
import type { TemplateView } from '../../../../controller/src/server/dto/measuring.ts'
import { emptyForm, releaseOf, requestOf } from './trying.ts'

const stored: TemplateView = {
  scope: 'Namespace',
  namespace: 'shop',
  name: 'http',
  judge: 'sequential',
  metrics: [],
  args: [
    { name: 'method', required: true },
    { name: 'code', value: '5..', required: false },
  ],
  usedBy: [],
  yaml: 'kind: AnalysisTemplate\n',
}
const form = { ...emptyForm, release: 'shop/web', args: { method: 'GET' } }

describe('a release is written as namespace/name', () => {
  it.each(['shop/web', ' shop/web ', 'a/b.c-d'])('%j', (text) => expect(releaseOf(text)).toBeDefined())
  it.each(['', 'web', 'shop/', '/web', 'a/b/c', 'shop/Web', 'shop/<img>', 'shop/-web'])('not %j', (text) =>
    expect(releaseOf(text)).toBeUndefined(),
  )
})

describe('a try', () => {
  it('names the stored template as long as its text is the stored one', () => {
    expect(requestOf(form, stored.yaml, stored)).toEqual({
      namespace: 'shop',
      rollout: 'web',
      since: '1h',
      template: { scope: 'Namespace', name: 'http' },
      args: { method: 'GET' },
    })
  })

  it('sends the text when it was edited, when nothing is stored, and when the release is elsewhere', () => {
    expect(requestOf(form, 'edited', stored)).toMatchObject({ yaml: 'edited' })
    expect(requestOf(form, 'new', undefined)).toMatchObject({ yaml: 'new' })
    const elsewhere = requestOf({ ...form, release: 'find/search' }, stored.yaml, stored)
    expect(elsewhere).toMatchObject({ namespace: 'find', yaml: stored.yaml })
    expect(elsewhere).not.toHaveProperty('template')
  })

  it("names the cluster's template for a release anywhere", () => {
    const { namespace: _, ...rest } = stored
    expect(requestOf({ ...form, release: 'find/search' }, stored.yaml, { ...rest, scope: 'Cluster' })).toMatchObject({
      template: { scope: 'Cluster', name: 'http' },
    })
  })

  it('gives values that are filled in, and no others', () => {
    const filled = {
      ...form,
      args: { method: 'GET', code: '' },
      more: [
        { name: ' path ', value: '/' },
        { name: '', value: 'x' },
        { name: 'y', value: '' },
      ],
    }
    expect(requestOf(filled, stored.yaml, stored)).toMatchObject({ args: { method: 'GET', path: '/' } })
    expect(requestOf({ ...emptyForm, release: 'a/b' }, 'x', undefined)).not.toHaveProperty('args')
  })

  it('is not asked for without a release or a required value', () => {
    expect(requestOf(emptyForm, stored.yaml, stored)).toEqual({ problem: expect.stringContaining('namespace/name') })
    expect(requestOf({ ...form, args: {} }, stored.yaml, stored)).toEqual({ problem: expect.stringContaining('method') })
  })
})
