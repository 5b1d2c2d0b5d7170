import type { ReactNode } from 'react'

interface IconProps {
  size?: number
}

/** Small drawings in the colour of the text around them. They are decoration: the word beside them says the same. */
export type Icon = (props: IconProps) => ReactNode

const drawing = ({ size = 16 }: IconProps, content: ReactNode) => (
  <svg
    className="icon"
    width={size}
    height={size}
    viewBox="0 0 16 16"
    fill="none"
    stroke="currentColor"
    strokeWidth="1.6"
    strokeLinecap="round"
    strokeLinejoin="round"
    aria-hidden="true"
    focusable="false"
  >
    {content}
  </svg>
)
export const CheckIcon = (props: IconProps) => drawing(props, <path d="M3 8.5 6.5 12 13 4.5" />)
export const CrossIcon = (props: IconProps) => drawing(props, <path d="m4 4 8 8M12 4l-8 8" />)
export const WarnIcon = (props: IconProps) => drawing(props, <path d="M8 2 1.5 13.5h13L8 2Zm0 4.5v3m0 2.2v.1" />)
export const InfoIcon = (props: IconProps) =>
  drawing(
    props,
    <>
      <circle cx="8" cy="8" r="6" />
      <path d="M8 7.3V11m0-6.2v.1" />
    </>,
  )
export const DotIcon = (props: IconProps) => drawing(props, <circle cx="8" cy="8" r="2.5" fill="currentColor" />)
export const CircleIcon = (props: IconProps) => drawing(props, <circle cx="8" cy="8" r="5.5" />)
export const PauseIcon = (props: IconProps) => drawing(props, <path d="M5.5 3.5v9m5-9v9" />)
export const PlayIcon = (props: IconProps) => drawing(props, <path d="m5 3 8 5-8 5V3Z" />)
export const StopIcon = (props: IconProps) => drawing(props, <rect x="3.5" y="3.5" width="9" height="9" rx="1.5" />)
export const MovingIcon = (props: IconProps) => drawing(props, <path d="M2 8h11M9 4l4 4-4 4" />)
export const BackIcon = (props: IconProps) => drawing(props, <path d="M6 3 2.5 6.5 6 10M2.5 6.5H10a3.5 3.5 0 0 1 0 7H7" />)
export const ClockIcon = (props: IconProps) =>
  drawing(
    props,
    <>
      <circle cx="8" cy="8" r="6" />
      <path d="M8 4.5V8l2.5 1.5" />
    </>,
  )
export const PersonIcon = (props: IconProps) =>
  drawing(
    props,
    <>
      <circle cx="8" cy="5" r="2.7" />
      <path d="M2.8 14c.6-3 2.6-4.5 5.2-4.5s4.6 1.5 5.2 4.5" />
    </>,
  )
export const SearchIcon = (props: IconProps) =>
  drawing(
    props,
    <>
      <circle cx="7" cy="7" r="4.5" />
      <path d="m10.5 10.5 3.5 3.5" />
    </>,
  )
export const CopyIcon = (props: IconProps) =>
  drawing(
    props,
    <>
      <rect x="5.5" y="5.5" width="8" height="8" rx="1.5" />
      <path d="M10.5 5.500V4A1.5 1.5 0 0 0 9 2.500H4A1.5 1.5 0 0 0 2.5 4v5A1.5 1.5 0 0 0 4 10.500h1.5" />
    </>,
  )
export const ChevronIcon = (props: IconProps) => drawing(props, <path d="m4 6 4 4 4-4" />)
export const UpIcon = (props: IconProps) => drawing(props, <path d="M8 13V3M4 7l4-4 4 4" />)
export const DownIcon = (props: IconProps) => drawing(props, <path d="M8 3v10m4-4-4 4-4-4" />)
export const SunIcon = (props: IconProps) =>
  drawing(
    props,
    <>
      <circle cx="8" cy="8" r="2.8" />
      <path d="M8 1.500v1.200m0 10.600v1.200M1.5 8h1.200m10.6 0h1.200M3.4 3.400l.8.8m7.6 7.6.8.8m0-9.2-.8.8m-7.6 7.6-.8.8" />
    </>,
  )
export const MoonIcon = (props: IconProps) => drawing(props, <path d="M13.5 9.500A6 6 0 0 1 6.5 2.500a6 6 0 1 0 7 7Z" />)
export const ScreenIcon = (props: IconProps) =>
  drawing(
    props,
    <>
      <rect x="2" y="3" width="12" height="8" rx="1.2" />
      <path d="M6 13.500h4" />
    </>,
  )
export const DownloadIcon = (props: IconProps) => drawing(props, <path d="M8 2.500v7.500m-3.2-3L8 10.2 11.2 7M3 13.300h10" />)
