import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openWatch, send } from '../testing/client.ts'
import { deployment, paths, testServer, widgetCrd } from '../testing/fixtures.ts'
import { age } from './age.ts'
import { valuesAt } from './jsonPath.ts'

const headers = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' }

describe('tables', () => {
  it('have the columns kubectl shows, and the age by the clock', async () => {
    const { server, clock } = testServer()
    await send(server, 'POST', paths.deployments, deployment('web'))
    await clock.advance(65_000)
    const { json } = await send(server, 'GET', paths.deployments, undefined, { headers })
    const shown = json.columnDefinitions.filter((column: { priority: number }) => column.priority === 0)
    expect(shown.map((column: { name: string }) => column.name)).toEqual(['Name', 'Ready', 'Up-to-date', 'Available', 'Age'])
    expect(json.rows[0].cells.slice(0, 5)).toEqual(['web', '0/2', 0, 0, '65s'])
    expect(json.rows[0].object).toMatchObject({ kind: 'PartialObjectMetadata', metadata: { name: 'web' } })
  })

  it('come in watches too, with columns of a custom kind', async () => {
    const { server } = testServer()
    await send(server, 'POST', paths.crds, widgetCrd())
    const watch = await openWatch(server, `${paths.widgets}?watch=1`, { headers })
    await send(server, 'POST', paths.widgets, { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'a' }, spec: { size: 4 } })
    const event = await watch.next()
    expect(event?.object.columnDefinitions.map((column: { name: string }) => column.name)).toEqual(['Name', 'Size', 'Ready'])
    expect(event?.object.rows[0].cells).toEqual(['a', 4, null])
    watch.stop()
  })

  it('give way to metadata alone when that is asked for', async () => {
    const { server } = testServer()
    await send(server, 'POST', paths.deployments, deployment('web'))
    const accept = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io'
    const { json } = await send(server, 'GET', paths.deployments, undefined, { headers: { accept } })
    expect(json.kind).toBe('PartialObjectMetadataList')
    expect(Object.keys(json.items[0])).toEqual(['metadata'])
  })
})

describe('printer column paths', () => {
  it('follow members, indexes, wildcards and filters', () => {
    const object = {
      a: [
        { t: 'x', v: 1 },
        { t: 'y', v: 2 },
      ],
      'b.c/d': { e: 3 },
    }
    expect(valuesAt(object, '.a[0].v')).toEqual([1])
    expect(valuesAt(object, '.a[*].v')).toEqual([1, 2])
    expect(valuesAt(object, '.a[?(@.t=="y")].v')).toEqual([2])
    expect(valuesAt(object, ".a[?(@.t!='y')].v")).toEqual([1])
    expect(valuesAt(object, ".['b.c/d'].e")).toEqual([3])
    expect(valuesAt(object, '.b\\.c/d.e')).toEqual([3])
    expect(valuesAt(object, '.none.v')).toEqual([])
  })
})

describe('ages', () => {
  it('name the two units that matter', () => {
    const seconds = (count: number) => age(0, count * 1000)
    expect([0, 119, 120, 125, 600, 10_800, 28_799, 28_800, 172_800, 700_000].map(seconds)).toEqual([
      '0s',
      '119s',
      '2m',
      '2m5s',
      '10m',
      '3h',
      '7h59m',
      '8h',
      '2d',
      '8d',
    ])
  })

  it('never get shorter as time goes by', () => {
    const value = (text: string) =>
      [...text.matchAll(/(\d+)([smhdy])/g)].reduce(
        (sum, [, count, unit]) => sum + Number(count) * ({ s: 1, m: 60, h: 3600, d: 86_400, y: 31_536_000 }[unit ?? 's'] ?? 0),
        0,
      )
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400_000_000 }), fc.integer({ min: 0, max: 400_000_000 }), (a, b) => {
        const [less, more] = a < b ? [a, b] : [b, a]
        expect(value(age(0, less * 1000))).toBeLessThanOrEqual(value(age(0, more * 1000)))
      }),
    )
  })
})
