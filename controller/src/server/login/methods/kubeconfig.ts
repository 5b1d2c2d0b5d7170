import { z } from 'zod'
import { Refusal } from '../../problems.ts'
import { type Desk, type Method, notOffered } from '../desk.ts'
import { ownerOf } from '../whoIs.ts'

const LinkQuery = z.object({ code: z.string().min(1).max(100).meta({ description: 'From the link on the terminal; good once.' }) })

/** On a laptop: the server is the person of the kubeconfig, and whoever sees its terminal may use it. Other users and pages of the machine do not. */
export function kubeconfigMethod(desk: Desk): Method {
  const { options, codes, failures, transport, enter } = desk
  return {
    id: 'kubeconfig',
    shown: () => (options.kubeconfig ? { id: 'kubeconfig', title: 'Open the link that serin dashboard printed' } : undefined),
    routes(app) {
      app.get(
        '/login/kubeconfig',
        {
          // Who only looks at a link does not use it up.
          exposeHeadRoute: false,
          config: { access: 'anyone' },
          schema: { summary: 'Log in by the link on the terminal', tags: ['login'], querystring: LinkQuery },
        },
        async (request, reply) => {
          if (!options.kubeconfig) throw notOffered()
          failures.check(request, reply)
          const toPage = () => reply.header('referrer-policy', 'no-referrer').redirect('../../../', 303)
          if (!codes.use(request.query.code)) {
            // Who opens the link again is still logged in, mostly.
            if (request.session) return toPage()
            failures.count(request)
            // The page says how to get another; a browser would show a problem as it is.
            if (request.headers.accept?.includes('text/html')) return toPage()
            throw new Refusal('SERIN-401-LOGIN', 'This link was used, or is too old. Start serin dashboard again for a new one.')
          }
          const person = await ownerOf(transport)
          await enter(request, reply, { method: 'kubeconfig', person, credentials: { by: 'own' } })
          return toPage()
        },
      )
    },
  }
}
