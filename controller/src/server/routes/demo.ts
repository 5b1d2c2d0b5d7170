import type { KubeClient } from '../../kube/types.ts'
import { callerOf, mustHave } from '../access.ts'
import type { Routes } from '../app.ts'
import { Demo, DemoVersion, Ship, Shipped } from '../dto/demo.ts'
import type { DemoParts } from '../parts.ts'
import { Refusal } from '../problems.ts'

const imagePath = '/spec/template/spec/containers/0/image'

/** In a demo only. GET /demo: what can be shipped; POST /demo/ship: changes the image of a Deployment, as the person. */
export const demoRoutes: Routes = (app, parts) => {
  const { demo, client, authority } = parts
  if (!demo) return
  const right = { verb: 'patch', group: 'apps', resource: 'deployments', namespace: demo.namespace }

  app.get(
    '/demo',
    { config: { access: 'person' }, schema: { summary: 'What can be shipped', tags: ['demo'], response: { 200: Demo } } },
    async (request): Promise<Demo> => {
      const { allowed, because } = await authority.may(callerOf(request).person, right)
      const services = demo.services.map(async (name) => ({ namespace: demo.namespace, name, image: await imageOf(client, demo, name) }))
      return {
        services: await Promise.all(services),
        versions: [...DemoVersion.options],
        allowed,
        ...(allowed ? {} : { because: because || `This needs the verb patch on deployments.apps in namespace ${demo.namespace}.` }),
      }
    },
  )

  app.post(
    '/demo/ship',
    { config: { access: 'person' }, schema: { summary: 'Ship a version', tags: ['demo'], body: Ship, response: { 200: Shipped } } },
    async (request): Promise<Shipped> => {
      const { service, version } = request.body as Ship
      const caller = callerOf(request)
      await mustHave(parts, caller.person, right)
      if (!demo.services.includes(service))
        throw new Refusal('SERIN-404-OBJECT', `There is no service ${service} in the demo: there are ${demo.services.join(', ')}.`)
      const now = await imageOf(client, demo, service)
      const image = demo.images(service, version).find((each) => each !== now) ?? now
      await authority.as(caller, request.id).patch(deployment(demo, service), [
        { op: 'test', path: imagePath, value: now },
        { op: 'replace', path: imagePath, value: image },
      ])
      return { service, image }
    },
  )
}

const deployment = ({ namespace }: DemoParts, name: string) => ({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name })

async function imageOf(client: KubeClient, demo: DemoParts, name: string): Promise<string> {
  const found = await client.get(deployment(demo, name))
  const spec = found?.spec as { template?: { spec?: { containers?: { image?: string }[] } } } | undefined
  return spec?.template?.spec?.containers?.[0]?.image ?? ''
}
