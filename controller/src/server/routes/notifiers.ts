import { z } from 'zod'
import { iso } from '../../api/fields.ts'
import { askForTest } from '../../api/notifierTest.ts'
import { apiVersion, group } from '../../api/rollout.ts'
import { callerOf, mustHave } from '../access.ts'
import type { Routes } from '../app.ts'
import { NotificationList, NotifierItem, NotifierList, NotifierTest } from '../dto/notifying.ts'
import type { Parts, Person } from '../parts.ts'
import { Refusal } from '../problems.ts'
import { notificationItems, notifierItem, notifierItems } from '../read/notifiers.ts'
import { mustGet } from '../read/seen.ts'
import { visible, visibleInCluster } from '../read/visible.ts'

const tags = ['notifications']
const types = {
  Namespace: { kind: 'Notifier', plural: 'notifiers' },
  Cluster: { kind: 'ClusterNotifier', plural: 'clusternotifiers' },
} as const
const notification = { kind: 'Notification', plural: 'notifications' }
const address = '/notifiers/:scope/:namespace/:name'

const Address = z.object({
  scope: z.enum(['Namespace', 'Cluster']).meta({ description: 'Notifier or ClusterNotifier.' }),
  namespace: z.string().max(253).meta({ description: "Where it is; a dash for the cluster's." }),
  name: z.string().max(253).meta({ description: 'Its name.' }),
})
type Address = z.output<typeof Address>

/** /notifiers: who is told what of releases, whether it arrives, and a test of it. */
export const notifierRoutes: Routes = (app, parts) => {
  const { authority, client, clock, options } = parts

  app.get(
    '/notifiers',
    {
      config: { access: 'person' },
      schema: {
        summary: 'Who is told what',
        description: 'Notifiers and ClusterNotifiers that the person may list; those whose messages do not arrive first.',
        tags,
        querystring: z.object({
          namespace: z.string().max(253).optional().meta({ description: 'In this namespace only; those of the cluster too.' }),
        }),
        response: { 200: NotifierList },
      },
    },
    async (request) => {
      const { person } = callerOf(request)
      const [own, shared] = await Promise.all([
        visible(parts, person, types.Namespace, request.query.namespace),
        visibleInCluster(parts, person, types.Cluster),
      ])
      return { items: notifierItems([...own, ...shared]) }
    },
  )

  app.get(
    address,
    { config: { access: 'person' }, schema: { summary: 'A Notifier', tags, params: Address, response: { 200: NotifierItem } } },
    async (request) => notifierItem(await seen(parts, callerOf(request).person, request.params)),
  )

  app.get(
    `${address}/notifications`,
    {
      config: { access: 'person' },
      schema: {
        summary: 'What a Notifier told',
        description: 'The newest 100 that are kept, in namespaces whose Notifications the person may list.',
        tags,
        params: Address,
        response: { 200: NotificationList },
      },
    },
    async (request) => {
      const { person } = callerOf(request)
      const { scope, namespace } = request.params
      const notifier = await seen(parts, person, request.params)
      if (scope === 'Namespace') await mustHave(parts, person, { verb: 'list', group, resource: notification.plural, namespace })
      return {
        items: notificationItems(await visible(parts, person, notification, scope === 'Namespace' ? namespace : undefined), notifier),
      }
    },
  )

  app.post(
    `${address}/test`,
    {
      config: { access: 'person' },
      schema: {
        summary: 'Send a test message',
        description:
          'Asked for as the person, who needs `patch` on the Notifier, as `serin notify test` does it. The controller sends it within moments: look at the Notifier until its `test` has this id and a result.',
        tags,
        params: Address,
        response: { 202: NotifierTest },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request)
      const { kind, plural } = types[request.params.scope]
      const ref = refOf(request.params)
      if (options.readOnly) throw new Refusal('SERIN-403-READONLY', 'This server only shows; use `serin notify test` instead.')
      await mustHave(parts, caller.person, { verb: 'patch', group, resource: plural, ...ref })
      await mustGet(client, kind, ref)
      const id = await askForTest(authority.as(caller, request.id), { apiVersion, kind, ...ref })
      return reply
        .code(202)
        .send({ id, result: 'Sending', message: 'It was asked for; the controller has not answered yet.', at: iso(clock.now()) })
    },
  )
}

const refOf = ({ scope, namespace, name }: Address) => ({ name, ...(scope === 'Cluster' ? {} : { namespace }) })

/** The Notifier, for somebody who may get it. */
async function seen(parts: Parts, person: Person, where: Address) {
  const { kind, plural } = types[where.scope]
  await mustHave(parts, person, { verb: 'get', group, resource: plural, ...refOf(where) })
  return mustGet(parts.client, kind, refOf(where))
}
