import { createHash } from 'node:crypto'
import { z } from 'zod'
import { type Aim, commandObject } from '../../api/commandObject.ts'
import { apiVersion, group } from '../../api/rollout.ts'
import { RolloutCommandSpec } from '../../api/rolloutCommand.ts'
import { KubeError } from '../../kube/errors.ts'
import type { KubeObject } from '../../kube/types.ts'
import { callerOf, mustHave } from '../access.ts'
import type { Routes } from '../app.ts'
import { CommandRequest, CommandsView, CommandView } from '../dto/detail.ts'
import { Named } from '../dto/fields.ts'
import type { Parts, Person } from '../parts.ts'
import { Refusal } from '../problems.ts'
import { commandView, commandViews } from '../read/commands.ts'
import { mustGet } from '../read/seen.ts'
import { stampsOf } from '../read/stamps.ts'

const address = '/releases/:namespace/:name/commands'
const tags = ['commands']
const type = { apiVersion, kind: 'RolloutCommand' }

const Key = z
  .string()
  .regex(/^[\x21-\x7e]{1,128}$/)
  .optional()
  .meta({ description: 'A text of your own: sent again with it, the same command is not made twice.' })

/** /releases/{namespace}/{name}/commands: asking for something, and what was asked. */
export const commandRoutes: Routes = (app, parts) => {
  const { client, clock, authority, options } = parts
  const stamps = stampsOf(client, clock)

  app.get(
    address,
    {
      config: { access: { verb: 'list', resource: 'rolloutcommands' } },
      schema: {
        summary: 'Who asked for what',
        description: 'The newest first, at most 500.',
        tags,
        params: Named,
        response: { 200: CommandsView },
      },
    },
    async ({ params: { namespace, name } }) => {
      const [found, stamped] = await Promise.all([client.list(type, { namespace }), stamps(namespace)])
      return { items: commandViews(found, name, stamped) }
    },
  )

  app.get(
    `${address}/:command`,
    {
      config: { access: { verb: 'get', resource: 'rolloutcommands', nameFrom: 'command' } },
      schema: {
        summary: 'A command and its answer',
        tags,
        params: Named.extend({ command: z.string().meta({ description: 'Name of the RolloutCommand.' }) }),
        response: { 200: CommandView },
      },
    },
    async ({ params: { namespace, name, command } }): Promise<CommandView> => {
      const found = await mustGet(client, type.kind, { namespace, name: command })
      const view = commandView(found, await stamps(namespace), name)
      if (!view) throw new Refusal('SERIN-404-OBJECT', `RolloutCommand ${command} is not for Rollout ${name}.`)
      return view
    },
  )

  app.post(
    address,
    {
      config: { access: 'person' },
      schema: {
        summary: 'Ask for something',
        description:
          'Makes a RolloutCommand as the person, who needs the verb of the action on the Rollout and `create` on rolloutcommands. The controller answers within moments: look at it again. 200: the command of an earlier request with the same Idempotency-Key.',
        tags,
        params: Named,
        headers: z.object({ 'idempotency-key': Key }),
        querystring: z.object({
          dryRun: z.enum(['true', 'false']).default('false').meta({ description: 'The API server checks it and keeps nothing.' }),
        }),
        body: CommandRequest,
        response: { 200: CommandView, 201: CommandView },
      },
    },
    async (request, reply) => {
      const { namespace, name } = request.params
      const { action, reason, ...aim } = request.body
      const caller = callerOf(request)
      if (options.readOnly) throw new Refusal('SERIN-403-READONLY', 'This server only shows; use kubectl or `serin` instead.')
      await mustHave(parts, caller.person, { verb: action, group, resource: 'rollouts', namespace, name })
      await mustHave(parts, caller.person, { verb: 'create', group, resource: 'rolloutcommands', namespace })
      await mustGet(client, 'Rollout', { namespace, name })
      const key = request.headers['idempotency-key']
      const object = commandObject({ namespace, name }, action, {
        aim: aim as Aim,
        reason,
        requestId: request.id,
        ...(key === undefined ? {} : { as: nameFor(caller.person, name, action, key) }),
      })
      try {
        const made = await authority.as(caller, request.id).create(object, request.query.dryRun === 'true' ? { dryRun: true } : {})
        // Nobody was named in it, so a name there is the API server's.
        return reply.code(201).send(viewOf(made, true))
      } catch (error) {
        if (key === undefined || !(error instanceof KubeError && error.alreadyExists)) throw error
        return reply.code(200).send(viewOf(await sameAgain(parts, object), await stamps(namespace)))
      }
    },
  )
}

/** The same for the same person and key, wherever and whenever it is asked: a restarted server and another replica know it, too. */
function nameFor({ username }: Person, rollout: string, action: string, key: string): string {
  const told = createHash('sha256')
    .update(JSON.stringify([username, key]))
    .digest('hex')
    .slice(0, 20)
  return `${rollout.slice(0, 200)}-${action.toLowerCase()}-${told}`
}

/** The command that is there; a Refusal when it asks for something else. */
async function sameAgain({ client }: Pick<Parts, 'client'>, wanted: KubeObject): Promise<KubeObject> {
  const { namespace = '', name } = wanted.metadata
  const there = await mustGet(client, type.kind, { namespace, name })
  const plain = (object: KubeObject) => JSON.stringify(RolloutCommandSpec.omit({ requestedBy: true }).parse(object.spec))
  if (plain(there) === plain(wanted)) return there
  throw new Refusal('SERIN-409-STALE', 'This Idempotency-Key was used for another command: send a new one.')
}

function viewOf(command: KubeObject, stamped: boolean): CommandView {
  const view = commandView(command, stamped)
  if (!view) throw new Error('the API server gave another command than it was given')
  return view
}
