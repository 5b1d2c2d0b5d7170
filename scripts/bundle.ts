// `npm run bundle`: the controller and the command as one file each, which is all that the image holds besides Node.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'

const root = join(import.meta.dirname, '..')

/** Each program and where it begins. */
const programs = { controller: 'controller/src/main.ts', serin: 'controller/src/cli/main.ts' }

/** Writes `controller.mjs` and `serin.mjs` into `outdir`. They need Node 24 and nothing else: no package, no file beside them. */
export async function bundle(outdir: string): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: programs,
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: `node${nodeMajor()}`,
    format: 'esm',
    // Names stay as they are written: stacks in logs and reports can be read.
    minifySyntax: true,
    keepNames: true,
    legalComments: 'linked',
    // Packages in CommonJS ask for Node's own modules by `require`, which a module has not.
    banner: { js: "import { createRequire as serinRequire } from 'node:module'\nconst require = serinRequire(import.meta.url)" },
    logLevel: 'warning',
  })
}

/** The Node that the project pins. */
function nodeMajor(): string {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { dependencies: { node: string } }
  return dependencies.node.split('.')[0] ?? ''
}

if (import.meta.main) await bundle(join(root, 'dist'))
