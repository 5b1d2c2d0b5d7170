import { readdir, readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { App } from '../app.ts'
import { Refusal } from '../problems.ts'

/** Of these the name changes with the content. */
const hashed = /^assets\/.*-[\w-]{8}\.\w+$/

/**
 * Serves the built page. Only files that were in the folder when the server started are ever served: whatever an address says, it is looked up
 * among their names. Addresses of the page itself, which are none of files, get index.html.
 */
export function servePage(app: App, folder: string): void {
  void app.register((page, _, done) => {
    const files = new Set<string>()
    page.addHook('onReady', async () => {
      for (const file of await filesIn(folder)) files.add(file)
      if (!files.has('index.html')) throw new Error(`there is no page in ${folder}: index.html is missing`)
      html = await readFile(join(folder, 'index.html'), 'utf8')
    })
    let html = ''
    void page.register(fastifyStatic, { root: folder, serve: false, cacheControl: false, etag: true })
    page.get('/*', { config: { access: 'anyone', unlimited: true }, schema: { hide: true } as object }, async (request, reply) => {
      const asked = (request.params as { '*': string })['*']
      if (asked === 'api' || asked.startsWith('api/'))
        throw new Refusal(
          'SERIN-404-ROUTE',
          `There is nothing at ${request.method} /${asked.slice(0, 200)}. GET /api/v1/openapi.json says what there is.`,
        )
      if (asked.startsWith('assets/') && !files.has(asked)) throw new Refusal('SERIN-404-ROUTE', 'There is no such file.')
      const file = files.has(asked) ? asked : 'index.html'
      if (file === 'index.html' && !wantsPage(request.headers.accept)) throw new Refusal('SERIN-404-ROUTE', 'There is no such file.')
      reply.header('cache-control', hashed.test(file) ? 'public, max-age=31536000, immutable' : 'no-cache')
      if (file === 'index.html') return reply.type('text/html; charset=utf-8').send(relativeTo(html, request.url))
      return reply.sendFile(file)
    })
    done()
  })
}

/** The page names its files relative to itself, so that it works behind any path of a proxy; at an address further down they are as many folders up. */
export function relativeTo(html: string, url: string): string {
  const depth = (url.split(/[?#]/)[0] ?? '').split('/').length - 2
  return depth <= 0 ? html : html.replaceAll('="./', `="${'../'.repeat(depth)}`)
}

function wantsPage(accept: string | undefined): boolean {
  return accept === undefined || accept.includes('text/html') || accept.includes('*/*')
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
}
