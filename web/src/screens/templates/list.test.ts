import { expect, it } from 'vitest'
import type { TemplateItem } from '../../../../controller/src/server/dto/measuring.ts'
import { addressOf, matching } from './list.ts'

const template = (name: string, more: Partial<TemplateItem> = {}): TemplateItem => ({
  scope: 'Namespace',
  namespace: 'shop',
  name,
  judge: 'sequential',
  metrics: [{ name: 'errors', form: 'ratio', gate: true }],
  args: [],
  usedBy: [],
  ...more,
})
const { namespace: _, ...everywhere } = template('default', { scope: 'Cluster' })
const items = [template('web', { usedBy: [{ namespace: 'shop', name: 'cart' }] }), template('http', { namespace: 'find' }), everywhere]
const names = (q: string) => matching(items, q).map(({ name }) => name)

it("the cluster's templates come first, then they go by namespace and name", () => expect(names('')).toEqual(['default', 'http', 'web']))

it('a filter finds templates by what they measure and by who uses them', () => {
  expect(names('errors RATIO')).toHaveLength(3)
  expect(names('shop/cart')).toEqual(['web'])
  expect(names('nowhere')).toEqual([])
})

it("the cluster's have a dash for a namespace in their address", () => {
  expect(addressOf(everywhere)).toEqual({ scope: 'Cluster', namespace: '-', name: 'default' })
  expect(addressOf(template('web'))).toEqual({ scope: 'Namespace', namespace: 'shop', name: 'web' })
})
