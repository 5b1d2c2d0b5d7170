import type { FastifyRequest } from 'fastify'
import { group } from '../api/rollout.ts'
import type { Attributes, Caller, Parts } from './parts.ts'
import { Refusal } from './problems.ts'

/**
 * Who may use a route; each declares it, and one that does not is not served. `anyone`: nobody needs to be logged in. `person`: whoever is
 * logged in; the route itself filters what it gives by rights. Else the right that the person must have, in the namespace and on the object
 * that the address names.
 */
export type Access = 'anyone' | 'person' | Wanted

interface Wanted {
  verb: string
  /** Default serin.dev. */
  group?: string
  resource: string
  /** Parameter of the address with the object's name; absent: the right is on all of the namespace. */
  nameFrom?: string
}

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access
  }
  interface FastifyRequest {
    /** Set by the login for every route but those for anyone. */
    caller: Caller | undefined
  }
}

/** The caller of a route that wants one. */
export function callerOf(request: FastifyRequest): Caller {
  if (!request.caller) throw new Refusal('SERIN-401-LOGIN', 'Log in first.')
  return request.caller
}

/** Lets a request pass, or throws the Refusal that names what is missing. */
export async function checkAccess({ authority }: Pick<Parts, 'authority'>, request: FastifyRequest): Promise<void> {
  // What is not there has nobody who may use it; that is said to everybody.
  if (request.is404) return
  const { access } = request.routeOptions.config
  if (access === undefined) throw new Error(`${request.routeOptions.url} does not say who may use it`)
  if (access === 'anyone') return
  const { person } = callerOf(request)
  if (access === 'person') return
  const params = request.params as Record<string, string | undefined>
  await mustHave({ authority }, person, {
    verb: access.verb,
    group: access.group ?? group,
    resource: access.resource,
    ...(params.namespace === undefined ? {} : { namespace: params.namespace }),
    ...(access.nameFrom === undefined ? {} : { name: params[access.nameFrom] ?? '' }),
  })
}

/** Throws the Refusal that names what is missing, unless the person has the right. */
export async function mustHave({ authority }: Pick<Parts, 'authority'>, person: Caller['person'], wanted: Attributes): Promise<void> {
  const { allowed, because } = await authority.may(person, wanted)
  if (!allowed) throw lacking(person, wanted, because)
}

function lacking({ username }: Caller['person'], { verb, group, resource, namespace, name }: Attributes, because?: string): Refusal {
  const kind = group === '' ? resource : `${resource}.${group}`
  const on = name === undefined ? kind : `${kind} "${name}"`
  const where = namespace === undefined ? 'in the whole cluster' : `in namespace ${namespace}`
  const missing = { verb, resource: kind, ...(namespace === undefined ? {} : { namespace }), ...(name === undefined ? {} : { name }) }
  const who = namespace === undefined ? 'An administrator of the cluster' : `An administrator of namespace ${namespace}`
  return new Refusal(
    'SERIN-403-VERB',
    `${username} may not ${verb} ${on} ${where}${because ? ` (${because})` : ''}. ${who} can give the verb ${verb} on ${kind} by a Role and a RoleBinding.`,
    { missing },
  )
}
