import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** The page, and, for tests only, the gallery of all its states: `GALLERY=1`. Nothing of it names another host. */
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [react()],
  build: {
    outDir: join(import.meta.dirname, process.env.GALLERY ? 'dist-gallery' : 'dist'),
    emptyOutDir: true,
    target: ['chrome123', 'firefox120', 'safari17.5'],
    // A policy without unsafe-inline: nothing is put inline, neither scripts nor small files.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: join(import.meta.dirname, process.env.GALLERY ? 'gallery.html' : 'index.html') },
  },
})
