import { useEffect, useRef, useState } from 'react'
import type { Plot, PlotSpec } from './spec.ts'

/** The drawing itself, of a series that is told in words elsewhere: hidden from screen readers. It is loaded late, fits its place, and follows the theme. */
export function Plotted({
  spec,
  index,
  pointed,
  height = 240,
}: {
  spec: PlotSpec
  index: number | undefined
  pointed(index: number | undefined): void
  height?: number
}) {
  const host = useRef<HTMLDivElement>(null)
  const plot = useRef<Plot>(undefined)
  const told = useRef(pointed)
  told.current = pointed
  const theme = useTheme()

  // biome-ignore lint/correctness/useExhaustiveDependencies: another theme is another drawing
  useEffect(() => {
    const element = host.current
    if (!element) return
    let gone = false
    const resized = new ResizeObserver(() => plot.current?.resize(element.clientWidth, height))
    loadPlot()
      .then(({ drawPlot }) => {
        if (gone) return
        plot.current = drawPlot(element, spec, element.clientWidth || 600, height, (at) => told.current(at))
        resized.observe(element)
      })
      .catch((error: unknown) => {
        // The table has the same figures: a drawing that does not come takes nothing away.
        console.warn('The chart could not be drawn.', error)
      })
    return () => {
      gone = true
      resized.disconnect()
      plot.current?.destroy()
      plot.current = undefined
    }
  }, [spec, height, theme])

  useEffect(() => plot.current?.point(index), [index])

  return <div className="chart-host" ref={host} style={{ height }} aria-hidden="true" />
}

/** uPlot reads the browser's language as it loads, and some browsers give one that is none: without a locale, `en-US@posix`. */
function loadPlot(): Promise<typeof import('./plot.ts')> {
  try {
    Intl.getCanonicalLocales(navigator.language)
  } catch {
    Object.defineProperty(navigator, 'language', { value: 'en-US', configurable: true })
  }
  return import('./plot.ts')
}

/** A number that changes whenever colours do. */
function useTheme(): number {
  const [count, setCount] = useState(0)
  useEffect(() => {
    const changed = () => setCount((now) => now + 1)
    const attribute = new MutationObserver(changed)
    attribute.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
    const queries = ['(prefers-color-scheme: dark)', '(forced-colors: active)'].map((query) => matchMedia(query))
    for (const query of queries) query.addEventListener('change', changed)
    return () => {
      attribute.disconnect()
      for (const query of queries) query.removeEventListener('change', changed)
    }
  }, [])
  return count
}
