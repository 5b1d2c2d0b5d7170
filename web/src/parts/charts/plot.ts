import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { strings } from '../../strings.ts'
import { lonely, timeRange } from './points.ts'
import type { Plot, PlotSpec } from './spec.ts'

/** Draws with uPlot. Loaded only when there is a chart on the screen. `pointed` is told what the mouse is over. */
export function drawPlot(
  host: HTMLElement,
  spec: PlotSpec,
  width: number,
  height: number,
  pointed: (index: number | undefined) => void,
): Plot {
  const colour = paletteOf(host)
  const axis = { stroke: colour('--muted'), grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false }, font: fontOf(host) }
  // The band is made of the first two rows.
  const band = spec.band
  const data = [spec.at, ...(band ? [band.high, band.low] : []), ...spec.lines.map(({ values }) => values)]
  let quiet = false
  const plot = new uPlot(
    {
      width,
      height,
      legend: { show: false },
      cursor: { drag: { x: false, y: false }, points: { size: 8 }, y: false },
      ...(spec.utc ? { tzDate: (seconds: number) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC') } : {}),
      scales: {
        x: { time: true, range: (_, low, high) => timeRange(low, high) },
        y: { range: rangeOf(spec), ...(spec.ratios ? { distr: 3 as const, log: 10 as const } : {}) },
      },
      axes: [
        { ...axis, values: (_, splits) => splits.map((at) => clock(at, spec.utc, brief(splits))), space: 76, size: 30 },
        {
          ...axis,
          values: (_, splits) => splits.map(spec.format),
          size: 68,
          space: 36,
          ...(spec.ratios ? { splits: [...spec.ratios], filter: (_: uPlot, splits: number[]) => splits } : {}),
        },
      ],
      series: [
        {},
        ...(band ? [edge(colour(band.colour)), edge(colour(band.colour))] : []),
        ...spec.lines.map(({ values, colour: name, dash }) => ({
          stroke: colour(name),
          width: 2,
          dash: [...dash],
          points: { show: true, size: 6, fill: colour(name), filter: () => lonely(values) },
        })),
      ],
      ...(band ? { bands: [{ series: [1, 2] as [number, number], fill: faint(colour(band.colour)) }] } : {}),
      hooks: {
        drawClear: [(at) => drawGaps(at, spec, colour)],
        draw: [(at) => drawLevels(at, spec, colour), (at) => drawMarks(at, spec, colour)],
        setCursor: [(at) => !quiet && pointed(at.cursor.idx ?? undefined)],
      },
    },
    data as uPlot.AlignedData,
    host,
  )
  return {
    resize: (wide, high) => plot.setSize({ width: wide, height: high }),
    point: (index) => {
      quiet = true
      const at = index === undefined ? undefined : spec.at[index]
      plot.setCursor(at === undefined ? { left: -10, top: -10 } : { left: plot.valToPos(at, 'x'), top: 0 })
      quiet = false
    },
    destroy: () => plot.destroy(),
  }
}

const edge = (stroke: string): uPlot.Series => ({ stroke: faint(stroke, 0.55), width: 1, points: { show: false } })

function rangeOf({ range, fromZero }: PlotSpec): uPlot.Range.Function {
  if (range) return () => [range[0], range[1]]
  return (_, low, high) => {
    if (low === null || high === null || !Number.isFinite(low) || !Number.isFinite(high)) return [0, 1]
    const room = (high - (fromZero ? 0 : low)) * 0.12 || Math.abs(high) * 0.5 || 1
    return [fromZero ? Math.min(0, low) : low - room, high + room]
  }
}

type Palette = (variable: string) => string

/** Variables as colours that a canvas knows: a probe resolves light and dark, and what the system forces. */
function paletteOf(host: HTMLElement): Palette {
  const probe = host.ownerDocument.createElement('span')
  host.append(probe)
  const known = new Map<string, string>()
  const resolve = (name: string): string => {
    probe.style.color = `var(${name})`
    return getComputedStyle(probe).color
  }
  for (const name of [
    '--text',
    '--muted',
    '--line',
    '--canary',
    '--baseline',
    '--good',
    '--bad',
    '--warn',
    '--info',
    '--surface',
    '--accent',
  ])
    known.set(name, resolve(name))
  probe.remove()
  return (name) => known.get(name) ?? 'gray'
}

const faint = (colour: string, share = 0.18): string => `color-mix(in srgb, ${colour} ${Math.round(share * 100)}%, transparent)`
const fontOf = (host: HTMLElement): string => `12px ${getComputedStyle(host).fontFamily}`

function drawGaps({ ctx, bbox, valToPos }: uPlot, { gaps }: PlotSpec, colour: Palette): void {
  for (const { from, to, text } of gaps) {
    const left = Math.max(bbox.left, valToPos(from, 'x', true))
    const right = Math.min(bbox.left + bbox.width, valToPos(to, 'x', true))
    if (right <= left) continue
    ctx.save()
    ctx.beginPath()
    ctx.rect(left, bbox.top, right - left, bbox.height)
    ctx.clip()
    ctx.fillStyle = faint(colour('--warn'), 0.1)
    ctx.fillRect(left, bbox.top, right - left, bbox.height)
    ctx.strokeStyle = faint(colour('--warn'), 0.5)
    ctx.lineWidth = devicePixelRatio
    const step = 9 * devicePixelRatio
    for (let x = left - bbox.height; x < right; x += step) {
      ctx.beginPath()
      ctx.moveTo(x, bbox.top + bbox.height)
      ctx.lineTo(x + bbox.height, bbox.top)
      ctx.stroke()
    }
    write(
      ctx,
      fitting(ctx, [text, strings.evidence.gapShort], right - left),
      left + 4 * devicePixelRatio,
      bbox.top + bbox.height - 6 * devicePixelRatio,
      colour('--text'),
      colour('--surface'),
      right - left,
    )
    ctx.restore()
  }
}

function drawLevels({ ctx, bbox, valToPos }: uPlot, { levels }: PlotSpec, colour: Palette): void {
  ctx.save()
  let free = Number.POSITIVE_INFINITY
  for (const { value, text, colour: name, dash } of levels.toSorted((a, b) => a.value - b.value)) {
    const y = Math.round(valToPos(value, 'y', true))
    if (y < bbox.top || y > bbox.top + bbox.height) continue
    line(ctx, [bbox.left, y], [bbox.left + bbox.width, y], colour(name), dash)
    // Words stand above their line, and never on each other.
    const base = Math.min(y - 4 * devicePixelRatio, free)
    free = base - 15 * devicePixelRatio
    const wide = measure(ctx, text)
    write(ctx, text, bbox.left + bbox.width - wide - 6 * devicePixelRatio, base, colour(name), colour('--surface'))
  }
  ctx.restore()
}

function drawMarks({ ctx, bbox, valToPos }: uPlot, { marks }: PlotSpec, colour: Palette): void {
  const shown = marks
    .map(({ at, text }) => ({ x: Math.round(valToPos(at, 'x', true)), text }))
    .filter(({ x }) => x >= bbox.left && x <= bbox.left + bbox.width)
  ctx.save()
  for (const { x } of shown) line(ctx, [x, bbox.top], [x, bbox.top + bbox.height], colour('--muted'), [2, 3])
  // Words after all lines, and never on each other: the list under the drawing has them all.
  let free = Number.NEGATIVE_INFINITY
  for (const { x, text } of shown) {
    const wide = measure(ctx, text) + 8 * devicePixelRatio
    const left = Math.min(x + 3 * devicePixelRatio, bbox.left + bbox.width - wide)
    if (left < free) continue
    write(ctx, text, left, bbox.top + 11 * devicePixelRatio, colour('--text'), colour('--surface'))
    free = left + wide
  }
  ctx.restore()
}

type At = readonly [number, number]

function line(ctx: CanvasRenderingContext2D, from: At, to: At, stroke: string, dash: readonly number[]): void {
  ctx.strokeStyle = stroke
  ctx.lineWidth = 1.25 * devicePixelRatio
  ctx.setLineDash(dash.map((length) => length * devicePixelRatio))
  ctx.beginPath()
  ctx.moveTo(...from)
  ctx.lineTo(...to)
  ctx.stroke()
  ctx.setLineDash([])
}

const font = (): string => `${11 * devicePixelRatio}px system-ui, sans-serif`

function measure(ctx: CanvasRenderingContext2D, text: string): number {
  ctx.font = font()
  return ctx.measureText(text).width
}

/** The first that there is room for. */
function fitting(ctx: CanvasRenderingContext2D, texts: readonly string[], room: number): string {
  return texts.find((text) => measure(ctx, text) + 8 * devicePixelRatio <= room) ?? texts.at(-1) ?? ''
}

/** Words on a ground of their own, so that lines do not cross them. Left out where there is no room. */
function write(
  ctx: CanvasRenderingContext2D,
  text: string,
  x: number,
  y: number,
  ink: string,
  ground: string,
  room = Number.POSITIVE_INFINITY,
): void {
  const wide = measure(ctx, text)
  if (wide + 8 * devicePixelRatio > room) return
  ctx.textAlign = 'left'
  ctx.textBaseline = 'alphabetic'
  ctx.fillStyle = ground
  ctx.globalAlpha = 0.85
  ctx.fillRect(x - 2 * devicePixelRatio, y - 10 * devicePixelRatio, wide + 4 * devicePixelRatio, 13 * devicePixelRatio)
  ctx.globalAlpha = 1
  ctx.fillStyle = ink
  ctx.fillText(text, x, y)
}

/** Within a minute only the seconds tell instants apart. */
const brief = (splits: readonly number[]): boolean => splits.some((at) => at % 60 !== 0)

function clock(seconds: number, utc: boolean, withSeconds: boolean): string {
  return new Date(seconds * 1000).toLocaleTimeString('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    ...(withSeconds ? { second: '2-digit' } : {}),
    ...(utc ? { timeZone: 'UTC' } : {}),
  })
}
