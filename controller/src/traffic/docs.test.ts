import { expect, it } from 'vitest'
import { routersTable } from './docs.ts'
import { routers } from './registry.ts'

it('the reference page has a row for each router, as wide as its head', () => {
  const rows = routersTable()
    .split('\n')
    .filter((line) => line.startsWith('|'))
  expect(rows).toHaveLength(routers.length + 2)
  for (const { kind } of routers) expect(rows.filter((row) => row.startsWith(`| \`${kind}\``))).toHaveLength(1)
  expect(new Set(rows.map((row) => row.split('|').length)).size).toBe(1)
})
