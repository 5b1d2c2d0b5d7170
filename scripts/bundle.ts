// `npm run bundle`: the controller, the command and the dashboard as one file each, and the dashboard's page: all that the image holds besides Node.
import { readFileSync } from 'node:fs'
import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { build, type Plugin } from 'esbuild'
import { builtPage } from './page.ts'

const root = join(import.meta.dirname, '..')

/** Each program and where it begins. */
const programs = { controller: 'controller/src/main.ts', serin: 'controller/src/cli/main.ts', dashboard: 'controller/src/dashboardMain.ts' }

/** What `serin dashboard` needs besides the command is large: it is taken from the file beside it, when the verb is used. */
const besideTheCommand: Plugin = {
  name: 'dashboard',
  setup({ onResolve }) {
    onResolve({ filter: /\/dashboard\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './dashboard.mjs', external: true } : undefined,
    )
  },
}

/**
 * Writes `controller.mjs`, `serin.mjs`, `dashboard.mjs` and the folder `page` into `outdir`. They need Node 24 and no package; the first two
 * need no file beside them either, but for the verb `serin dashboard`.
 */
export async function bundle(outdir: string): Promise<void> {
  const page = join(outdir, 'page')
  await Promise.all([programsInto(outdir), builtPage().then((built) => replace(built, page))])
}

async function replace(from: string, to: string): Promise<void> {
  await rm(to, { recursive: true, force: true })
  await cp(from, to, { recursive: true })
}

/** The programs alone. */
export async function programsInto(outdir: string): Promise<void> {
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
    // Comments go: a single letter in one of them that is not Latin doubles what Node keeps of the source.
    minifyWhitespace: true,
    lineLimit: 160,
    keepNames: true,
    legalComments: 'linked',
    plugins: [besideTheCommand],
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
