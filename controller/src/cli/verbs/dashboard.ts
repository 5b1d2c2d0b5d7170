import { isIP } from 'node:net'
import { group } from '../../api/rollout.ts'
import { systemClock } from '../../clock.ts'
import { silentLog } from '../../kube/log.ts'
import { CliError, exit } from '../exit.ts'
import { openBrowser } from '../openBrowser.ts'
import { type Call, isSet, text, type Verb } from '../verb.ts'

const usualPort = 8081
/** Nobody waits at a terminal for pages that are still open. */
const patienceMs = 100

export const dashboard: Verb = {
  name: 'dashboard',
  about: 'serve the dashboard on this machine, as yourself',
  scope: 'named',
  flags: [
    { flags: '--port <n>', about: 'on 127.0.0.1; when taken: any free one', default: String(usualPort) },
    { flags: '--open', about: 'open it in the browser' },
    { flags: '--read-only', about: 'nothing can be changed by it' },
  ],
  help: [
    'Nothing has to be installed in the cluster but Serin: everything is done as whom the kubeconfig says, and nothing that you may not do.',
    'Shows all namespaces where you may list Rollouts in all, else that of the context; with -n that one.',
    'The link that is printed logs in once; other users of this machine cannot use it. Ctrl-C ends it.',
  ].join('\n'),
  async run(call) {
    const { io } = call
    const port = portOf(call)
    const { transport, server } = await call.cluster()
    const namespace = await shown(call)
    const { pageFolder, startOnFreePort } = await program()
    const page = await pageFolder().catch((error: Error) => {
      throw new CliError(error.message)
    })
    const { hostname } = new URL(server)
    const running = await startOnFreePort({
      transport,
      // Not the clock of the command: a timer of that keeps the program alive.
      clock: systemClock,
      random: Math.random,
      log: silentLog,
      listen: { host: '127.0.0.1', port },
      login: { kubeconfig: true, bearer: false, loopbackOnly: true },
      options: {
        installation: isIP(hostname) === 0 ? hostname : 'Serin',
        teamLabel: 'app.kubernetes.io/part-of',
        readOnly: isSet(call, 'readOnly'),
        page,
        ...(namespace === undefined ? {} : { namespace }),
      },
    })
    try {
      const taken = port !== 0 && new URL(running.url).port !== String(port)
      if (taken) io.err(`note: port ${port} is taken; this one is free instead\n`)
      if (namespace !== undefined) io.err(`note: showing namespace ${namespace} only\n`)
      const link = running.link()
      io.out(`The dashboard of ${server}, as you, until Ctrl-C. This link logs in once:\n\n  ${link}\n\n`)
      if (isSet(call, 'open') && !(await openBrowser(link, io.env))) io.err('note: nothing here opens a browser; open the link by hand\n')
      await ended(io.signal)
    } finally {
      await running.close(patienceMs)
    }
    return exit.ok
  },
}

/** What serves is large: loaded when it is used. In the image it is the file beside this program. */
async function program() {
  try {
    return await import('../../dashboard.ts')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new CliError('dashboard.mjs is not beside this program', [
      'Copy it, and the folder page, out of the image or the folder of `npm run bundle`.',
    ])
  }
}

function portOf(call: Call): number {
  const given = text(call, 'port') ?? ''
  if (!/^\d{1,5}$/.test(given) || Number(given) > 65_535)
    throw new CliError(`--port ${given} is not a port`, ['Write a number from 0 to 65535; 0 is any free one.'])
  return Number(given)
}

/** The namespace that is followed; undefined: all. */
async function shown(call: Call): Promise<string | undefined> {
  const given = text(call, 'namespace')
  if (given !== undefined) return given
  const { client, namespace } = await call.cluster()
  const review = await client.create({
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    metadata: { name: '' },
    spec: { resourceAttributes: { verb: 'list', group, resource: 'rollouts' } },
  })
  const { allowed = false } = (review.status ?? {}) as { allowed?: boolean }
  return allowed ? undefined : namespace
}

function ended(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
