import { describe, expect, it } from 'vitest'
import { send } from './testing/client.ts'
import { paths, testServer, widgetCrd } from './testing/fixtures.ts'

interface Resource {
  name: string
  verbs: string[]
}

describe('discovery', () => {
  it('lists groups, versions and resources, custom ones too', async () => {
    const { server } = testServer()
    await send(server, 'POST', paths.crds, widgetCrd())
    expect((await send(server, 'GET', '/version')).json.gitVersion).toMatch(/^v1\.36\./)
    const { json: groups } = await send(server, 'GET', '/apis')
    expect(groups.groups.map((group: { name: string }) => group.name)).toEqual(expect.arrayContaining(['apps', 'example.com']))
    const { json } = await send(server, 'GET', '/apis/example.com/v1')
    expect(json.resources.map((resource: Resource) => resource.name)).toEqual(['widgets', 'widgets/status', 'widgets/scale'])
    expect((await send(server, 'GET', '/apis/none/v1')).status).toBe(404)
  })

  it('tells everything at once in the aggregated form', async () => {
    const { server } = testServer()
    const headers = { accept: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json' }
    const answer = await send(server, 'GET', '/apis', undefined, { headers })
    expect(answer.headers['content-type']).toContain('as=APIGroupDiscoveryList')
    const apps = answer.json.items.find((item: { metadata: { name: string } }) => item.metadata.name === 'apps')
    expect(apps.versions[0].resources[0]).toMatchObject({
      resource: 'deployments',
      scope: 'Namespaced',
      responseKind: { kind: 'Deployment' },
    })
  })

  it('has a document for each group version whose references all lead somewhere', async () => {
    const { server } = testServer()
    await send(server, 'POST', paths.crds, widgetCrd())
    const { json: index } = await send(server, 'GET', '/openapi/v3')
    for (const { serverRelativeURL } of Object.values<{ serverRelativeURL: string }>(index.paths)) {
      const { json } = await send(server, 'GET', serverRelativeURL)
      // Marks of our own are no business of clients.
      expect(JSON.stringify(json)).not.toMatch(/"x-(?!kubernetes-)/)
      const refs = [...JSON.stringify(json).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map((match) => match[1] ?? '')
      expect(Object.keys(json.components.schemas)).toEqual(expect.arrayContaining(refs))
      expect(Object.keys(json.paths).length).toBeGreaterThan(0)
    }
  })

  it('changes a document’s address with its content', async () => {
    const { server } = testServer()
    const address = async () => (await send(server, 'GET', '/openapi/v3')).json.paths['apis/example.com/v1']?.serverRelativeURL
    await send(server, 'POST', paths.crds, widgetCrd())
    const before = await address()
    const column = [
      { op: 'add', path: '/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/more', value: { type: 'string' } },
    ]
    await send(server, 'PATCH', `${paths.crds}/widgets.example.com`, column, { type: 'application/json-patch+json' })
    expect(before).toBeDefined()
    expect(await address()).not.toBe(before)
  })
})
