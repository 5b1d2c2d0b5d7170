// Makes of analysis/ a package that plain Node can load from node_modules, where types are not stripped. Usage: node scripts/package/analysis.mjs <folder>
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const root = join(import.meta.dirname, '..', '..')
const home = join(root, 'analysis')
const folder = resolve(process.argv[2] ?? join(home, 'dist'))
mkdirSync(folder, { recursive: true })
const config = join(folder, 'tsconfig.json')
writeFileSync(
  config,
  JSON.stringify({
    extends: join(root, 'tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      declaration: true,
      allowImportingTsExtensions: false,
      rewriteRelativeImportExtensions: true,
      types: [],
      rootDir: join(home, 'src'),
      outDir: folder,
    },
    include: [join(home, 'src')],
    exclude: [join(home, 'src/**/*.test.ts'), join(home, 'src/**/testing/**')],
  }),
)
execFileSync(join(root, 'node_modules/.bin/tsc'), ['-p', config], { stdio: 'inherit' })
const { private: _, scripts: __, exports: entries, ...kept } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'))
const built = (entry) => entry.replace('./src/', './').replace(/\.ts$/, '.js')
const exports = Object.fromEntries(
  Object.entries(entries).map(([name, entry]) => [name, { types: built(entry).replace(/\.js$/, '.d.ts'), default: built(entry) }]),
)
writeFileSync(
  join(folder, 'package.json'),
  `${JSON.stringify({ ...kept, exports, files: ['**/*.js', '**/*.d.ts', 'README.md'] }, null, 2)}\n`,
)
cpSync(join(home, 'README.md'), join(folder, 'README.md'))
cpSync(join(root, 'LICENSE'), join(folder, 'LICENSE'))
