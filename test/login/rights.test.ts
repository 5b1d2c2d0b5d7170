import { afterAll, beforeAll, expect, test } from 'vitest'
import { rulesOf } from '../../controller/src/api/rights.ts'
import { describeRequest } from '../../controller/src/kube/paths.ts'
import type { HttpRequest } from '../../controller/src/kube/types.ts'
import { type Bench, bench } from './bench.ts'
import { api, browser } from './browser.ts'
import { tokenOf } from './people.ts'
import { addressesOf, bodyOf, isEndless, isOurs } from './table.ts'
import { putRelease } from './world.ts'

let b: Bench
beforeAll(async () => {
  b = await bench()
  putRelease(b.sandbox)
})
afterAll(() => b.stop())

/** Kubernetes lets everybody ask this: the roles system:public-info-viewer and system:basic-user. */
const everybodys = ['create authentication.k8s.io/selfsubjectreviews']

function lineOf({ method, path, watch }: HttpRequest): string | undefined {
  const { verb, resource } = describeRequest({ method, path, ...(watch ? { watch } : {}) })
  const [, group = 'core'] = /^\/apis\/([^/]+)\//.exec(path) ?? []
  return resource === 'nonresource' ? undefined : `${verb} ${group}/${resource}`
}

test('the rights of the dashboard are what all its routes together needed', async () => {
  await b.parts.releases.synced()
  for (const name of ['editor', 'auditor'] as const) {
    const page = browser(b.app)
    await page.post(api('login/token'), { token: tokenOf(name) })
    for (const route of b.routes.filter((one) => isOurs(one) && !isEndless(one) && !one.url.endsWith('/logout')))
      for (const address of addressesOf(route)) await page.send(route.method, address, bodyOf(route))
  }
  const itself = b.asked.filter(({ by, request }) => by === 'the server' && request.headers?.['impersonate-user'] === undefined)
  const asked = new Set(itself.flatMap(({ request }) => lineOf(request) ?? []).filter((line) => !everybodys.includes(line)))
  const given = new Set(
    rulesOf('dashboard').flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((group) => resources.flatMap((resource) => verbs.map((verb) => `${verb} ${group || 'core'}/${resource}`))),
    ),
  )
  expect({
    missing: [...asked].filter((one) => !given.has(one)).sort(),
    spare: [...given].filter((one) => !asked.has(one)).sort(),
  }).toEqual({
    missing: [],
    spare: [],
  })
})
