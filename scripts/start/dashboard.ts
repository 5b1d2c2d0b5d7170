import { systemClock } from '../../controller/src/clock.ts'
import { type Dashboard, startOnFreePort } from '../../controller/src/dashboard.ts'
import { type Log, silentLog } from '../../controller/src/kube/log.ts'
import { type Demo, transportOf } from './cluster.ts'
import { namespace, serviceNames, tagsLike } from './services.ts'
import { people, tokenOf, type UserName } from './users.ts'

/** Serves the dashboard of the demo on loopback: on that port, or, when something else has it, on any free one. */
export function serveDashboard({ sandbox }: Demo, port: number, page: string, log: Log): Promise<Dashboard> {
  return startOnFreePort({
    transport: transportOf(sandbox, tokenOf('dashboard')),
    bare: transportOf(sandbox),
    clock: systemClock,
    random: Math.random,
    // Of every request a line would bury what the controller says.
    log: { ...silentLog, warn: log.warn, error: log.error },
    listen: { host: '127.0.0.1', port },
    login: {
      demo: { people: (Object.keys(people) as UserName[]).map((name) => ({ name, token: tokenOf(name) })) },
      loopbackOnly: true,
    },
    options: { installation: 'Demo', teamLabel: 'team', readOnly: false, page },
    demo: { namespace, services: serviceNames, images: (service, version) => tagsLike[version].map((tag) => `${service}:${tag}`) },
  })
}
