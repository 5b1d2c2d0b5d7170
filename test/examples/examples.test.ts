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
/** What tools are given beside the objects of an application; tested in test/gitops. */
const forTools = ['argo-cd', 'flux', 'kustomize']
/** A file, or a folder whose files belong together. */
const examples = readdirSync(folder, { withFileTypes: true }).filter(
  (entry) => !forTools.includes(entry.name) && (entry.isDirectory() || entry.name.endsWith('.yaml')),
)

function textOf({ name }: { name: string }): string {
  if (name.endsWith('.yaml')) return readFileSync(new URL(name, folder), 'utf8')
  const files = readdirSync(new URL(`${name}/`, folder)).sort()
  return files.map((file) => readFileSync(new URL(`${name}/${file}`, folder), 'utf8')).join('---\n')
}

/** What rules of a Role speak of by name. */
const namedIn = (rules: { resourceNames?: string[] }[]): string[] => rules.flatMap(({ resourceNames = [] }) => resourceNames)

test('there are a quick start, a blue/green, one without a router, three with analysis, notifications, and roles for people', () => {
  expect(examples.map(({ name }) => name).sort()).toEqual([
    'analysis-http',
    'analysis-preset',
    'blue-green-analysis',
    'blue-green.yaml',
    'notifications',
    'pods-in-proportion.yaml',
    'quick-start.yaml',
    'rights',
  ])
})

test('all of them together have no finding either', () => {
  expect(lintText(examples.map(textOf).join('---\n'), { complete: true })).toEqual([])
})

describe.each(examples)('$name', (example) => {
  const text = textOf(example)
  const objects = parseAllDocuments(text).map((document) => document.toJS() as Obj)

  test('has no finding, also when nothing but it is applied', () => {
    expect(lintText(text, { complete: true })).toEqual([])
  })
  test('is taken by an API server with the Gateway API and Serin', () => {
    const { api } = createApiServer({ clock: virtualClock() })
    for (const crd of [...gatewayApiDefinitions(), ...kinds.map(crdOf)]) api.create(crd as unknown as Partial<Obj>)
    for (const object of objects) {
      const place = object.kind.startsWith('Cluster') ? {} : { namespace: 'default' }
      const made = api.create({ ...object, metadata: { ...object.metadata, ...place } })
      expect(made.metadata.name).toBe(object.metadata.name)
    }
  })
  test('its commands name what is in it', () => {
    const names = objects.flatMap(({ metadata, rules = [] }) => [metadata.name, ...namedIn(rules)])
    const typed = [...text.matchAll(/^# +(?:serin (?:notify )?\w+|kubectl set image deployment\/)\s?([\w-]+)/gm)].map(([, named]) => named)
    expect(typed.length).toBeGreaterThan(0)
    for (const named of typed) expect(names).toContain(named)
  })
  test('what it says to apply is its own name', () => {
    expect([...text.matchAll(/^# +kubectl apply -f (\S+)/gm)].map(([, path]) => path)).toEqual([example.name])
  })
})
