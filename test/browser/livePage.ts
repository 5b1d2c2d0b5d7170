import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { systemClock } from '../../controller/src/clock.ts'
import { type Dashboard, startDashboard } from '../../controller/src/dashboard.ts'
import { silentLog } from '../../controller/src/kube/log.ts'
import { createSandbox } from '../../sandbox/src/sandbox.ts'
import { virtualClock } from '../../sandbox/src/virtualClock.ts'
import { builtPage } from '../../scripts/page.ts'
import { type Demo, startDemo, transportOf } from '../../scripts/start/cluster.ts'
import { serveDashboard } from '../../scripts/start/dashboard.ts'
import { gitOps } from '../../scripts/start/gitops.ts'
import { type ServiceName, serviceNames } from '../../scripts/start/services.ts'
import { rights, tokenOf, tokens } from '../../scripts/start/users.ts'
import { definitions } from '../dsl/install.ts'
import { type Look, openWindow } from './chromium.ts'
import { crowd } from './crowd.ts'

type Person = 'anna' | 'ben' | 'vera'

export interface Shop {
  demo: Demo
  url: string
  /** Ships an image as the cluster's administrator. */
  ship(service: ServiceName, tag: string): void
  /** The controller's word on a service becomes that. */
  until(service: ServiceName, what: string, is: (status: NonNullable<ReturnType<Demo['status']>>) => boolean): Promise<void>
  close(): Promise<void>
}

/** How long the shop has been there when it is shown, and how much quicker its time passes until it has caught up with the real one. */
const pastMs = 60 * 60_000
const hurry = 10

/** What `npm start` shows: three services with traffic, a controller, and the dashboard. Its time passes ten times as fast as ours. */
export async function openShop(): Promise<Shop> {
  const clock = virtualClock(Date.now() - pastMs)
  const demo = await startDemo({ clock, seed: 1, log: silentLog })
  gitOps(demo.sandbox).sync('apply')
  await clock.runUntil(() => serviceNames.every((name) => demo.status(name)?.phase === 'Healthy'), { atMost: 60_000 })
  demo.startTraffic()
  await clock.advance(5 * 60_000)
  const dashboard = await serveDashboard(demo, 0, await builtPage(), silentLog)
  let open = true
  const passing = (async () => {
    let last = performance.now()
    while (open) {
      await sleep(25)
      const now = performance.now()
      await clock.advance(Math.min(Date.now() - clock.now(), (now - last) * hurry))
      last = now
    }
  })()
  return {
    demo,
    url: dashboard.url,
    ship(service, tag) {
      const target = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: service }
      const body = { spec: { template: { spec: { containers: [{ name: 'web', image: `${service}:${tag}` }] } } } }
      demo.sandbox.api.patch(target, { type: 'strategic', body })
    },
    async until(service, what, is) {
      for (let waited = 0; waited < 60_000; waited += 50) {
        const status = demo.status(service)
        if (status && is(status)) return
        await sleep(50)
      }
      throw new Error(`not within a minute: ${what}; it says: ${demo.status(service)?.message}`)
    },
    async close() {
      open = false
      await passing
      await dashboard.close(500)
      await demo.stop(500)
    },
  }
}

/** A company's releases behind a dashboard, without a controller. */
export async function openCrowd(
  count: number,
): Promise<{ sandbox: ReturnType<typeof createSandbox>; dashboard: Dashboard; close(): Promise<void> }> {
  const clock = virtualClock(Date.now())
  const sandbox = createSandbox({ clock, tokens: tokens() })
  for (const namespace of ['shop', 'serin-system', 'gitops'])
    sandbox.api.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } } as never)
  for (const object of [...definitions(), ...rights()]) sandbox.api.create(object as never)
  const everything = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' }
  sandbox.api.create({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'anna-everything' },
    roleRef: everything,
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'anna' }],
  } as never)
  crowd(sandbox, count)
  const dashboard = await startDashboard({
    transport: transportOf(sandbox, tokenOf('dashboard')),
    bare: transportOf(sandbox),
    clock: systemClock,
    random: Math.random,
    log: silentLog,
    listen: { host: '127.0.0.1', port: 0 },
    login: { demo: { people: [{ name: 'anna', token: tokenOf('anna') }] }, loopbackOnly: true },
    options: { installation: 'Crowd', teamLabel: 'app.kubernetes.io/part-of', readOnly: false, page: await builtPage() },
  })
  while (dashboard.notReady() !== undefined) {
    await clock.advance(5)
    await sleep(5)
  }
  let open = true
  const passing = (async () => {
    while (open) {
      await sleep(5)
      await clock.advance(5)
    }
  })()
  return {
    sandbox,
    dashboard,
    async close() {
      open = false
      await passing
      await dashboard.close(500)
      sandbox.stop()
      sandbox.server.stop()
    },
  }
}

export interface Window {
  context: BrowserContext
  page: Page
  /** What the console said that it should not. */
  said: string[]
}

/** A window in which somebody is logged in, at that address. */
export async function windowOf(browser: Browser, url: string, person: Person, address = '/', look: Look = {}): Promise<Window> {
  const context = await openWindow(browser, look)
  const page = await context.newPage()
  const said: string[] = []
  page.on('pageerror', (error) => said.push(String(error)))
  page.on('console', (message) => {
    // That nobody is logged in yet, the browser itself reports.
    if (message.type() === 'error' && !message.text().includes('401')) said.push(message.text())
  })
  page.on('dialog', (dialog) => {
    said.push(`a dialog says ${dialog.message()}`)
    void dialog.dismiss()
  })
  await page.goto(`${url}${address}`)
  await page.getByRole('button', { name: new RegExp(person) }).click()
  await page.getByRole('navigation').first().waitFor()
  return { context, page, said }
}
