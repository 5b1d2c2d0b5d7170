import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { crdOf } from '../../controller/src/api/crd.ts'
import { kinds } from '../../controller/src/api/kinds.ts'
import { lintText } from '../../controller/src/api/lintText.ts'
import { createApiServer } from '../../sandbox/src/apiserver/server.ts'
import { gatewayApiDefinitions } from '../../sandbox/src/traffic/gatewayApi.ts'
import type { Obj } from '../../sandbox/src/types.ts'
import { virtualClock } from '../../sandbox/src/virtualClock.ts'

const folder = new URL('../../examples/', import.meta.url)
const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'))

test('there is a quick start, a blue/green and one without a router', () => {
  expect(files.sort()).toEqual(['blue-green.yaml', 'pods-in-proportion.yaml', 'quick-start.yaml'])
})

describe.each(files)('%s', (name) => {
  const text = readFileSync(new URL(name, folder), 'utf8')

  test('has no finding, also when nothing but it is applied', () => {
    expect(lintText(text, { complete: true })).toEqual([])
  })
  test('is taken by an API server with the Gateway API and Serin', () => {
    const { api } = createApiServer({ clock: virtualClock() })
    for (const crd of [...gatewayApiDefinitions(), ...kinds.map(crdOf)]) api.create(crd as unknown as Partial<Obj>)
    for (const document of parseAllDocuments(text)) {
      const object = document.toJS() as Obj
      const made = api.create({ ...object, metadata: { ...object.metadata, namespace: 'default' } })
      expect(made.metadata.name).toBe(object.metadata.name)
    }
  })
  test('its commands name what is in it', () => {
    const names = parseAllDocuments(text).map((document) => (document.toJS() as Obj).metadata.name)
    const typed = [...text.matchAll(/^# +(?:serin \w+|kubectl set image deployment\/)\s?([\w-]+)/gm)].map(([, named]) => named)
    expect(typed.length).toBeGreaterThan(0)
    for (const named of typed) expect(names).toContain(named)
  })
})
