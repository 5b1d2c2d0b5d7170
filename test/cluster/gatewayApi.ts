import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseAllDocuments } from 'yaml'
import { type ApiClient, apply, type Json, succeed } from './apiClient.ts'
import { goModuleFiles } from './goBinary.ts'

const GATEWAY_API_VERSION = 'v1.7.0'

/** The folder with the standard channel of Gateway API, from its Go module; kept in the cache folder. */
export function gatewayApiFolder(version = GATEWAY_API_VERSION): Promise<string> {
  const wanted = /\/config\/crd\/standard\/gateway\.[^/]*\.yaml$/
  return goModuleFiles({ module: 'sigs.k8s.io/gateway-api', version, name: 'gateway-api', wanted })
}

/** The objects in a folder of manifests, in the order of the file names. */
async function objectsIn(folder: string): Promise<Json[]> {
  const texts = await Promise.all((await readdir(folder)).sort().map((name) => readFile(join(folder, name), 'utf8')))
  return texts.flatMap((text) => parseAllDocuments(text).map((document) => document.toJS())).filter((object) => object?.kind)
}

/** Applies Gateway API and waits until its kinds are served. */
export async function installGatewayApi(client: ApiClient): Promise<void> {
  await installDefinitions(client, await gatewayApiFolder())
}

/** Applies the CustomResourceDefinitions of a folder server-side (they are too large for an annotation) and waits until the kinds are served. */
export async function installDefinitions(client: ApiClient, folder: string): Promise<void> {
  const objects = await objectsIn(folder)
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
