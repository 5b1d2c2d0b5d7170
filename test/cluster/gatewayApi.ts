import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { unzipSync } from 'fflate'
import { parseAllDocuments } from 'yaml'
import { type ApiClient, apply, type Json, succeed } from './apiClient.ts'
import { cacheFolder } from './cacheFolder.ts'
import { goModuleArchive } from './goBinary.ts'

const GATEWAY_API_VERSION = 'v1.7.0'

/** The objects of the standard channel of Gateway API, from its Go module; kept in the cache folder. */
async function gatewayApiObjects(version = GATEWAY_API_VERSION): Promise<Json[]> {
  const folder = join(cacheFolder(), `gateway-api-${version}`)
  if (!existsSync(folder)) {
    const archive = await readFile(await goModuleArchive('sigs.k8s.io/gateway-api', version))
    const files = unzipSync(archive, { filter: ({ name }) => /\/config\/crd\/standard\/gateway\.[^/]*\.yaml$/.test(name) })
    const unfinished = `${folder}.${process.pid}`
    await mkdir(unfinished, { recursive: true })
    await Promise.all(Object.entries(files).map(([name, content]) => writeFile(join(unfinished, basename(name)), content)))
    await rename(unfinished, folder).catch(() => rm(unfinished, { recursive: true, force: true }))
  }
  const texts = await Promise.all((await readdir(folder)).sort().map((name) => readFile(join(folder, name), 'utf8')))
  return texts.flatMap((text) => parseAllDocuments(text).map((document) => document.toJS())).filter((object) => object?.kind)
}

/** Applies them server-side (they are too large for an annotation) and waits until the kinds are served. */
export async function installGatewayApi(client: ApiClient): Promise<void> {
  const objects = await gatewayApiObjects()
  const definitions = objects.filter((object) => object.kind === 'CustomResourceDefinition')
  await Promise.all(
    definitions.map((object) => apply(client, `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${object.metadata.name}`, object)),
  )
  await Promise.all(definitions.map((object) => served(client, object)))
}

/** Resolves once every served version of the definition answers lists. */
export async function served(client: ApiClient, definition: Json): Promise<void> {
  const { group, names, versions } = definition.spec
  for (const { name } of versions.filter((version: Json) => version.served)) {
    const path = `/apis/${group}/${name}/${names.plural}?limit=1`
    for (let attempt = 1; ; attempt++) {
      const answer = await client.send({ method: 'GET', path })
      if (answer.status === 200) break
      if (attempt === 200) await succeed(client, { method: 'GET', path })
      await sleep(50)
    }
  }
}
