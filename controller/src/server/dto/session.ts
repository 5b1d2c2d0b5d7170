import { z } from 'zod'
import { Time } from './fields.ts'

export const LoginMethod = z.object({
  id: z.enum(['oidc', 'token', 'kubeconfig', 'proxy', 'demo']).meta({ description: 'How one logs in.' }),
  title: z.string().meta({ description: 'Words for the button.' }),
  href: z.string().optional().meta({ description: 'Where the button leads; absent: a form.' }),
  people: z.array(z.string()).optional().meta({ description: 'demo: as whom.' }),
})

export const LoginMethods = z
  .object({ methods: z.array(LoginMethod), installation: z.string().meta({ description: "The installation's name, for the page." }) })
  .meta({ id: 'LoginMethods', description: 'How one can log in.' })

export const TokenLogin = z
  .strictObject({ token: z.string().min(1).max(20_000).meta({ description: 'A token that the API server accepts.' }) })
  .meta({ id: 'TokenLogin', description: 'Log in by a token.' })

export const Session = z
  .object({
    user: z
      .object({ name: z.string(), groups: z.array(z.string()) })
      .meta({ description: 'Who is logged in, as Kubernetes knows the person.' }),
    method: LoginMethod.shape.id.meta({ description: 'How.' }),
    expiresAt: Time.optional().meta({ description: 'When one has to log in again.' }),
    csrf: z.string().meta({ description: 'To be sent as x-csrf-token with everything that changes something.' }),
    readOnly: z.boolean().meta({ description: 'Nothing can be changed here.' }),
    demo: z.boolean().meta({ description: 'A demo: versions can be shipped by buttons.' }),
    installation: z.string().meta({ description: "The installation's name." }),
  })
  .meta({ id: 'Session', description: 'Who is logged in.' })

export const Access = z
  .object({
    namespace: z.string().optional().meta({ description: 'Where; absent: in the whole cluster.' }),
    rights: z
      .array(z.object({ verb: z.string(), resource: z.string(), allowed: z.boolean(), because: z.string().optional() }))
      .meta({ description: 'What the person may do.' }),
  })
  .meta({ id: 'Access', description: 'What the person may do.' })

export const About = z
  .object({
    version: z.string().meta({ description: 'Of this server.' }),
    cluster: z.string().meta({ description: 'Version of Kubernetes.' }),
    readOnly: z.boolean().meta({ description: 'Nothing can be changed here.' }),
    teamLabel: z.string().meta({ description: 'The label that names a team.' }),
    synced: z.boolean().meta({ description: 'Whether it follows the cluster.' }),
    rollouts: z.int().meta({ description: 'How many it follows.' }),
    streams: z.int().meta({ description: 'How many pages are open.' }),
    startedAt: Time.meta({ description: 'When this server started.' }),
  })
  .meta({ id: 'About', description: 'The server.' })

export type LoginMethod = z.output<typeof LoginMethod>
export type LoginMethods = z.output<typeof LoginMethods>
export type Session = z.output<typeof Session>
export type Access = z.output<typeof Access>
export type About = z.output<typeof About>
